/** Writes to the page only what differs from what was written last, without asking the page. */

export class Written {
  /** @type {Map<string, unknown>} by element and attribute */
  #values = new Map();

  /**
   * @param {string} name of the element, for this memory
   * @param {Element} element
   * @param {Record<string, string | number | boolean | null>} attributes null takes one away
   */
  assign(name, element, attributes) {
    for (const [attribute, value] of Object.entries(attributes)) {
      if (!this.differs(`${name} ${attribute}`, value)) continue;
      if (value === null) element.removeAttribute(attribute);
      else element.setAttribute(attribute, String(value));
    }
  }

  /** @param {string} name @param {Element} element @param {string} text */
  say(name, element, text) {
    if (!this.differs(name, text)) return;
    const [child] = element.childNodes;
    if (child === undefined) element.append(text); else child.nodeValue = text;
  }

  /** Whether a value is another than the last time; it is remembered. */
  differs(/** @type {string} */ key, /** @type {unknown} */ value) {
    if (this.#values.get(key) === value && this.#values.has(key)) return false;
    this.#values.set(key, value);
    return true;
  }
}

/**
 * Elements that are free to be used again, by kind: one that looked alike needs the least change.
 * @template Mark
 */
export class Spares {
  /** @type {Map<string, Mark[]>} */
  #kinds = new Map();

  /** @param {string} kind @param {Mark} mark */
  add(kind, mark) {
    const marks = this.#kinds.get(kind);
    if (marks === undefined) this.#kinds.set(kind, [mark]); else marks.push(mark);
  }

  /** One of this kind, or none. @param {string} kind @returns {Mark | undefined} */
  take(kind) {
    return this.#kinds.get(kind)?.pop();
  }

  /** Those that nobody took. @returns {Mark[]} */
  get rest() {
    return [...this.#kinds.values()].flat();
  }
}
