/** The place to write: it counts, splits, keeps drafts, and loses nothing. */

import { button, h, icon } from "./dom.js";
import { send } from "./leaving.js";
import { drafts } from "./scraps.js";
import { strings } from "./strings.js";
import { partsOf, sizeOf } from "./writing.js";

/** What is left is told from here on. */
const LEFT_FROM_BYTES = 400;
/** And told to ears in steps of so many. */
const SPOKEN_STEP_BYTES = 100;
/** What Safari says of a key that an input method has taken, when composing is over already. */
const TAKEN_KEY_CODE = 229;
/** Where the browser fits a field to its text, that is not done for it on each key. */
const FITS_BY_ITSELF = CSS.supports("field-sizing", "content");

/**
 * The one that stands in the page.
 * @type {Composer | undefined}
 */
let shown;
// Another tab has the same draft: it may have gone on with it, or sent it.
addEventListener("storage", () => shown?.reread());

export class Composer {
  #sig;
  #maximum;
  #write;
  #counter = h("p", { class: "counter", id: "counter" });
  #spoken = h("p", { class: "unseen", role: "status" });
  #split = button("", () => this.#sendAll(partsOf(this.input.value, this.#maximum())),
    "small-button");
  #send = h("button", { class: "send", "aria-label": strings.send, title: strings.send },
    icon("send"));
  input = h("textarea", { rows: "1", dir: "auto", enterkeyhint: "send",
    "aria-describedby": "counter", placeholder: strings.write, autocomplete: "off",
    oninput: () => this.#typed(), onkeydown: (/** @type {KeyboardEvent} */ event) => (
      this.#key(event)) });
  element = h("form", { class: "composer", onsubmit: (/** @type {Event} */ event) => {
    event.preventDefault();
    this.#sendOne();
  } }, h("div", { class: "column" }, h("div", { class: "composer-note" }, this.#counter,
    this.#spoken, this.#split), h("div", { class: "composer-row" }, this.input, this.#send)));

  /**
   * @param {string} sig whose draft this is
   * @param {() => number} maximum bytes of one message
   * @param {(text: string) => Promise<boolean>} write whether a text was taken
   */
  constructor(sig, maximum, write) {
    this.#sig = sig;
    this.#maximum = maximum;
    this.#write = write;
    this.input.value = drafts.get(sig) ?? "";
    // The height of what is typed is known when the field stands in the page.
    if (!FITS_BY_ITSELF) new ResizeObserver(() => this.#grow()).observe(this.input);
    this.#measure();
    shown = this;
  }

  /** Shows what the draft is by now. */
  reread() {
    const draft = drafts.get(this.#sig) ?? "";
    if (draft === this.input.value) return;
    this.input.value = draft;
    this.#measure();
  }

  #typed() {
    drafts.set(this.#sig, this.input.value || null);
    this.#measure();
  }

  #measure() {
    const text = this.input.value.trim();
    const maximum = this.#maximum();
    const left = maximum - sizeOf(text);
    const isTooLong = left < 0;
    this.#counter.textContent = isTooLong ? strings.tooLong(-left)
      : left < LEFT_FROM_BYTES ? strings.left(left) : "";
    this.#counter.dataset.over = String(isTooLong);
    const spoken = isTooLong ? strings.tooLongSpoken : left < LEFT_FROM_BYTES
      ? strings.left(Math.ceil(left / SPOKEN_STEP_BYTES) * SPOKEN_STEP_BYTES) : "";
    if (this.#spoken.textContent !== spoken) this.#spoken.textContent = spoken;
    this.#split.hidden = !isTooLong;
    if (isTooLong) this.#split.textContent = strings.split(partsOf(text, maximum).length);
    this.#send.disabled = text === "" || isTooLong;
    if (!FITS_BY_ITSELF) this.#grow();
  }

  #grow() {
    const { input } = this;
    input.style.height = "auto";
    input.style.height = `${input.scrollHeight + 2}px`;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing
      || event.keyCode === TAKEN_KEY_CODE) return;
    event.preventDefault();
    this.#sendOne();
  }

  #sendOne() {
    if (!this.#send.disabled) this.#sendAll([this.input.value.trim()]);
  }

  /**
   * Sends texts, one after another. The field is free for the next one at once; what was not taken
   * comes back into it, or into the one that stands there by then.
   * @param {string[]} texts
   */
  async #sendAll(texts) {
    this.input.value = "";
    this.#typed();
    this.input.focus();
    await send(this.#sig, texts, this.#write);
    shown?.reread();
  }
}
