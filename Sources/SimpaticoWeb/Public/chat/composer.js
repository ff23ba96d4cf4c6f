/** The place to write: it counts, splits, keeps drafts, and loses nothing. */

import { button, h, icon } from "./dom.js";
import { drafts } from "./scraps.js";
import { strings } from "./strings.js";
import { partsOf, sizeOf } from "./writing.js";

/** What is left is told from here on. */
const LEFT_FROM_BYTES = 400;
/** And told to ears in steps of so many. */
const SPOKEN_STEP_BYTES = 100;

export class Composer {
  #sig;
  #maximum;
  #write;
  /**
   * What was given to be sent and is not kept yet.
   * @type {string[]}
   */
  #leaving = [];
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
    new ResizeObserver(() => this.#grow()).observe(this.input);
    this.#typed();
  }

  #typed() {
    const text = this.input.value;
    drafts.set(this.#sig, [...this.#leaving, text].join("\n") || null);
    const left = this.#maximum() - sizeOf(text.trim());
    const isTooLong = left < 0;
    this.#counter.textContent = isTooLong ? strings.tooLong(-left)
      : left < LEFT_FROM_BYTES ? strings.left(left) : "";
    this.#counter.dataset.over = String(isTooLong);
    const spoken = isTooLong ? strings.tooLongSpoken : left < LEFT_FROM_BYTES
      ? strings.left(Math.ceil(left / SPOKEN_STEP_BYTES) * SPOKEN_STEP_BYTES) : "";
    if (this.#spoken.textContent !== spoken) this.#spoken.textContent = spoken;
    this.#split.hidden = !isTooLong;
    if (isTooLong) this.#split.textContent = strings.split(partsOf(text, this.#maximum()).length);
    this.#send.disabled = text.trim() === "" || isTooLong;
    this.#grow();
  }

  #grow() {
    const { input } = this;
    input.style.height = "auto";
    input.style.height = `${input.scrollHeight + 2}px`;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#sendOne();
  }

  #sendOne() {
    if (!this.#send.disabled) this.#sendAll([this.input.value.trim()]);
  }

  /**
   * Sends texts, one after another. The field is free for the next one at once; what was not taken
   * comes back into it.
   * @param {string[]} texts
   */
  async #sendAll(texts) {
    this.#leaving.push(...texts);
    this.input.value = "";
    this.#typed();
    this.input.focus();
    for (const [at, text] of texts.entries()) {
      const isTaken = await this.#write(text);
      const gone = isTaken ? [text] : texts.slice(at);
      for (const each of gone) this.#leaving.splice(this.#leaving.indexOf(each), 1);
      if (!isTaken) {
        this.input.value = [...gone, this.input.value].filter(Boolean).join("\n");
        break;
      }
    }
    this.#typed();
  }
}
