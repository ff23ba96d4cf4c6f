/**
 * What the page asks the core, in the page's words. Answers that cannot change are kept: a node
 * that was told never changes, so a window on a tree is asked for once, not once for each step.
 */
import { CoreRefusal } from "./core.js";
import { glyphFor } from "./glyphs.js";

/** @typedef {import('./contract.js').Moment} Moment */
/** @typedef {import('./contract.js').TreeNode} TreeNode */

/** Windows kept for each universe and party; a scrub touches few. */
const KEPT_WINDOWS = 24;
/** Digests are printed over all leaves: beyond this many nodes only when the cursor rests. */
export const QUICK_DIGEST_NODES = 4000;

export class Session {
  #core;
  /** @type {Map<string, any>} */
  #kept = new Map();

  /** @param {import('./core.js').Core} core */
  constructor(core) {
    this.#core = core;
  }

  /** @param {{command: string} & Record<string, unknown>} request */
  call(request) {
    return this.#core.call(request);
  }

  /**
   * @param {number} universe
   * @param {number} step
   * @param {{digest?: boolean, pending?: number}} [options]
   * @returns {Moment}
   */
  moment(universe, step, { digest = true, pending = 60 } = {}) {
    return wholeMoment(this.call({ command: "moment", universe, step, digest, pending }));
  }

  /**
   * The part of a tree that lies in a range of rows and columns, with all that it has come to hold.
   * @param {Moment} moment
   * @param {string} party
   * @param {[number, number]} rows
   * @param {[number, number]} columns
   * @returns {{nodes: TreeNode[], layout: import('./contract.js').Layout, count: number,
   *   spines: {x: number, y1: number, y2: number}[]}}
   */
  window({ universe, steps }, party, rows, columns) {
    return this.#keep(`w ${universe} ${steps} ${party} ${rows} ${columns}`, () => (
      this.call({ command: "nodes", universe, party, rows, columns })));
  }

  /**
   * Nodes by id, half-open.
   * @param {Moment} moment
   * @param {string} party
   * @param {number} from
   * @param {number} to
   * @returns {TreeNode[]}
   */
  nodes({ universe, steps }, party, from, to) {
    if (from >= to) return [];
    return this.#keep(`n ${universe} ${steps} ${party} ${from} ${to}`, () => (
      this.call({ command: "nodes", universe, party, from, to }).nodes));
  }

  /**
   * How many nodes each party has at a step.
   * @param {Moment} moment
   * @param {number} step
   */
  counts({ universe }, step) {
    return this.#keep(`c ${universe} ${step}`, () => (
      this.moment(universe, step, { digest: false, pending: 0 }).counts.map(({ nodes }) => nodes)));
  }

  /**
   * The rows of a party's tree as they are at a moment.
   * @param {Moment} moment
   * @param {string} party
   * @param {number} from
   * @param {number} to
   * @returns {import('./contract.js').Branch[]}
   */
  branches({ universe, step }, party, from, to) {
    return this.call({ command: "branches", universe, party, from, to, step }).branches;
  }

  /**
   * What was on its way in a range of steps.
   * @param {Moment} moment
   * @param {number} from
   * @param {number} to
   * @returns {import('./contract.js').Message[]}
   */
  messages({ universe, steps }, from, to) {
    return this.#keep(`m ${universe} ${steps} ${from} ${to}`, () => (
      this.call({ command: "messages", universe, from, to }).messages));
  }

  /**
   * Where edits were made: the steps at which somebody changed what would have happened.
   * @param {Moment} moment
   * @returns {number[]}
   */
  editSteps({ universe, steps, editable }) {
    if (!editable) return [];
    return this.#keep(`e ${universe} ${steps}`, () => (
      this.call({ command: "export", universe, step: 0 }).edits
        .map((/** @type {{at: number}} */ { at }) => at)));
  }

  /**
   * How a universe ends, as far as it has come.
   * @param {Moment} moment
   */
  endOf({ universe, steps }) {
    return this.#keep(`z ${universe} ${steps}`, () => (
      this.moment(universe, steps, { digest: false, pending: 0 }).end));
  }

  /**
   * Lets a universe happen until it is over: until nothing more happens, or, where it goes on for
   * ever, until the clock of the one it is like. It stays before an edit that cannot be made, which
   * is then `blocked`.
   * @param {Moment} moment
   * @param {number | null} ends virtual milliseconds
   * @returns {Moment & {blocked?: {error: string, at: string}}}
   */
  playOut(moment, ends) {
    try {
      return this.call({ command: "play", universe: moment.universe,
        ...(ends === null ? { end: true } : { clock: ends }) });
    } catch (error) {
      if (!(error instanceof CoreRefusal)) throw error;
      return { ...moment, blocked: { error: error.message, at: error.at } };
    }
  }

  /**
   * When a universe is over that goes on for ever; null for one that becomes quiet.
   * @param {number} universe
   * @returns {number | null}
   */
  endsAt(universe) {
    const { quiet, clock } = this.call({ command: "moment", universe, digest: false, pending: 0 });
    return quiet ? null : clock;
  }

  /** Forgets every kept answer: the universes are others. */
  forget() {
    this.#kept.clear();
  }

  /**
   * @template T
   * @param {string} key
   * @param {() => T} ask
   * @returns {T}
   */
  #keep(key, ask) {
    let answer = this.#kept.get(key);
    if (answer === undefined) {
      answer = ask();
      if (this.#kept.size >= KEPT_WINDOWS * 16) {
        for (const old of [...this.#kept.keys()].slice(0, KEPT_WINDOWS * 8)) this.#kept.delete(old);
      }
      this.#kept.set(key, answer);
    }
    return answer;
  }
}

/**
 * A recording has no network, and nobody to end it: what it cannot tell is empty.
 * @param {any} told
 * @returns {Moment}
 */
export function wholeMoment(told) {
  return told.editable ? told : {
    action: { kind: "event", text: "", party: null },
    end: { word: "recorded", reason: "", parties: [] },
    pending: [], pendingCount: 0, sockets: [], socketCount: 0, remarks: [], planned: 0, ...told,
  };
}

/**
 * The characters and colours that stand for handlers, the same in every view of a universe. A
 * handler is in it from when one of its nodes was met; what never happens needs no character.
 */
export class Palette {
  /** @type {{name: string, colour: number}[]} those that were met, in that order */
  handlers = [];
  /** @type {Map<string, string>} */
  glyphs = new Map();
  /** @type {Map<string, number>} of all that a party can do */
  colours = new Map();
  #taken = new Set();

  /** @param {{name: string, colour: number}[]} handlers */
  learn(handlers) {
    for (const { name, colour } of handlers) this.colours.set(name, colour);
  }

  /** @param {TreeNode[]} nodes */
  meet(nodes) {
    for (const { handler, colour, cascade } of nodes) {
      if (handler !== null) this.#add(handler, colour);
      for (const name of cascade) this.#add(name, null);
    }
  }

  /** @param {string} name @param {number | null} colour */
  #add(name, colour) {
    if (this.glyphs.has(name)) return;
    const glyph = glyphFor(name, this.#taken);
    this.#taken.add(glyph);
    this.glyphs.set(name, glyph);
    if (colour !== null) this.colours.set(name, colour);
    this.handlers.push({ name, colour: this.colours.get(name) ?? 0 });
  }

  /** @param {string} handler */
  glyph(handler) {
    if (!this.glyphs.has(handler)) this.#add(handler, null);
    return this.glyphs.get(handler) ?? "?";
  }

  /** Other universes are looked at, perhaps of another protocol. */
  forget() {
    this.handlers = [];
    this.glyphs.clear();
    this.#taken.clear();
  }
}
