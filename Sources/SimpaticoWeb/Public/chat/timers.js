/** The timers that the core asks for, by the id of the request. */

export class Timers {
  /** @type {Map<number, ReturnType<typeof setTimeout>>} */
  #running = new Map();
  #elapsed;

  /** @param {(id: number, branch: number) => void} elapsed */
  constructor(elapsed) {
    this.#elapsed = elapsed;
  }

  /** @param {{id: number, branch: number, milliseconds: number}} effect */
  start({ id, branch, milliseconds }) {
    this.#running.set(id, setTimeout(() => {
      this.#running.delete(id);
      this.#elapsed(id, branch);
    }, milliseconds));
  }

  /** @param {number} id */
  cancel(id) {
    clearTimeout(this.#running.get(id));
    this.#running.delete(id);
  }

  cancelAll() {
    for (const timer of this.#running.values()) clearTimeout(timer);
    this.#running.clear();
  }
}
