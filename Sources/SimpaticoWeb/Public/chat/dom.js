/** Elements without markup: whatever is a string becomes text and nothing else. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {string} tag
 * @param {Record<string, any>} [properties] `on…` listens, `class`, `data-…`, `aria-…` and other
 *   attributes; false and null leave one out
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {any}
 */
export function h(tag, properties = {}, ...children) {
  return filled(document.createElement(tag), properties, children);
}

/**
 * @param {string} tag
 * @param {Record<string, any>} [properties]
 * @param {...any} children
 */
export function svg(tag, properties = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), properties, children);
}

/**
 * @param {any} element
 * @param {Record<string, any>} properties
 * @param {any[]} children
 */
function filled(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => (
    child !== null && child !== undefined && child !== false)));
  return element;
}

/**
 * One of many: where it cannot be drawn, the others are all the same.
 * @param {() => HTMLElement} draw
 * @param {() => HTMLElement} instead
 */
export function drawn(draw, instead) {
  try {
    return draw();
  } catch (error) {
    reportError(error);
    return instead();
  }
}

/**
 * Gives an element these children, in this order, and touches none that stands right already.
 * @param {HTMLElement} parent
 * @param {HTMLElement[]} children
 */
export function reordered(parent, children) {
  const wanted = new Set(children);
  for (const child of [...parent.children]) {
    if (!wanted.has(/** @type {HTMLElement} */ (child))) child.remove();
  }
  for (const [at, child] of children.entries()) {
    if (parent.children[at] !== child) parent.insertBefore(child, parent.children[at] ?? null);
  }
}

const ICONS = {
  plus: "M12 5v14M5 12h14",
  back: "M15 5l-7 7 7 7",
  gear: "M4 7h9M17 7h3M4 17h3M11 17h9M13 7a2 2 0 1 0 4 0 2 2 0 1 0-4 0M7 17a2 2 0 1 0 4 0 2 2 0 " +
    "1 0-4 0",
  search: "M5 10.5a5.5 5.5 0 1 0 11 0 5.5 5.5 0 1 0-11 0M15 15l4.5 4.5",
  info: "M4 12a8 8 0 1 0 16 0 8 8 0 1 0-16 0M12 11v5M12 8v.01",
  send: "M5 12h14M13 6l6 6-6 6",
  down: "M12 5v14M6 13l6 6 6-6",
  close: "M6 6l12 12M18 6L6 18",
  more: "M6 12v.01M12 12v.01M18 12v.01",
  clock: "M5 12a7 7 0 1 0 14 0 7 7 0 1 0-14 0M12 8v4l2.5 2",
  check: "M6 12.5l4 4 8-9",
  checks: "M2.5 12.5l4 4 8-9M11.5 15.5l1 1 8-9",
  alert: "M4 12a8 8 0 1 0 16 0 8 8 0 1 0-16 0M12 7.5v5.5M12 16v.01",
};

/** @param {keyof typeof ICONS} name */
export const icon = (name) => svg(
  "svg", { class: `icon icon-${name}`, viewBox: "0 0 24 24", "aria-hidden": "true",
    focusable: "false" },
  svg("path", { d: ICONS[name] }));

/**
 * Two people and what is between them: a line that is whole, broken or missing.
 * @param {"whole" | "waiting" | "broken"} state
 * @param {string} [size]
 */
export function bond(state, size = "") {
  const isLarge = size === "large";
  const [width, left, right] = isLarge ? [96, [14, 12], [82, 28]] : [60, [10, 12], [50, 28]];
  const line = isLarge ? "M18 12C38 12 36 28 54 28H82" : "M10 12C30 12 24 28 50 28";
  const disc = (/** @type {string} */ name, /** @type {number[]} */ [x, y]) => (
    svg("circle", { class: name, cx: String(x), cy: String(y), r: "8" }));
  return svg("svg", { class: `bond ${size}`, viewBox: `0 0 ${width} 40`, "aria-hidden": "true",
    focusable: "false", "data-state": state }, svg("path", { class: "bond-line", d: line }),
  disc("bond-one", left), disc("bond-two", right));
}

/**
 * A contact's mark: a colour and a letter that stay the same.
 * @param {string} sig
 * @param {string} [name]
 */
export function avatar(sig, name = "") {
  let colour = 0;
  for (const character of sig) colour = (colour * 31 + character.charCodeAt(0)) % 16;
  const [letter = ""] = name.trim();
  return h("span", { class: "avatar", "data-colour": String(colour), "aria-hidden": "true" },
    letter === "" ? svg("svg", { viewBox: "0 0 24 24" },
      svg("path", { class: "avatar-line", d: "M8 8h8M8 8q0 8 8 8" }),
      svg("circle", { cx: "8", cy: "8", r: "2.6" }), svg("circle", { cx: "16", cy: "8", r: "2.6" }),
      svg("circle", { cx: "16", cy: "16", r: "2.6" })) : letter.toLocaleUpperCase());
}

/**
 * @param {string} label
 * @param {() => unknown} act
 * @param {string} [kind]
 */
export const button = (label, act, kind = "") => h(
  "button", { type: "button", class: `button ${kind}`, onclick: act }, label);

/**
 * @param {keyof typeof ICONS} name
 * @param {string} label
 * @param {() => unknown} act
 * @param {string} [kind]
 */
export const iconButton = (name, label, act, kind = "") => h(
  "button", { type: "button", class: `icon-button ${kind}`, "aria-label": label, title: label,
    onclick: act }, icon(name));

/** @param {string} label @param {string} address */
export const backLink = (label, address) => h("a", { class: "back", href: address }, icon("back"),
  label);

