/**
 * Universes beside and below each other: edits that fork, the other universe beside this one with
 * its marks, the fan of faults, and the map of them all.
 */
import { assign, buttonFor, byId, html, setText } from "./dom.js";
import { CoreRefusal } from "./core.js";
import { marksOf, stepAtClock, summaryOf } from "./compare.js";
import { Later } from "./later.js";
import { Tabs } from "./tabs.js";
import { timeText } from "./times.js";
import { UniverseView } from "./universe-view.js";

/** @typedef {import('./contract.js').Moment} Moment */
/** @typedef {import('./contract.js').MapEntry} MapEntry */

/** Universes that one fan-out makes at most. */
const FAN_LIMIT = 200;

/**
 * @typedef {object} Host What the lab lets this part do.
 * @property {() => import('./session.js').Session | null} session
 * @property {() => Moment | null} moment
 * @property {import('./session.js').Palette} palette
 * @property {(request: {command: string} & Record<string, unknown>) => any} call
 * @property {(universe: number, step: number) => void} open
 * @property {() => void} redraw
 * @property {(text: string) => void} announce
 * @property {(step: number) => void} seek
 * @property {(error: unknown) => void} fail
 * @property {(title: string, error: unknown) => void} complain
 * @property {() => void} unpin
 */

export class Universes {
  #host;
  #tabs;
  #multiverse;
  /** @type {UniverseView | null} */
  #beside = null;
  /** @type {number | null} the universe that is shown beside */
  #other = null;
  /** @type {{key: string, comparison: any, marks: ReturnType<typeof marksOf>} | null} */
  #compared = null;
  /** @type {{universe: number, step: number, skipped: number,
   *   rows: import('./ends-table.js').EndRow[]} | null} */
  #fan = null;
  #counted = "";
  /** @type {Set<number>} universes that are about to be removed */
  #removed = new Set();

  /** @param {Host} host */
  constructor(host) {
    this.#host = host;
    const open = (/** @type {number} */ universe) => this.#openFromMap(universe);
    this.#multiverse = new Later(({ MapView, EndsTable }) => {
      const remove = (/** @type {number[]} */ universes) => this.#remove(universes);
      const [map, table] = [new MapView(open, remove), new EndsTable(open, remove)];
      byId("multiverse").append(map.element, table.element);
      return { map, table };
    });
    this.#tabs = new Tabs([byId("tab-world"), byId("tab-multiverse")], () => this.#drawMap());
    byId("fork").addEventListener("click", () => this.fork());
    byId("fan-out").addEventListener("click", () => this.fanOut());
    byId("compare").addEventListener("click", () => this.toggleBeside());
  }

  /** The marks of the universe that is looked at, while another is beside it. */
  get marks() {
    return this.#other === null ? null : this.#compared?.marks.mine ?? null;
  }

  get isMap() {
    return this.#tabs.shown === "tab-multiverse";
  }

  /** @param {boolean} isMap */
  showMap(isMap) {
    this.#tabs.show(isMap ? "tab-multiverse" : "tab-world");
  }

  /**
   * Makes an edit in a universe of its own, where what followed happens again as far as it can.
   * @param {Record<string, unknown>} edit
   * @param {boolean} [isAtNode] it says its own place in the past
   * @returns {string | null} what was wrong
   */
  edit(edit, isAtNode = false) {
    const [session, moment] = [this.#host.session(), this.#host.moment()];
    if (session === null || moment === null) return "The core is not ready.";
    /** @type {Moment & {impossible: {step: number, reason: string}[]}} */
    let made;
    try {
      made = session.call({ command: "edit", universe: moment.universe, edit, then: "replay",
        fork: true, ...(isAtNode ? {} : { step: moment.step }) });
      session.playOut(made, session.endsAt(moment.universe));
    } catch (error) {
      if (error instanceof CoreRefusal) return error.message;
      this.#host.fail(error);
      return null;
    }
    this.#other = moment.universe;
    this.#host.open(made.universe, made.fork + 1);
    const differs = summaryOf(this.#comparison()?.comparison ?? { parties: [] });
    const impossible = made.impossible.length;
    this.#host.announce(`Forked: ${made.name}. ${differs.changed} nodes changed, ` +
      `${differs.new} new, ${differs.gone} no longer possible` +
      (impossible === 0 ? "" : `; ${impossible} later edits could not be made again`));
    return null;
  }

  /** A universe of its own that is equal so far. */
  fork() {
    const moment = this.#host.moment();
    if (moment === null || !moment.editable) return;
    const made = this.#host.call({ command: "fork", universe: moment.universe, step: moment.step,
      name: `fork at ${timeText(moment.clock)}` });
    if (made === null) return;
    this.#other = null;
    const session = this.#host.session();
    session?.playOut(made, session.endsAt(moment.universe));
    this.#host.open(made.universe, moment.step);
    this.#host.announce(`Forked at step ${moment.step}`);
  }

  /** Every fault that is possible at this moment, each in a universe of its own. */
  fanOut() {
    const moment = this.#host.moment();
    if (moment === null || !moment.editable) return;
    const fan = this.#host.call({ command: "fanout", universe: moment.universe, step: moment.step,
      limit: FAN_LIMIT });
    if (fan === null) return;
    this.#fan = fan;
    this.showMap(true);
    this.#host.redraw();
    this.#host.announce(`${fan.rows.length} universes, one for each fault that is possible here${
      fan.skipped > 0 ? `; ${fan.skipped} left out` : ""}`);
  }

  /** Shows the universe that this one came from beside it, or no longer. */
  toggleBeside() {
    const parent = this.#host.moment()?.parent ?? null;
    this.#other = this.#other === null ? parent : null;
    this.#host.redraw();
  }

  /** Nothing is beside, and no fan is open: other universes are looked at. */
  forget() {
    this.#other = null;
    this.#fan = null;
    this.#compared = null;
    this.#counted = "";
  }

  /** @param {Moment} moment before it is drawn */
  prepare(moment) {
    if (this.#other === moment.universe) this.#other = null;
    this.#comparison();
  }

  /**
   * @param {Moment} moment
   * @param {boolean} isCalm
   */
  update(moment, isCalm) {
    const world = byId("world");
    assign(byId("compare"), { hidden: moment.parent === null,
      "aria-pressed": String(this.#other !== null) });
    for (const id of ["fork", "fan-out"]) assign(byId(id), { hidden: !moment.editable });
    this.#tellOrigin(moment);
    assign(world, { "data-two": String(this.#other !== null) });
    if (this.#other === null) this.#beside?.element.remove();
    else this.#drawBeside(moment, isCalm);
    const signature = `${moment.universe} ${moment.steps}`;
    if (signature !== this.#counted || this.isMap) this.#drawMap();
    this.#counted = signature;
  }

  /** @param {Moment} moment */
  #tellOrigin({ parent, fork, planned, agrees, editable }) {
    const words = [];
    if (parent !== null) words.push(`forked at step ${fork}`);
    if (planned > 0) words.push(`${planned} edits ahead`);
    if (agrees !== undefined) {
      words.push(agrees ? "as linked, digest for digest" : "NOT the moment that was linked");
    }
    if (!editable) words.push("a recording");
    const parts = words.map((word) => html("span", {}, word));
    const differs = this.#other === null ? null : this.#comparison()?.comparison;
    if (differs) {
      const { changed, new: added, gone } = summaryOf(differs);
      parts.push(html("span", { class: "tally tally-changed" }, `${changed} changed`),
        html("span", { class: "tally tally-new" }, `${added} new`),
        html("span", { class: "tally tally-gone" }, `${gone} no longer possible`));
    }
    byId("origin").replaceChildren(...parts);
  }

  /** The comparison with the universe beside, asked for once. */
  #comparison() {
    const [moment, other] = [this.#host.moment(), this.#other];
    if (moment === null || other === null) return null;
    const key = `${moment.universe} ${moment.steps} ${other}`;
    if (this.#compared?.key !== key) {
      const comparison = this.#host.call({ command: "compare", universe: moment.universe,
        with: other });
      this.#compared = comparison === null ? null
        : { key, comparison, marks: marksOf(comparison) };
    }
    return this.#compared;
  }

  /** @param {Moment} moment @param {boolean} isCalm */
  #drawBeside(moment, isCalm) {
    const session = this.#host.session();
    const compared = this.#comparison();
    if (session === null || compared === null || this.#other === null) return;
    if (this.#beside === null) {
      this.#beside = new UniverseView({ onSeek: (step) => this.#seekBeside(step),
        onSelect: () => {} }, null);
      this.#beside.actions.append(buttonFor("Go there",
        () => this.#openFromMap(this.#other ?? 0)));
      this.#beside.element.classList.add("is-beside");
    }
    if (!this.#beside.element.isConnected) byId("world").append(this.#beside.element);
    const step = this.#stepBeside(session, moment, compared.comparison.step);
    this.#beside.update({ session, palette: this.#host.palette, selected: null, isCalm,
      moment: session.moment(this.#other, step, { digest: false, pending: 0 }),
      mark: compared.marks.theirs });
  }

  /**
   * The same moment in the other universe: the same step while both are one, then the same time.
   * @param {import('./session.js').Session} session
   * @param {Moment} moment
   * @param {number} parted
   */
  #stepBeside(session, moment, parted) {
    const other = this.#other ?? 0;
    if (moment.step <= parted) return moment.step;
    const { steps } = session.moment(other, 0, { digest: false, pending: 0 });
    return Math.max(parted, stepAtClock(steps, moment.clock, (step) => (
      session.moment(other, step, { digest: false, pending: 0 }).clock)));
  }

  /** The other's cursor leads this one's to the same moment. @param {number} step */
  #seekBeside(step) {
    const [session, moment] = [this.#host.session(), this.#host.moment()];
    if (session === null || moment === null || this.#other === null) return;
    const parted = this.#compared?.comparison.step ?? 0;
    if (step <= parted) {
      this.#host.seek(step);
      return;
    }
    const { clock } = session.moment(this.#other, step, { digest: false, pending: 0 });
    this.#host.seek(stepAtClock(moment.steps, clock, (at) => (
      session.moment(moment.universe, at, { digest: false, pending: 0 }).clock)));
  }

  /** @param {number} universe */
  #openFromMap(universe) {
    const moment = this.#host.moment();
    const [row] = this.#entries().filter((entry) => entry.universe === universe);
    if (row === undefined || moment === null) return;
    this.#other = row.parent;
    this.showMap(false);
    this.#host.open(universe, row.parent === null ? Math.min(moment.step, row.steps)
      : Math.min(row.step + 1, row.steps));
  }

  /**
   * Removes universes with all that were forked from them. Whoever looks at one of them goes to
   * where it came from. They are out of sight at once; the core takes a while, one after another.
   * @param {number[]} universes
   */
  async #remove(universes) {
    const moment = this.#host.moment();
    const gone = new Set(universes);
    const entries = this.#entries();
    // Whatever was forked comes later than what it was forked from.
    for (const { universe, parent } of entries) if (gone.has(parent ?? -1)) gone.add(universe);
    const [first] = entries.filter(({ universe }) => !gone.has(universe));
    if (moment === null || first === undefined) {
      this.#host.complain("It was not removed", "There is no other universe.");
      return;
    }
    this.#removed = new Set([...this.#removed, ...gone]);
    this.#other = null;
    this.#host.unpin();
    const parentOf = new Map(entries.map(({ universe, parent }) => [universe, parent]));
    /** @type {number | null} */
    let next = moment.universe;
    while (next !== null && gone.has(next)) next = parentOf.get(next) ?? null;
    this.#host.open(next ?? first.universe, moment.step);
    this.#host.announce(`${gone.size} universes removed`);
    for (const universe of [...gone].sort((one, two) => two - one)) {
      if (this.#host.call({ command: "remove", universe }) === null) break;
      await new Promise((resolve) => (globalThis.requestIdleCallback ?? setTimeout)(resolve));
    }
    for (const universe of gone) this.#removed.delete(universe);
  }

  /** @returns {MapEntry[]} */
  #entries() {
    /** @type {MapEntry[]} */
    const entries = this.#host.call({ command: "map" })?.universes ?? [];
    return entries.filter(({ universe }) => !this.#removed.has(universe));
  }

  #drawMap() {
    const moment = this.#host.moment();
    if (moment === null) return;
    const entries = this.#entries();
    setText(byId("universe-count"), String(entries.length));
    if (!this.isMap) return;
    this.#multiverse.use((multiverse) => this.#drawMultiverse(multiverse, entries, moment));
  }

  /**
   * The fan, as far as it is there, while its moment or one of its universes is looked at.
   * @param {MapEntry[]} entries
   * @param {Moment} moment
   */
  #fanOf(entries, { universe, step }) {
    if (this.#fan === null) return null;
    const there = new Set(entries.map((entry) => entry.universe));
    const rows = this.#fan.rows.filter((row) => there.has(row.universe));
    const isHere = this.#fan.universe === universe && this.#fan.step === step;
    return rows.length > 0 && (isHere || rows.some((row) => row.universe === universe))
      ? { ...this.#fan, rows } : null;
  }

  /**
   * @param {{map: import('./map-view.js').MapView, table: import('./ends-table.js').EndsTable}} to
   * @param {MapEntry[]} entries
   * @param {Moment} moment
   */
  #drawMultiverse({ map, table }, entries, moment) {
    map.update(entries, moment.universe, moment.step);
    const fan = this.#fanOf(entries, moment);
    if (fan !== null) {
      const { rows, skipped, step } = fan;
      table.update(skipped === 0 ? `Every fault at step ${step}`
        : `${rows.length} of ${rows.length + skipped} faults at step ${step}`, rows,
      moment.universe);
      return;
    }
    const children = entries.filter(({ parent }) => parent === moment.universe);
    table.update("Forked from here", children.map((entry) => ({ ...entry,
      text: entry.text || entry.name, party: null, reason: "" })), moment.universe);
  }
}
