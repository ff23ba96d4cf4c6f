/** The form for inserting a message at a node: made from the handler's pattern and example. */
import { html, setText } from "./dom.js";
import { MessageEditor } from "./message-editor.js";
import { fieldsOf, messageOf } from "./pattern-form.js";

/** @typedef {import('./contract.js').Moment} Moment */
/** @typedef {{name: string, pattern: any, example: any}} Handler */

/**
 * @typedef {object} InsertHandlers
 * @property {(party: string) => Handler[]} handlersOf
 * @property {(party: string) => import('./contract.js').Branch[]} branchesOf
 * @property {(party: string, text: string) => import('./message-editor.js').Verdict | null} check
 * @property {(edit: Record<string, unknown>, isInPast: boolean) => string | null} onInsert
 */

export class InsertPanel {
  #handlers;
  #party = html("select", { id: "insert-party" });
  #place = html("select", { id: "insert-place" });
  #handler = html("select", { id: "insert-handler" });
  #fields = html("div", { class: "form-fields" });
  #error = html("p", { class: "form-error", role: "alert" });
  #insert = html("button", { type: "submit", class: "button button-primary", id: "insert" },
    "Insert");
  #editor;
  /** @type {Moment | null} */
  #moment = null;
  /** @type {{party: string, node: number} | null} */
  #selected = null;
  #drawn = "";
  /** @type {Handler[]} */
  #known = [];

  /**
   * @param {HTMLElement} body
   * @param {InsertHandlers} handlers
   */
  constructor(body, handlers) {
    this.#handlers = handlers;
    this.#editor = new MessageEditor("Message as JSON",
      (text) => handlers.check(this.#party.value, text));
    this.#editor.onChange = (verdict) => this.#insert.toggleAttribute("disabled", !verdict.ok);
    const label = (/** @type {string} */ text, /** @type {HTMLElement} */ control) => (
      html("label", { class: "field" }, html("span", {}, text), control));
    const form = html("form", { class: "insert-form" },
      html("div", { class: "form-row" }, label("Party", this.#party), label("Where", this.#place)),
      label("Handler", this.#handler), this.#fields, this.#editor.element, this.#error,
      this.#insert);
    body.append(html("h3", { class: "panel-title" }, "Insert a message"),
      html("p", { class: "form-note" }, "In the past it forks a universe, in which what followed " +
        "happens again as far as it can."), form);
    this.#party.addEventListener("change", () => this.#showParty());
    this.#handler.addEventListener("change", () => this.#showHandler());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
  }

  /**
   * @param {Moment} moment
   * @param {{party: string, node: number} | null} selected
   */
  update(moment, selected) {
    const signature = `${moment.universe} ${moment.step} ${selected?.party} ${selected?.node}`;
    if (signature === this.#drawn) return;
    this.#drawn = signature;
    const isOther = selected !== null && selected.party !== this.#party.value;
    this.#moment = moment;
    this.#selected = selected;
    const names = moment.counts.map(({ party }) => party);
    if (names.join() !== [...this.#party.options].map(({ value }) => value).join()) {
      this.#party.replaceChildren(...names.map((name) => new Option(name, name)));
      this.#known = [];
    }
    if (isOther) this.#party.value = selected.party;
    if (isOther || this.#known.length === 0) this.#showParty(); else this.#showPlaces();
  }

  focus() {
    this.#handler.focus();
  }

  #showParty() {
    this.#showPlaces();
    const before = this.#handler.value;
    this.#known = this.#handlers.handlersOf(this.#party.value);
    this.#handler.replaceChildren(...this.#known.map(({ name }) => new Option(name, name)));
    if (this.#known.some(({ name }) => name === before)) this.#handler.value = before;
    this.#showHandler();
  }

  #showPlaces() {
    const party = this.#party.value;
    const options = this.#handlers.branchesOf(party).map(({ branch, peer, leaf }) => (
      new Option(`now, in ${peer || (branch === 0 ? "setup" : `branch ${branch}`)} (after ${leaf})`,
        `branch ${branch}`)));
    if (this.#selected?.party === party) {
      options.unshift(new Option(`after node ${this.#selected.node}`,
        `node ${this.#selected.node}`));
    } else {
      options.reverse();
    }
    this.#place.replaceChildren(...options);
  }

  #showHandler() {
    const handler = this.#known.find(({ name }) => name === this.#handler.value);
    if (handler === undefined) return;
    const fields = fieldsOf(handler.pattern, handler.example);
    /** @type {Map<string, HTMLInputElement>} */
    const inputs = new Map();
    const write = () => {
      const values = Object.fromEntries([...inputs].map(([key, input]) => (
        [key, input.type === "checkbox" ? input.checked : input.value])));
      this.#editor.text = JSON.stringify(messageOf(handler.name, fields, values), null, 2);
    };
    this.#fields.replaceChildren(...fields.map(({ key, kind, hint, value }) => {
      const input = html("input", { type: kind === "flag" ? "checkbox" : "text",
        inputmode: kind === "number" ? "decimal" : null, autocomplete: "off",
        spellcheck: "false", "data-field": key });
      if (typeof value === "boolean") input.checked = value; else input.value = value;
      input.addEventListener("input", write);
      inputs.set(key, input);
      return html("label", { class: "field" }, html("span", {}, key,
        html("span", { class: "field-hint" }, hint)), input);
    }));
    write();
  }

  #send() {
    const { message, ok } = this.#editor.verdict();
    if (!ok || this.#moment === null) return;
    const [kind, number] = this.#place.value.split(" ");
    setText(this.#error, this.#handlers.onInsert({ edit: "insert", party: this.#party.value,
      [kind]: Number(number), message }, kind === "node") ?? "");
  }
}
