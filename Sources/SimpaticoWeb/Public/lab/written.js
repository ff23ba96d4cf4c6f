/** Writes to an element only what differs from what was written last, without asking the page. */
export class Written {
  element;
  /** @type {Map<string, unknown>} by attribute; the text has no name */
  #values = new Map();

  /** @param {Element} element */
  constructor(element) {
    this.element = element;
  }

  /** @param {Record<string, string | number | boolean | null>} attributes null takes one away */
  assign(attributes) {
    for (const attribute in attributes) {
      const value = attributes[attribute];
      if (!this.differs(attribute, value)) continue;
      if (value === null) this.element.removeAttribute(attribute);
      else this.element.setAttribute(attribute, String(value));
    }
  }

  /** @param {string} text */
  say(text) {
    if (!this.differs("", text)) return;
    const { firstChild } = this.element;
    if (firstChild === null) this.element.append(text); else firstChild.nodeValue = text;
  }

  /** Whether a value is another than the last time; it is remembered. */
  differs(/** @type {string} */ key, /** @type {unknown} */ value) {
    if (this.#values.get(key) === value) return false;
    this.#values.set(key, value);
    return true;
  }
}

/**
 * Elements that are free to be used again, by what they have in common. They are taken in the order
 * in which they came, so that what stands at a place most often stays there.
 * @template Kind, Mark
 */
export class Spares {
  /** @type {Map<Kind, Mark[]>} */
  #kinds = new Map();

  /** @param {Kind} kind @param {Mark} mark */
  add(kind, mark) {
    const marks = this.#kinds.get(kind);
    if (marks === undefined) this.#kinds.set(kind, [mark]); else marks.push(mark);
  }

  /** One of this kind, or none. @param {Kind} kind @returns {Mark | undefined} */
  take(kind) {
    return this.#kinds.get(kind)?.shift();
  }

  /** Those that nobody took. @returns {Mark[]} */
  get rest() {
    return [...this.#kinds.values()].flat();
  }
}
