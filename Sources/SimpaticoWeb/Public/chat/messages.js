/** What was said, as a list: days, groups of messages, and what can be done with each. */

import { bond, button, drawn, h, icon, iconButton, reordered } from "./dom.js";
import { linked } from "./links.js";
import { strings } from "./strings.js";
import { dateOf, dayOf, timeName } from "./text.js";
import { dayName, fullTime, isPicture } from "./writing.js";

/** Messages of one person within this time stand together. */
const GROUP_MILLISECONDS = 300_000;
const TICKS = /** @type {const} */ ({
  QUEUED: "clock", SENDING: "clock", SENT: "check", DELIVERED: "checks", READ: "checks",
  FAILED: "alert",
});

/**
 * @typedef {object} MessageActions what a person may do with a message, given by its place
 * @property {(place: string) => void} retry
 * @property {(place: string) => void} remove
 * @property {(text: string) => void} copy
 * @property {(place: string) => void} show in its place, where it was found by a search
 */

/**
 * @typedef {object} Showing
 * @property {string} name whose messages these are, beside one's own
 * @property {string} query what was looked for, or ""
 * @property {string} newFrom the place of the first unread message, or ""
 * @property {boolean} isBlocked nothing can be sent to them
 */

export class MessageList {
  element = h("ol", { class: "messages", onkeydown: (/** @type {KeyboardEvent} */ event) => (
    this.#key(event)) });
  #actions;
  /** @type {Map<string, {element: HTMLElement, key: string}>} */
  #shown = new Map();

  /** @param {MessageActions} actions */
  constructor(actions) {
    this.#actions = actions;
  }

  /** @param {any[]} messages @param {Showing} showing */
  draw(messages, showing) {
    const rows = messages.length > 0 || showing.query !== "" ? this.#rows(messages, showing)
      : [emptyRow()];
    // Rows that stay are not moved: a selection and the focus in them last.
    reordered(this.element, rows);
    const more = [...this.element.querySelectorAll(".more")];
    if (!more.some((each) => each.tabIndex === 0)) more.at(-1)?.setAttribute("tabindex", "0");
  }

  /**
   * Marks a message for the eyes.
   * @param {string} place
   * @returns {Element | undefined} its row, where there is one
   */
  point(place) {
    const element = this.#shown.get(place)?.element;
    element?.classList.add("pointed");
    setTimeout(() => element?.classList.remove("pointed"), 2000);
    return element;
  }

  /** @param {any[]} messages @param {Showing} showing */
  #rows(messages, showing) {
    const rows = [];
    let before = null;
    const now = Date.now();
    const kept = this.#shown;
    this.#shown = new Map();
    for (const [at, message] of messages.entries()) {
      if (before === null || dayOf(before.time) !== dayOf(message.time)) {
        rows.push(line("", dayName(message.time, now, strings)));
        before = null;
      }
      if (message.place === showing.newFrom && showing.query === "") {
        rows.push(line("new-here", strings.newHere));
        before = null;
      }
      const isFirst = !isTogether(before, message);
      const isLast = !isTogether(message, messages[at + 1])
        || messages[at + 1].place === showing.newFrom;
      const key = JSON.stringify([message, isFirst, isLast, showing.query, showing.name,
        showing.isBlocked]);
      const entry = kept.get(message.place);
      const element = entry?.key === key ? entry.element
        : drawn(() => this.#row(message, { isFirst, isLast,
          isNew: kept.size > 0 && entry === undefined && at === messages.length - 1 },
        showing, entry?.element), () => line("", strings.notDrawn));
      this.#shown.set(message.place, { element, key });
      rows.push(element);
      before = message;
    }
    return rows;
  }

  /**
   * @param {any} message
   * @param {{isFirst: boolean, isLast: boolean, isNew: boolean}} where in its group, and whether it
   *   has just come
   * @param {Showing} showing
   * @param {HTMLElement} [before] what stood for it until now
   */
  #row(message, { isFirst, isLast, isNew }, { name, query, isBlocked }, before) {
    const { own, phase, place, text, time } = message;
    const phases = /** @type {Record<string, string>} */ (strings.phases);
    const isFound = query !== "";
    const isOpen = !isFound && before?.classList.contains("open") === true;
    const more = isFound
      ? iconButton("send", strings.showThere, () => this.#actions.show(place), "more there")
      : iconButton("more", strings.more, () => this.#toggle(row, message), "more");
    more.tabIndex = before?.contains(document.activeElement) ? 0 : -1;
    if (!isFound) more.setAttribute("aria-expanded", "false");
    const bubble = h("div", { class: "bubble", dir: "auto",
      onclick: (/** @type {MouseEvent} */ event) => this.#tapped(event, row, message) },
    h("bdi", { class: "unseen" }, `${own ? strings.you : name}: `),
    h("span", { class: isPicture(text) ? "text picture" : "text" }, ...marked(text, query)),
    h("span", { class: "meta" },
      h("time", { datetime: dateOf(time).toISOString(), title: fullTime(time), dir: "auto" },
        timeName(time)),
      own && h("span", { class: "tick", title: phases[phase] },
        icon(TICKS[/** @type {"READ"} */ (phase)] ?? "clock"),
        h("span", { class: "unseen" }, phases[phase] ?? phase))));
    const row = h("li", { class: "message", "data-own": String(own), "data-phase": phase,
      "data-place": place, "data-first": isFirst, "data-last": isLast,
      "data-new": isNew },
    h("div", { class: "bubble-row" }, bubble, more),
    phase === "FAILED" && h("p", { class: "failure" }, h("span", { dir: "auto" },
      strings.reasons(message.reason ?? phases.FAILED)),
    !isBlocked && button(strings.retry, () => this.#actions.retry(place), "link")));
    if (isOpen) this.#toggle(row, message);
    if (before?.contains(document.activeElement)) queueMicrotask(() => more.focus());
    return row;
  }

  /** A tap opens what a mouse and a keyboard have a button for. */
  #tapped(
    /** @type {MouseEvent} */ { target }, /** @type {HTMLElement} */ row,
    /** @type {any} */ message,
  ) {
    const isLink = /** @type {Element} */ (target).closest("a") !== null;
    const isSelecting = String(getSelection()) !== "";
    if (!matchMedia("(pointer: coarse)").matches || isLink || isSelecting) return;
    if (row.querySelector(".there") !== null) this.#actions.show(message.place);
    else this.#toggle(row, message);
  }

  /** Shows or hides what can be done with a message. */
  #toggle(/** @type {HTMLElement} */ row, /** @type {any} */ { own, phase, place, text, time }) {
    const isOpen = row.classList.toggle("open");
    row.querySelector(".more")?.setAttribute("aria-expanded", String(isOpen));
    row.querySelector(".actions-under")?.remove();
    if (!isOpen) return;
    const phases = /** @type {Record<string, string>} */ (strings.phases);
    row.append(h("p", { class: "under actions-under" },
      h("span", {}, own ? `${phases[phase]} · ${fullTime(time)}` : fullTime(time)),
      button(strings.copyText, () => this.#actions.copy(text), "link"),
      button(strings.deleteMessage, () => this.#actions.remove(place), "link")));
  }

  /** Arrows go from message to message, so that the list is one stop of the tab key. */
  #key(/** @type {KeyboardEvent} */ event) {
    const step = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
    const target = /** @type {HTMLElement} */ (event.target);
    if (step === 0 || !target.classList.contains("more")) return;
    const stops = [...this.element.querySelectorAll(".more")];
    const next = /** @type {HTMLElement | undefined} */ (stops[stops.indexOf(target) + step]);
    if (next === undefined) return;
    event.preventDefault();
    target.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }
}

/**
 * Whether two messages stand together.
 * @param {any} before
 * @param {any} after
 */
const isTogether = (before, after) => Boolean(before && after && before.own === after.own
  && Math.abs(after.time - before.time) < GROUP_MILLISECONDS
    && dayOf(before.time) === dayOf(after.time));

/** @param {string} kind @param {string} text */
const line = (kind, text) => h("li", { class: `day ${kind}` }, h("span", {}, text));

const emptyRow = () => h("li", { class: "empty" }, bond("whole", "large"),
  h("p", { class: "empty-title" }, strings.firstWords), h("p", {}, strings.firstHint));

/**
 * A text with what was looked for marked.
 * @param {string} text
 * @param {string} query
 * @returns {(string | HTMLElement)[]}
 */
function marked(text, query) {
  if (query === "") return linked(text);
  const parts = [];
  const [lower, sought] = [text.toLocaleLowerCase(), query.toLocaleLowerCase()];
  // Where lower case has another length, places do not match: the text stands unmarked.
  if (lower.length !== text.length) return [text];
  let from = 0;
  for (let at = lower.indexOf(sought); at >= 0; at = lower.indexOf(sought, from)) {
    parts.push(text.slice(from, at), h("mark", {}, text.slice(at, at + sought.length)));
    from = at + sought.length;
  }
  return [...parts, text.slice(from)];
}
