/** Making elements, in HTML and in SVG: attributes and text only, never markup from a string. */

const SVG_NAMESPACE = "http://www.w3.org/2000/svg";

/** @typedef {Record<string, string | number | boolean | null | undefined>} Attributes */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function html(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  assign(element, attributes);
  element.append(...children);
  return element;
}

/**
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes]
 * @param {...(Node | string)} children
 * @returns {SVGElementTagNameMap[Tag]}
 */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG_NAMESPACE, tag);
  assign(element, attributes);
  element.append(...children);
  return element;
}

/**
 * A button that does something; a small one, unless its class says otherwise.
 * @param {string} text
 * @param {(event: MouseEvent) => void} run
 * @param {Attributes} [attributes]
 */
export function buttonFor(text, run, attributes = {}) {
  const button = html("button", { type: "button", class: "button button-small", ...attributes },
    text);
  button.addEventListener("click", run);
  return button;
}

/** Where the keyboard stops, but for what is written into. @param {Element} element */
const stopsOf = (element) => /** @type {HTMLElement[]} */ (
  [...element.querySelectorAll("button, summary, [tabindex]")]);

/**
 * Puts other children into an element. The keyboard stays on what had it, where that is among them;
 * else it is at the same stop, or at the last one.
 * @param {HTMLElement} element
 * @param {...Node} children
 */
export function refill(element, ...children) {
  const focused = /** @type {HTMLElement} */ (document.activeElement);
  const at = stopsOf(element).indexOf(focused);
  element.replaceChildren(...children);
  const stops = stopsOf(element);
  if (element.contains(focused)) focused.focus();
  else if (at >= 0) (stops[at] ?? stops.at(-1) ?? element).focus();
}

/**
 * Sets what differs and leaves the rest alone; null, undefined and false take an attribute away.
 * @param {Element} element
 * @param {Attributes} attributes
 */
export function assign(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) {
      element.removeAttribute(name);
    } else {
      const text = value === true ? "" : String(value);
      if (element.getAttribute(name) !== text) element.setAttribute(name, text);
    }
  }
}

/**
 * The element with this id, which the page's own HTML promises.
 * @param {string} id
 */
export function byId(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`index.html has no element with the id ${id}`);
  return element;
}

/**
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Asks for no animation when the reader's system does.
 */
export function prefersReducedMotion() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
