/**
 * Parts of the page that are loaded when somebody is about to use them: at the first movement of a
 * hand, so that they are there before it has reached its goal.
 */

/** @typedef {typeof import('./parts.js').parts} Parts */

/** The parts could not be fetched. */
export class PartsLoadError extends Error {}

/** @type {Promise<Parts> | null} */
let loading = null;

/** @returns {Promise<Parts>} the same each time, but after a failure */
export function loadParts() {
  loading ??= import("./parts.js").then(({ parts }) => parts, (error) => {
    loading = null;
    throw new PartsLoadError(error instanceof Error ? error.message : String(error));
  });
  return loading;
}

/** What shows that somebody is about to use the page. */
const SIGNS = ["pointermove", "pointerdown", "keydown", "focusin"];

/** Loads the parts when a hand is seen for the first time. What fails is told when one is used. */
export function loadPartsAtFirstSign() {
  const load = () => {
    for (const sign of SIGNS) removeEventListener(sign, load);
    loadParts().catch(() => {});
  };
  for (const sign of SIGNS) addEventListener(sign, load, { passive: true });
}

/**
 * One part, which is made when it is first used.
 * @template T
 */
export class Later {
  /** @type {T | null} null until it was first used */
  part = null;
  #make;

  /** @param {(parts: Parts) => T} make */
  constructor(make) {
    this.#make = make;
  }

  /**
   * Uses the part: at once when it is there, otherwise as soon as it is, in the order of asking.
   * @param {(part: T) => void} run
   */
  use(run) {
    if (this.part !== null) {
      run(this.part);
      return;
    }
    loadParts().then((parts) => {
      this.part ??= this.#make(parts);
      run(this.part);
    });
  }
}
