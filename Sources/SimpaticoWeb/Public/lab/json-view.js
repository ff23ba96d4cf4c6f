/**
 * A JSON value as text that can be folded: details and summary, text nodes only. What a reader
 * opens or closes is remembered by path, so that walking along a branch keeps it open.
 */
import { html } from "./dom.js";

/** Strings longer than this start out shortened. */
const LONG_CHARACTERS = 72;
/** Objects and arrays with more entries than this start out closed. */
const MANY_ENTRIES = 12;
/** How deep a value starts out open. */
const OPEN_DEPTH = 1;

/** @typedef {Map<string, boolean>} OpenPaths */

/**
 * @param {unknown} value
 * @param {string} path where the value stands, for remembering what is open
 * @param {OpenPaths} open
 * @returns {HTMLElement}
 */
export function jsonView(value, path, open) {
  const root = html("div", { class: "json" });
  if (isContainer(value) && entriesOf(value).length > 0) {
    root.append(...entriesOf(value).map(([key, item]) => (
      entry(key, item, `${path}/${key}`, 1, Array.isArray(value), open))));
  } else {
    root.append(jsonLeaf(value));
  }
  return root;
}

/**
 * @param {string} key
 * @param {unknown} value
 * @param {string} path
 * @param {number} depth
 * @param {boolean} isItem inside an array, where the key is an index
 * @param {OpenPaths} open
 * @returns {HTMLElement}
 */
function entry(key, value, path, depth, isItem, open) {
  const name = html("span", { class: isItem ? "json-index" : "json-key" }, key);
  if (key.startsWith("_")) {
    return html("div", { class: "json-entry" }, name, html("span", { class: "json-handle",
      title: "An opaque handle to something outside: never shown, stored or sent" }, "(handle)"));
  }
  if (!isContainer(value) || entriesOf(value).length === 0) {
    return html("div", { class: "json-entry" }, name, jsonLeaf(value));
  }
  const entries = entriesOf(value);
  const isOpen = open.get(path) ?? (depth <= OPEN_DEPTH && entries.length <= MANY_ENTRIES);
  const details = html("details", { class: "json-branch", open: isOpen },
    html("summary", {}, name, html("span", { class: "json-preview" }, preview(value))));
  const fill = () => {
    if (details.childElementCount > 1) return;
    details.append(html("div", { class: "json-children" }, ...entries.map(([inner, item]) => (
      entry(inner, item, `${path}/${inner}`, depth + 1, Array.isArray(value), open)))));
  };
  if (isOpen) fill();
  details.addEventListener("toggle", () => {
    if (details.open !== isOpen || open.has(path)) open.set(path, details.open);
    if (details.open) fill();
  });
  return details;
}

/**
 * A value that has nothing to fold.
 * @param {unknown} value
 * @returns {HTMLElement}
 */
export function jsonLeaf(value) {
  if (typeof value === "string") return stringView(value);
  if (isContainer(value)) {
    return html("span", { class: "json-null" }, Array.isArray(value) ? "[ ]" : "{ }");
  }
  return html("span", { class: value === null ? "json-null" : "json-number" }, String(value));
}

/** @param {string} text */
function stringView(text) {
  const view = html("span", { class: "json-string" });
  if (text.length <= LONG_CHARACTERS) {
    view.append(JSON.stringify(text));
    return view;
  }
  const content = html("span", {}, shorten(text));
  const button = html("button", { type: "button", class: "json-more", "aria-expanded": "false" },
    `show all ${text.length.toLocaleString("en")} characters`);
  button.addEventListener("click", () => {
    const expand = button.getAttribute("aria-expanded") === "false";
    button.setAttribute("aria-expanded", String(expand));
    content.textContent = expand ? text : shorten(text);
    content.classList.toggle("json-block", expand);
    button.textContent = expand ? "show less"
      : `show all ${text.length.toLocaleString("en")} characters`;
  });
  view.append(content, " ", button);
  return view;
}

/** @param {string} text */
function shorten(text) {
  return `${JSON.stringify(text.slice(0, 40)).slice(0, -1)}…${
    JSON.stringify(text.slice(-12)).slice(1)}`;
}

/**
 * @param {unknown} value
 * @returns {value is object}
 */
export function isContainer(value) {
  return typeof value === "object" && value !== null;
}

/** @param {object} value */
function entriesOf(value) {
  return Object.entries(value);
}

/**
 * What a closed value holds, in a line that the style sheet cuts off.
 * @param {object} value
 */
function preview(value) {
  if (Array.isArray(value)) return value.length === 1 ? "1 item" : `${value.length} items`;
  return `{ ${Object.keys(value).join(", ")} }`;
}
