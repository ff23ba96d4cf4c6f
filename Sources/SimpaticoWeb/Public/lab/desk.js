/**
 * The desk beside the views: what happens next, the node that is selected, the form for inserting.
 * It holds the selection and the pinned node, which belong to nothing else.
 */
import { byId, prefersReducedMotion, setText } from "./dom.js";
import { EventsPanel } from "./events-panel.js";
import { Later } from "./later.js";
import { move } from "./navigation.js";
import { Tabs } from "./tabs.js";

/** @typedef {import('./contract.js').Place} Place */
/** @typedef {import('./contract.js').Moment} Moment */

/**
 * @typedef {object} Host What the lab lets the desk do.
 * @property {() => import('./session.js').Session | null} session
 * @property {() => Moment | null} moment
 * @property {import('./session.js').Palette} palette
 * @property {(request: {command: string} & Record<string, unknown>) => any} call
 * @property {(step: number) => void} seek
 * @property {() => void} redraw
 * @property {(text: string) => void} announce
 * @property {(edit: Record<string, unknown>, isAtNode: boolean) => string | null} edit
 */

export class Desk {
  /** @type {Place | null} */
  selected = null;
  /** @type {Place | null} */
  #pinned = null;
  #host;
  #view;
  #element = byId("inspector");
  #tabs = new Tabs(["tab-events", "tab-node", "tab-insert"].map(byId), () => this.#showInsert());
  #inspector = new Later(({ Inspector }) => new Inspector(byId("inspector-body"), {
    onVisit: (place) => this.visit(place),
    onPin: (place) => this.pin(place),
    onInsert: () => this.show("tab-insert"),
  }));
  #events;
  #insert;

  /**
   * @param {Host} host
   * @param {import('./universe-view.js').UniverseView} view
   */
  constructor(host, view) {
    this.#host = host;
    this.#view = view;
    const universe = () => host.moment()?.universe ?? 0;
    const check = (/** @type {string} */ party, /** @type {string} */ text) => (
      host.call({ command: "check", universe: universe(), party, text }));
    this.#events = new EventsPanel(byId("events-body"), {
      check,
      onEdit: (edit) => host.edit(edit, false),
      frameOf: (event) => host.call({ command: "event", universe: universe(),
        step: host.moment()?.step, event })?.frame ?? "",
    });
    this.#insert = new Later(({ InsertPanel }) => new InsertPanel(byId("insert-body"), {
      check,
      handlersOf: (party) => host.call({ command: "handlers", universe: universe(), party })
        ?.handlers ?? [],
      branchesOf: (party) => {
        const moment = host.moment();
        return moment === null ? [] : host.session()?.branches(moment, party, 0, 200) ?? [];
      },
      onInsert: (edit, isAtNode) => host.edit(edit, isAtNode),
    }));
    byId("inspector-close").addEventListener("click", () => this.close());
    byId("show-events").addEventListener("click", () => this.show("tab-events"));
  }

  /** @param {Moment} moment */
  update(moment) {
    this.#events.update(moment);
    this.#showInsert();
    setText(byId("pending-count"), String(moment.pendingCount));
    setText(byId("pending-count-small"), String(moment.pendingCount));
  }

  #showInsert() {
    if (this.#tabs.shown !== "tab-insert") return;
    this.#insert.use((insert) => {
      const moment = this.#host.moment();
      if (moment !== null) insert.update(moment, this.selected);
    });
  }

  /** @param {string} tab */
  show(tab) {
    this.#tabs.show(tab);
    this.#element.dataset.open = "true";
    if (tab === "tab-insert") this.#insert.use((insert) => insert.focus());
  }

  close() {
    const before = this.selected;
    this.#element.dataset.open = "false";
    this.clear();
    this.#tabs.show("tab-events");
    this.#host.redraw();
    if (before !== null) this.#view.focus(before.party, before.node);
  }

  /** Nothing is selected. */
  clear() {
    this.selected = null;
    this.#inspector.part?.clear();
  }

  /** Other universes are looked at: what was pinned is not among them. */
  forget() {
    this.clear();
    this.#pinned = null;
  }

  /**
   * The selection follows the keyboard once there is one.
   * @param {{party: string, node: number} | null} from
   * @param {import('./navigation.js').Direction} direction
   */
  walk(from, direction) {
    const [session, moment] = [this.#host.session(), this.#host.moment()];
    if (session === null || moment === null) return;
    const countOf = new Map(moment.counts.map(({ party, nodes }) => [party, nodes]));
    const trees = {
      counts: moment.counts,
      node: (/** @type {string} */ party, /** @type {number} */ node) => (
        session.nodes(moment, party, node, node + 1)[0]),
      leaf: (/** @type {string} */ party, /** @type {number} */ branch) => (
        session.branches(moment, party, branch, branch + 1)[0].leaf),
      window: (/** @type {string} */ party, /** @type {[number, number]} */ rows,
        /** @type {[number, number]} */ columns) => session.window(moment, party, rows, columns)
        .nodes.filter(({ node }) => node < (countOf.get(party) ?? 0)),
    };
    const place = from === null ? { party: moment.counts[0].party, node: 0 }
      : move(trees, from, direction);
    if (this.selected !== null) {
      this.visit({ universe: moment.universe, ...place });
      return;
    }
    const node = trees.node(place.party, place.node);
    if (node !== undefined) this.#view.reveal(place.party, node);
    this.#view.focus(place.party, place.node);
  }

  /**
   * Enter inspects a node; a second time it leads into the details.
   * @param {Place} place
   */
  enter(place) {
    const isAgain = this.selected?.party === place.party && this.selected.node === place.node;
    if (isAgain) this.#inspector.part?.focus();
    else this.visit(place);
  }

  /**
   * Selects a node, moves the cursor to it where it is still to come, and shows it.
   * @param {Place} place
   * @param {boolean} [isFocused] the keyboard goes to the node
   */
  visit(place, isFocused = true) {
    const [session, moment] = [this.#host.session(), this.#host.moment()];
    if (session === null || moment === null || place.universe !== moment.universe) return;
    const [node] = session.nodes(moment, place.party, place.node, place.node + 1);
    if (node === undefined) return;
    this.selected = place;
    if (node.step > moment.step) this.#host.seek(node.step);
    else this.#host.redraw();
    this.#view.reveal(place.party, node);
    this.#inspect();
    this.#tabs.show("tab-node");
    this.#element.dataset.open = "true";
    if (isFocused) this.#view.focus(place.party, place.node);
    // How much a sheet hides is known when it is filled.
    this.#inspector.use(() => {
      if (this.selected === place) this.#uncover(place);
    });
  }

  #inspect() {
    this.#inspector.use((inspector) => this.#describe(inspector));
  }

  /** @param {import('./inspector.js').Inspector} inspector */
  #describe(inspector) {
    if (this.selected === null) return;
    const { universe, party, node } = this.selected;
    const against = this.#pinned === null ? {} : { against: this.#pinned };
    const detail = this.#host.call({ command: "detail", universe, party, node, ...against });
    if (detail === null) return;
    const told = this.#host.call({ command: "writers", universe, party, node });
    inspector.show({ detail, writers: told?.writers ?? [], palette: this.#host.palette,
      isEditable: this.#host.moment()?.editable ?? false,
      pinned: this.#pinned,
      ask: (request) => this.#host.call({ command: "value", universe, party, node, ...request }) });
  }

  /** @param {Place | null} place */
  pin(place) {
    this.#pinned = place;
    this.#inspect();
    this.#host.announce(place === null ? "Unpinned"
      : `Pinned ${place.party}, node ${place.node}`);
  }

  /**
   * Scrolls the page when a bar at the top or a sheet at the bottom hides the node.
   * @param {Place} place
   */
  #uncover({ party, node }) {
    const box = this.#view.boxOf(party, node);
    if (box === undefined) return;
    const isSheet = getComputedStyle(this.#element).position === "fixed";
    const bottom = isSheet ? innerHeight - this.#element.offsetHeight : innerHeight;
    const hiddenAbove = byId("transport").getBoundingClientRect().bottom + 8 - box.top;
    const hiddenBelow = box.bottom + 8 - bottom;
    const distance = hiddenBelow > 0 ? hiddenBelow : hiddenAbove > 0 ? -hiddenAbove : 0;
    if (distance !== 0) {
      scrollBy({ top: distance, behavior: prefersReducedMotion() ? "auto" : "smooth" });
    }
  }
}
