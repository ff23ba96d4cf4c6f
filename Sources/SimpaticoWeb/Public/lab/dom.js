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

/** What the keyboard can be on. */
const KEYED = "button, summary, input, select, textarea";

/**
 * Puts other children into an element. The keyboard stays: what is now in the place of what had it
 * has it, or what is nearest to that.
 * @param {HTMLElement} element
 * @param {...Node} children
 */
export function refill(element, ...children) {
  const path = [];
  for (let at = document.activeElement; at !== element; at = at.parentElement) {
    if (at?.parentElement == null) {
      element.replaceChildren(...children);
      return;
    }
    path.unshift([...at.parentElement.children].indexOf(at));
  }
  element.replaceChildren(...children);
  let place = /** @type {Element} */ (element);
  for (const index of path) place = place.children[index] ?? place;
  /** @type {HTMLElement} */ (place.closest(KEYED) ?? place.querySelector(KEYED)
    ?? element.querySelector(KEYED) ?? element).focus();
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
