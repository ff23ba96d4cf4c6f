/** Finding nodes: by handler, party, phase, text, and where a field first became a value. */
import { buttonFor, byId, html, refill, setText } from "./dom.js";
import { timeText } from "./times.js";

/** @typedef {{party: string, node: number, step: number, at: number, label: string}} Found */

/** Calls of the core for one question; each looks at thousands of nodes. */
const CALLS = 8;
const LISTED = 60;

/**
 * The command for what is asked, without what is empty. Pure.
 * @param {{text: string, handler: string, party: string, phase: string, path: string,
 *   equals: string}} asked
 * @returns {Record<string, unknown> | null} null where nothing is asked
 */
export function questionOf({ text, handler, party, phase, path, equals }) {
  /** @type {Record<string, unknown>} */
  const question = {};
  if (text !== "") question.text = text;
  if (handler !== "") question.handler = handler;
  if (party !== "") question.party = party;
  if (phase !== "") question.phase = phase;
  if (path.trim() !== "") {
    question.path = path.trim().split(".")
      .map((part) => /^[0-9]+$/.test(part) ? Number(part) : part);
    question.equals = valueOf(equals);
  }
  return Object.keys(question).length === 0 ? null : question;
}

/** What is no JSON is a text. @param {string} text */
function valueOf(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * Which of what was found comes next after a step, or before it; at the end it starts over. Pure.
 * @param {Found[]} found in the order of happening
 * @param {{step: number, index: number}} at the cursor, and what was shown last
 * @param {1 | -1} direction
 */
export function nextFound(found, { step, index }, direction) {
  if (found.length === 0) return -1;
  if (index >= 0 && found[index]?.step === step) {
    return (index + direction + found.length) % found.length;
  }
  const ahead = direction > 0 ? found.findIndex((one) => one.step > step)
    : found.findLastIndex((one) => one.step < step);
  return ahead >= 0 ? ahead : direction > 0 ? 0 : found.length - 1;
}

export class FindBar {
  #bar = byId("find-bar");
  #text = html("input", { type: "search", id: "find-text", autocomplete: "off",
    placeholder: "anything in a node" });
  #handler = html("select", { id: "find-handler" });
  #party = html("select", { id: "find-party" });
  #phase = html("select", { id: "find-phase" });
  #path = html("input", { type: "text", id: "find-path", autocomplete: "off",
    placeholder: "registration" });
  #equals = html("input", { type: "text", id: "find-equals", autocomplete: "off",
    placeholder: "VERIFIED" });
  #count = html("p", { class: "find-count", role: "status" });
  #results = html("ol", { class: "find-results" });
  /** @type {Found[]} */
  #found = [];
  #index = -1;
  #timer = 0;
  #handlers;

  /**
   * @param {object} handlers
   * @param {(question: Record<string, unknown>) => any} handlers.ask
   * @param {() => {handlers: string[], parties: string[]}} handlers.choices of this universe
   * @param {(found: Found) => void} handlers.onShow
   * @param {() => number} handlers.step
   */
  constructor(handlers) {
    this.#handlers = handlers;
    const field = (/** @type {string} */ name, /** @type {HTMLElement} */ control) => (
      html("label", { class: "field" }, html("span", {}, name), control));
    const button = (/** @type {string} */ id, /** @type {string} */ text,
      /** @type {() => void} */ run) => buttonFor(text, run, { class: "button", id });
    this.#bar.append(html("div", { class: "find-fields" },
      field("Text", this.#text), field("Handler", this.#handler), field("Party", this.#party),
      field("Phase reached", this.#phase), field("First time that", this.#path),
      field("is", this.#equals),
      html("div", { class: "find-actions" },
        button("find-previous", "↑ Previous", () => this.go(-1)),
        button("find-next", "↓ Next", () => this.go(1)),
        button("find-close", "Close", () => this.close()))), this.#count, this.#results);
    this.#bar.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#ask(), 160);
    });
    this.#bar.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target instanceof HTMLButtonElement) return;
      event.preventDefault();
      clearTimeout(this.#timer);
      this.#ask();
      this.go(event.shiftKey ? -1 : 1);
    });
  }

  get isOpen() {
    return !this.#bar.hidden;
  }

  open() {
    this.#bar.hidden = false;
    byId("find").setAttribute("aria-expanded", "true");
    this.#text.focus();
    this.forget();
  }

  #offer() {
    const { handlers, parties } = this.#handlers.choices();
    const options = (/** @type {HTMLSelectElement} */ select, /** @type {string[]} */ names) => {
      const { value } = select;
      select.replaceChildren(new Option("any", ""), ...names.map((name) => new Option(name, name)));
      select.value = names.includes(value) ? value : "";
    };
    options(this.#handler, [...handlers].sort());
    options(this.#party, parties);
    options(this.#phase, ["CONNECTING", "OPEN", "CLOSED", "UNREGISTERED", "CHALLENGED", "COMPUTING",
      "RESPONDED", "VERIFIED", "UNVERIFIED", "ERROR"]);
  }

  close() {
    this.#bar.hidden = true;
    byId("find").setAttribute("aria-expanded", "false");
    byId("find").focus();
  }

  /** @param {1 | -1} direction */
  go(direction) {
    if (this.#found.length === 0) this.#ask();
    this.#index = nextFound(this.#found, { step: this.#handlers.step(), index: this.#index },
      direction);
    this.#draw();
    const found = this.#found[this.#index];
    if (found !== undefined) this.#handlers.onShow(found);
  }

  /** The universe has changed: what was found is of another one. */
  forget() {
    this.#found = [];
    this.#index = -1;
    if (!this.isOpen) return;
    this.#offer();
    this.#ask();
  }

  #ask() {
    const question = questionOf({ text: this.#text.value, handler: this.#handler.value,
      party: this.#party.value, phase: this.#phase.value, path: this.#path.value,
      equals: this.#equals.value });
    this.#found = [];
    this.#index = -1;
    /** @type {number | null} */
    let from = question === null ? null : 0;
    for (let call = 0; from !== null && call < CALLS; call += 1) {
      const answer = this.#handlers.ask({ ...question, from });
      this.#found.push(...answer?.found ?? []);
      from = answer?.next ?? null;
    }
    setText(this.#count, question === null ? "" : this.#found.length === 0 ? "Nothing found"
      : `${this.#found.length}${from === null ? "" : "+"} found`);
    this.#draw();
  }

  #draw() {
    const first = Math.max(0, Math.min(this.#index - 10, this.#found.length - LISTED));
    refill(this.#results, ...this.#found.slice(first, first + LISTED)
      .map((found, place) => {
        const index = first + place;
        const button = html("button", { type: "button", class: "found",
          "aria-current": index === this.#index ? "true" : null },
        html("strong", {}, found.party), ` ${found.label} `,
        html("span", { class: "unit" }, timeText(found.at)));
        button.addEventListener("click", () => {
          this.#index = index;
          this.#draw();
          this.#handlers.onShow(found);
        });
        return html("li", {}, button);
      }));
  }
}
