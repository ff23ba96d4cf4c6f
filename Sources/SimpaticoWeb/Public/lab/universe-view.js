/** One universe at one moment: its space-time diagram, and a panel with a tree for each party. */
import { html, setText } from "./dom.js";
import { connectionIcon, registrationIcon } from "./icons.js";
import { SpacetimeView } from "./spacetime-view.js";
import { isConnection, isOver, partyStatus } from "./status.js";
import { grouped } from "./times.js";
import { TreeView, branchName } from "./tree-view.js";

/** @typedef {import('./contract.js').Moment} Moment */
/** @typedef {import('./contract.js').Branch} Branch */
/** @typedef {import('./tree-view.js').Mark} Mark */

/** Connections of a party that its chips count, the newest; the rows tell of the others. */
const COUNTED_BRANCHES = 65;

/**
 * @typedef {object} UniverseScene
 * @property {import('./session.js').Session} session
 * @property {import('./session.js').Palette} palette
 * @property {Moment} moment
 * @property {((party: string, node: number) => Mark | null) | null} mark
 * @property {{party: string, node: number} | null} selected
 * @property {boolean} isCalm the cursor jumped: nothing is to glide
 */

export class UniverseView {
  /** @type {Map<string, Panel>} */
  #panels = new Map();
  #server = html("div", { class: "column column-server" });
  #clients = html("div", { class: "column" });
  #names = "";
  #key;
  #spacetime;
  #word = html("span", { class: "end-chip" });
  #title = html("h2", { class: "universe-name" });
  #actions = html("div", { class: "universe-actions" });
  /** @type {{name: string, role: string, branches: Branch[]}[]} */
  parties = [];

  /**
   * @param {object} handlers
   * @param {(step: number) => void} handlers.onSeek
   * @param {(party: string, node: number) => void} handlers.onSelect
   * @param {HTMLElement | null} key the explanation of marks, shown below the server
   */
  constructor({ onSeek, onSelect }, key) {
    this.#key = key;
    this.#spacetime = new SpacetimeView(onSeek, onSelect);
    if (key !== null) this.#server.append(key);
    this.element = html("section", { class: "universe" },
      html("header", { class: "universe-header" }, this.#title, this.#word, this.#actions),
      this.#spacetime.element,
      html("div", { class: "parties" }, this.#server, this.#clients));
    this.element.addEventListener("click", (event) => {
      const place = this.placeOf(event.target);
      if (place !== null) onSelect(place.party, place.node);
    });
  }

  /** Where buttons that concern the whole universe go. */
  get actions() {
    return this.#actions;
  }

  /** @param {UniverseScene} scene */
  update(scene) {
    const { session, palette, moment, selected, mark } = scene;
    const names = moment.counts.map(({ party }) => party).join();
    if (names !== this.#names) this.#build(moment, names);
    this.element.dataset.universe = String(moment.universe);
    this.element.setAttribute("aria-label", `Universe ${moment.universe}: ${moment.name}`);
    setText(this.#title, moment.name);
    const end = session.endOf(moment);
    this.#word.dataset.end = end.word;
    setText(this.#word, END_WORDS[end.word] ?? `ends ${end.word}`);
    this.#word.title = end.reason;
    this.#spacetime.update({ session, moment, palette, mark, selected });
    const clients = moment.counts.filter(({ role }) => role !== "server").length;
    this.parties = moment.counts.map(({ party, role, branches }) => ({ name: party, role,
      branches: session.branches(moment, party, Math.max(0, branches - COUNTED_BRANCHES),
        branches) }));
    moment.counts.forEach(({ party, nodes, branches }, index) => {
      const panel = this.#panels.get(party);
      if (panel === undefined) return;
      panel.showStatus(this.parties[index], clients, branches);
      panel.tree.select(selected?.party === party ? selected.node : null);
      panel.tree.update({
        moment, count: nodes, palette,
        window: (rows, columns) => session.window(moment, party, rows, columns),
        branches: (from, to) => (branches > COUNTED_BRANCHES
          ? session.branches(moment, party, from, to)
          : this.parties[index].branches.filter(({ row }) => row >= from && row < to)),
        label: rowLabel,
        mark: mark === null ? null : (node) => mark(party, node),
      }, newestOf(scene, party, nodes, panel), scene.isCalm);
    });
    // The browser lays out the page before it scrolls, so that comes when all has been written.
    queueMicrotask(() => {
      for (const { tree } of this.#panels.values()) tree.applyScroll();
      this.#spacetime.applyScroll();
    });
  }

  /** @param {string} party @param {number} node */
  focus(party, node) {
    this.#panels.get(party)?.tree.focus(node);
  }

  /** @param {string} party @param {import('./contract.js').TreeNode} node */
  reveal(party, node) {
    this.#panels.get(party)?.tree.reveal(node, true);
  }

  /** @param {string} party @param {number} node */
  boxOf(party, node) {
    return this.#panels.get(party)?.tree.boxOf(node);
  }

  /**
   * @param {EventTarget | null} target
   * @returns {{party: string, node: number} | null}
   */
  placeOf(target) {
    const element = target instanceof Element ? target.closest(".node") : null;
    const panel = element?.closest("[data-party]");
    if (!element || !panel || !this.element.contains(panel)) return null;
    const party = panel.getAttribute("data-party") ?? "";
    const node = this.#panels.get(party)?.tree.nodeAt(element) ?? null;
    return node === null ? null : { party, node };
  }

  /**
   * @param {Moment} moment
   * @param {string} names
   */
  #build(moment, names) {
    this.#names = names;
    this.#panels = new Map(moment.counts.map(({ party, role }) => [party, new Panel(party, role)]));
    this.element.dataset.lone = String(moment.counts.length === 1);
    const [server, ...clients] = [...this.#panels.values()].map(({ element }) => element);
    this.#server.replaceChildren(server, ...(this.#key === null ? [] : [this.#key]));
    this.#clients.replaceChildren(...clients);
  }
}

/** How an end reads. @type {Record<string, string>} */
const END_WORDS = { error: "ends in error", running: "goes on", recorded: "recorded" };

/** One party: its name, its status, and its tree with a label for each row. */
class Panel {
  tree;
  element;
  /** How many nodes there were when the tree was last scrolled to its newest. */
  shown = -1;
  #connection = html("span", { class: "chip" });
  #registration = html("span", { class: "chip chip-registration" });
  #counted = html("span", { class: "role" });
  #chips = html("p", { class: "chips" }, this.#connection, this.#registration, this.#counted);
  /** @type {string[]} */
  #drawn = [];

  /**
   * @param {string} party
   * @param {string} role
   */
  constructor(party, role) {
    this.tree = new TreeView(party);
    this.element = html("section",
      { class: "card panel", "aria-label": party, "data-party": party },
      html("header", { class: "panel-header" },
        html("h3", {}, party),
        html("span", { class: "role" }, role === party ? "" : role),
        this.#chips),
      this.tree.scroller);
  }

  /**
   * @param {{name: string, role: string, branches: Branch[]}} party
   * @param {number} clients
   * @param {number} rows
   */
  showStatus(party, clients, rows) {
    // A tree of another protocol has no registration to tell of, or not even connections.
    const isSilent = !party.branches.some(isConnection) && clients === 0;
    const isForeign = party.branches.every(({ registration }) => registration === "")
      && party.branches.some((branch) => otherPhase(branch) !== "");
    this.#chips.hidden = isSilent;
    setText(this.#counted, rows > COUNTED_BRANCHES
      ? `in the newest ${COUNTED_BRANCHES} of ${grouped(rows)} rows` : "");
    if (isSilent) return;
    const status = partyStatus(party, { clients, parties: [] });
    this.#registration.hidden = isForeign || status.registration === "";
    this.element.dataset.registration = status.registrationPhase;
    this.element.dataset.verified = String(status.isVerified);
    this.#chip(0, this.#connection, status.connectionPhase, status.connection, connectionIcon);
    this.#chip(1, this.#registration, status.registrationPhase, status.registration,
      registrationIcon);
  }

  /**
   * @param {number} slot
   * @param {HTMLElement} chip
   * @param {string} phase
   * @param {string} text
   * @param {(phase: string) => Element} icon
   */
  #chip(slot, chip, phase, text, icon) {
    const signature = `${phase} ${text}`;
    if (this.#drawn[slot] === signature) return;
    this.#drawn[slot] = signature;
    chip.dataset.phase = phase;
    chip.replaceChildren(icon(phase), html("span", {}, text));
  }
}

/**
 * What is to be kept in sight: the newest node of a tree that something came to.
 * @param {UniverseScene} scene
 * @param {string} party
 * @param {number} nodes
 * @param {Panel} panel
 */
function newestOf({ session, moment }, party, nodes, panel) {
  if (panel.shown === nodes || nodes === 0) return null;
  panel.shown = nodes;
  return session.nodes(moment, party, nodes - 1, nodes)[0] ?? null;
}

/**
 * The phase of a protocol that has no registration, where it tells one.
 * @param {Branch} branch
 */
function otherPhase({ phases }) {
  return phases.phase
    ?? Object.entries(phases).filter(([key]) => key !== "connection").at(-1)?.[1] ?? "";
}

/** @param {Branch} branch */
function rowLabel(branch) {
  const label = html("div", { class: "row-label" },
    html("span", { class: "row-peer" }, branchName(branch)));
  if (isConnection(branch) || otherPhase(branch) !== "") {
    const phase = isOver(branch) ? "CLOSED"
      : branch.registration || otherPhase(branch) || branch.connection || "WAITING";
    label.append(html("span", { class: "row-phase" },
      registrationIcon(branch.registration), html("span", {}, phase)));
  }
  return label;
}
