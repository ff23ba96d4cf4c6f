/** How universes ended, in a table that can be sorted. The order is a pure function. */
import { buttonFor, html, refill } from "./dom.js";

/**
 * @typedef {object} EndRow
 * @property {number} universe
 * @property {string} text
 * @property {string | null} party
 * @property {string} end
 * @property {string} reason
 * @property {number} steps
 * @property {number} clock
 *
 * @typedef {'text' | 'party' | 'end' | 'reason' | 'steps' | 'clock'} Column
 */

/** @type {{key: Column, title: string, isNumber?: boolean}[]} */
export const COLUMNS = [
  { key: "text", title: "What was done" },
  { key: "party", title: "To" },
  { key: "end", title: "End" },
  { key: "reason", title: "Because" },
  { key: "steps", title: "Steps", isNumber: true },
  { key: "clock", title: "Clock", isNumber: true },
];

/** From worst to best, which is what one looks for first. */
const END_ORDER = ["stuck", "error", "refused", "closed", "unstarted", "running", "verified"];

/**
 * @param {EndRow[]} rows
 * @param {Column} column
 * @param {boolean} isDescending
 * @returns {EndRow[]}
 */
export function sortRows(rows, column, isDescending) {
  const sign = isDescending ? -1 : 1;
  const value = (/** @type {EndRow} */ row) => (
    column === "end" ? END_ORDER.indexOf(row.end) : row[column] ?? "");
  return [...rows].sort((one, two) => {
    const [a, b] = [value(one), value(two)];
    const order = typeof a === "number" && typeof b === "number" ? a - b
      : String(a).localeCompare(String(b), "en");
    return sign * order || one.universe - two.universe;
  });
}

/**
 * How many ended how, from worst to best.
 * @param {EndRow[]} rows
 * @returns {{end: string, count: number}[]}
 */
export function countEnds(rows) {
  return END_ORDER.map((end) => ({ end, count: rows.filter((row) => row.end === end).length }))
    .filter(({ count }) => count > 0);
}

export class EndsTable {
  element = html("section", { class: "card ends", "aria-label": "Ends" });
  /** @type {EndRow[]} */
  #rows = [];
  /** @type {Column} */
  #column = "end";
  #isDescending = false;
  #filter = "";
  #title = "";
  #current = -1;
  #onOpen;
  #onRemove;

  /**
   * @param {(universe: number) => void} onOpen
   * @param {(universes: number[]) => void} onRemove
   */
  constructor(onOpen, onRemove) {
    this.#onOpen = onOpen;
    this.#onRemove = onRemove;
  }

  /**
   * @param {string} title
   * @param {EndRow[]} rows
   * @param {number} current
   */
  update(title, rows, current) {
    if (rows.every(({ end }) => end !== this.#filter)) this.#filter = "";
    [this.#title, this.#rows, this.#current] = [title, rows, current];
    this.#draw();
  }

  #draw() {
    const shown = this.#rows.filter(({ end }) => this.#filter === "" || end === this.#filter);
    refill(this.element,
      html("header", { class: "ends-header" }, html("h3", {}, this.#title),
        html("div", { class: "ends-counts", role: "group", "aria-label": "Show only" },
          ...countEnds(this.#rows).map(({ end, count }) => this.#chip(end, count))),
        ...(shown.length === 0 ? [] : [this.#remover(shown)])),
      this.#rows.length === 0 ? html("p", { class: "none ends-none" },
        "Fan out to try every fault that is possible at a moment: each becomes a universe here.")
        : html("div", { class: "ends-scroller", tabindex: "0", role: "region",
          "aria-label": "Table of ends" }, html("table", {},
          html("thead", {}, html("tr", {}, ...COLUMNS.map((column) => this.#heading(column)))),
          html("tbody", {}, ...sortRows(shown, this.#column, this.#isDescending)
            .map((row) => this.#row(row))))));
  }

  /** @param {EndRow[]} rows */
  #remover(rows) {
    return buttonFor(`Remove ${rows.length}`,
      () => this.#onRemove(rows.map(({ universe }) => universe)),
      { id: "remove-rows", title: "With all that were forked from them" });
  }

  /** @param {string} end @param {number} count */
  #chip(end, count) {
    const isOn = this.#filter === end;
    return buttonFor(`${count} ${end}`, () => {
      this.#filter = isOn ? "" : end;
      this.#draw();
    }, { class: "end-chip", "data-end": end, "aria-pressed": String(isOn) });
  }

  /** @param {(typeof COLUMNS)[number]} column */
  #heading({ key, title, isNumber }) {
    const isSorted = key === this.#column;
    const button = buttonFor(title, () => {
      this.#isDescending = isSorted ? !this.#isDescending : isNumber === true;
      this.#column = key;
      this.#draw();
    }, { class: null, "data-column": key });
    return html("th", { scope: "col", class: isNumber ? "is-number" : null,
      "aria-sort": isSorted ? (this.#isDescending ? "descending" : "ascending") : "none" }, button);
  }

  /** @param {EndRow} row */
  #row(row) {
    const link = buttonFor(row.text, () => this.#onOpen(row.universe), { class: "link-button" });
    return html("tr", { "data-universe": row.universe,
      class: row.universe === this.#current ? "is-current" : null },
    html("th", { scope: "row" }, link), html("td", {}, row.party ?? ""),
    html("td", {}, html("span", { class: "end-chip", "data-end": row.end }, row.end)),
    html("td", {}, row.reason), html("td", { class: "is-number" }, row.steps.toLocaleString("en")),
    html("td", { class: "is-number" }, row.clock.toLocaleString("en")));
  }
}
