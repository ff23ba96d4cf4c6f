/**
 * Small things that outlast a reload where the browser allows it, and otherwise the page's life:
 * in the tab's own storage, or, for drafts, in that of all tabs.
 */

const PREFIX = "simpatico-";

class Scraps {
  #storage;
  /** @type {Map<string, string>} */
  #inMemory = new Map();

  /** @param {() => Storage} storage which may be refused */
  constructor(storage) {
    this.#storage = storage;
  }

  /** @param {string} name @returns {string | null} */
  get(name) {
    try {
      return this.#storage().getItem(PREFIX + name) ?? this.#inMemory.get(name) ?? null;
    } catch {
      return this.#inMemory.get(name) ?? null;
    }
  }

  /** @param {string} name @param {string | null} value null removes */
  set(name, value) {
    this.#inMemory.delete(name);
    try {
      if (value === null) this.#storage().removeItem(PREFIX + name);
      else this.#storage().setItem(PREFIX + name, value);
    } catch {
      if (value !== null) this.#inMemory.set(name, value);
    }
  }

  /** Removes all whose names begin so. @param {string} [start] */
  clear(start = "") {
    for (const name of this.#inMemory.keys()) if (name.startsWith(start)) this.set(name, null);
    try {
      for (const name of Object.keys(this.#storage())) {
        if (name.startsWith(PREFIX + start)) this.set(name.slice(PREFIX.length), null);
      }
    } catch { /* what is refused holds nothing of ours */ }
  }
}

/** Of this tab. */
export const scraps = new Scraps(() => sessionStorage);

/** Of all tabs: what was typed and not sent, by contact. */
export const drafts = new Scraps(() => localStorage);
