/**
 * Small things that outlast a reload where the browser allows it, and otherwise the page's life:
 * in the tab's own storage, or, for drafts, in that of all tabs.
 */

const PREFIX = "simpatico-";

class Scraps {
  #storage;
  /** @type {Map<string, string>} */
  #inMemory = new Map();
  #isOver = false;

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
    if (this.#isOver) return;
    this.#inMemory.delete(name);
    try {
      if (value === null) this.#storage().removeItem(PREFIX + name);
      else this.#storage().setItem(PREFIX + name, value);
    } catch {
      if (value !== null) this.#inMemory.set(name, value);
    }
  }

  /** Removes all, and keeps nothing more: the page is about to begin anew. */
  end() {
    this.#isOver = true;
    this.#inMemory.clear();
    try {
      const storage = this.#storage();
      for (const name of Object.keys(storage)) {
        if (name.startsWith(PREFIX)) storage.removeItem(name);
      }
    } catch { /* what is refused holds nothing of ours */ }
  }
}

/** Of this tab. */
export const scraps = new Scraps(() => sessionStorage);

/** Of all tabs: what was typed and not sent, by contact. */
export const drafts = new Scraps(() => localStorage);
