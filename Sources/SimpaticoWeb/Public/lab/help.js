/** The list of keys, and the switch for those who cannot use single letters. */
import { byId, html } from "./dom.js";
import { KEY_GROUPS } from "./keyboard.js";

const STORED_AS = "simpatico.lab.letters";

export class Help {
  #dialog = /** @type {HTMLDialogElement} */ (byId("help-dialog"));
  #letters = /** @type {HTMLInputElement} */ (byId("letters"));

  constructor() {
    byId("keys").append(...KEY_GROUPS.map(({ group, keys }) => html("section", {},
      html("h3", {}, group),
      html("dl", {}, ...keys.map(({ shown, text }) => (
        html("div", {}, html("dt", {}, ...shown.map((key) => html("kbd", {}, key))),
          html("dd", {}, text))))))));
    this.#letters.checked = stored() !== "off";
    this.#letters.addEventListener("change", () => store(this.#letters.checked ? "on" : "off"));
    byId("help-close").addEventListener("click", () => this.#dialog.close());
  }

  get usesLetters() {
    return this.#letters.checked;
  }

  get isOpen() {
    return this.#dialog.open;
  }

  open() {
    if (!this.#dialog.open) this.#dialog.showModal();
  }
}

/** A browser may refuse storage; the switch then lasts as long as the page. */
function stored() {
  try {
    return localStorage.getItem(STORED_AS);
  } catch {
    return null;
  }
}

/** @param {string} value */
function store(value) {
  try {
    localStorage.setItem(STORED_AS, value);
  } catch {
    // The switch still works until the page is left.
  }
}
