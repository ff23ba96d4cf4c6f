/**
 * A value as a tree that can be folded, one level at a time: what is closed has not been asked for.
 * What a reader opens or closes is remembered by path, so walking along a branch keeps it open.
 */
import { html } from "./dom.js";

/** @typedef {import('./contract.js').Part} Part */

/**
 * @typedef {object} Source Whoever tells the rest of a value.
 * @property {string} of which value of the node: `value`, `residue`, `cascade`, `effects`
 * @property {(request: {of: string, path: (string | number)[], offset?: number,
 *   text?: boolean}) => Part | null} ask
 * @property {Map<string, boolean>} open what was opened and closed
 * @property {((key: string) => Node | null)} [note] stands behind a field of the first level
 */

/** Values whose first level has more entries than this start out with closed branches. */
const OPEN_ENTRIES = 6;

/**
 * @param {Part} part
 * @param {Source} source
 * @param {(string | number)[]} [path]
 * @returns {HTMLElement}
 */
export function partView(part, source, path = []) {
  const root = html("div", { class: "json" });
  if (isBranch(part)) fill(root, part, source, path);
  else root.append(leafView(part, source, path));
  return root;
}

/** @param {Part} part */
function isBranch({ kind, count = 0 }) {
  return (kind === "object" || kind === "array") && count > 0;
}

/**
 * @param {HTMLElement} parent
 * @param {Part} part
 * @param {Source} source
 * @param {(string | number)[]} path
 */
function fill(parent, part, source, path) {
  const entries = part.entries ?? [];
  parent.append(...entries.map((entry) => entryView(entry, source, [...path, entry.key ?? ""])));
  const told = entries.length;
  if ((part.more ?? 0) > 0) {
    const offset = (/** @type {any} */ (part).offset ?? 0) + told;
    const more = html("button", { type: "button", class: "json-more" },
      `${(part.more ?? 0).toLocaleString("en")} more`);
    more.addEventListener("click", () => {
      const rest = source.ask({ of: source.of, path, offset });
      if (rest === null) return;
      more.remove();
      fill(parent, { ...rest, ...{ offset } }, source, path);
    });
    parent.append(more);
  }
}

/**
 * @param {Part} part
 * @param {Source} source
 * @param {(string | number)[]} path
 */
function entryView(part, source, path) {
  const isItem = typeof part.key === "number";
  const name = html("span", { class: isItem ? "json-index" : "json-key" }, String(part.key));
  const note = path.length === 1 ? source.note?.(String(part.key)) ?? null : null;
  if (!isBranch(part)) {
    const entry = html("div", { class: "json-entry" }, name, leafView(part, source, path));
    if (note !== null) entry.append(note);
    return entry;
  }
  const remembered = `${source.of}/${path.join("/")}`;
  const count = part.count ?? 0;
  const details = html("details", { class: "json-branch" },
    html("summary", {}, name, html("span", { class: "json-preview" },
      part.kind === "array" ? `[ ${count} ]` : `{ ${count} }`)));
  if (note !== null) details.firstElementChild?.append(note);
  const open = () => {
    if (details.childElementCount > 1) return;
    const told = part.entries === undefined ? source.ask({ of: source.of, path }) : part;
    const children = html("div", { class: "json-children" });
    if (told !== null) fill(children, told, source, path);
    details.append(children);
  };
  const isOpen = source.open.get(remembered)
    ?? (part.entries !== undefined && count <= OPEN_ENTRIES);
  if (isOpen) {
    open();
    details.open = true;
  }
  details.addEventListener("toggle", () => {
    if (details.open) open();
    source.open.set(remembered, details.open);
  });
  return details;
}

/**
 * @param {Part} part
 * @param {Source} source
 * @param {(string | number)[]} path
 * @returns {HTMLElement}
 */
function leafView(part, source, path) {
  switch (part.kind) {
    case "handle":
      return html("span", { class: "json-handle",
        title: "An opaque handle to something outside: never shown, stored or sent" }, "handle");
    case "handler":
      return html("span", { class: "json-code" }, "ƒ handler");
    case "object": case "array":
      return html("span", { class: "json-null" }, part.kind === "array" ? "[ ]" : "{ }");
    case "string":
      return textView(part, source, path);
    case "number":
      return html("span", { class: "json-number" }, String(part.value));
    default:
      return html("span", { class: "json-null" }, String(part.value ?? part.kind));
  }
}

/**
 * @param {Part} part
 * @param {Source} source
 * @param {(string | number)[]} path
 */
function textView(part, source, path) {
  const view = html("span", { class: "json-string" });
  const text = String(part.value ?? "");
  if (!part.isCut && text.length <= 96) {
    view.append(JSON.stringify(text));
    return view;
  }
  const short = `${JSON.stringify(text.slice(0, 56)).slice(0, -1)}…`;
  const content = html("span", {}, short);
  const count = part.count ?? text.length;
  const button = html("button", { type: "button", class: "json-more", "aria-expanded": "false" },
    `all ${count.toLocaleString("en")} bytes`);
  button.addEventListener("click", () => {
    const isClosed = button.getAttribute("aria-expanded") === "false";
    const whole = !isClosed ? short : part.isCut
      ? String(source.ask({ of: source.of, path, text: true })?.value ?? text) : text;
    button.setAttribute("aria-expanded", String(isClosed));
    content.textContent = whole;
    content.classList.toggle("json-block", isClosed);
    button.textContent = isClosed ? "less" : `all ${count.toLocaleString("en")} bytes`;
  });
  view.append(content, " ", button);
  return view;
}

/** A value that is told in full, in short. @param {unknown} value */
export function plainValue(value) {
  if (value === "(handle)") return html("span", { class: "json-handle" }, "handle");
  const kind = typeof value === "string" ? "json-string"
    : typeof value === "number" ? "json-number" : "json-null";
  return html("span", { class: kind }, JSON.stringify(value) ?? "–");
}
