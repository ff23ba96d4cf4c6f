/** What the page says: failures where they are seen, events where they are heard. */
import { buttonFor, byId, html } from "./dom.js";

/**
 * @typedef {object} Failure
 * @property {string} title what happened
 * @property {string} advice what to do
 * @property {string} [detail] the words of whoever failed
 * @property {{text: string, run: () => void}[]} actions
 */

export class Notices {
  #alert = byId("notice");
  #live = byId("live");

  /** @param {Failure} failure */
  fail({ title, advice, detail, actions }) {
    this.#alert.replaceChildren(
      html("p", { class: "notice-title" }, title),
      html("p", {}, advice),
      ...(detail === undefined ? [] : [html("p", { class: "notice-detail" }, detail)]),
      html("div", { class: "notice-actions" }, ...actions.map(({ text, run }) => (
        buttonFor(text, run, { class: "button" })))));
    this.#alert.hidden = false;
    this.#alert.scrollIntoView({ block: "nearest" });
  }

  clear() {
    if (this.#alert.contains(document.activeElement)) byId("views").focus({ preventScroll: true });
    this.#alert.hidden = true;
    this.#alert.replaceChildren();
  }

  /** @param {string} text */
  announce(text) {
    if (text !== "") this.#live.textContent = text;
  }
}
