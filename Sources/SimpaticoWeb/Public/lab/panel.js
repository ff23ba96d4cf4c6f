/** One party: its name, its status, and its tree with a label for each row. */
import { html } from "./dom.js";
import { connectionIcon, registrationIcon } from "./icons.js";
import { layoutParty } from "./layout.js";
import { expectedConnections, isConnection, partyStatus } from "./status.js";
import { TreeView } from "./tree-view.js";

/** @typedef {import('./contract.js').View} View */
/** @typedef {import('./contract.js').Branch} Branch */

export class Panel {
  tree;
  element;
  #connection = html("span", { class: "chip" });
  #registration = html("span", { class: "chip chip-registration" });
  #rows = html("ul", { class: "row-labels" });
  /** @type {string[]} */
  #drawn = [];

  /** @param {import('./contract.js').Party} party */
  constructor(party) {
    const titleId = `party-${party.name}`;
    this.tree = new TreeView(party.name);
    this.element = html("section",
      { class: "panel", "aria-labelledby": titleId, "data-party": party.name },
      html("header", { class: "panel-header" },
        html("h2", { id: titleId }, party.name),
        html("span", { class: "role" }, party.role === party.name ? "" : party.role),
        html("p", { class: "chips" }, this.#connection, this.#registration)),
      html("div", { class: "panel-body" }, this.#rows, this.tree.scroller));
    this.#rows.setAttribute("aria-label", `${party.name}: rows`);
  }

  /**
   * @param {View} view
   * @param {number} index
   * @param {Map<string, string>} glyphs
   * @param {Map<string, number>} colours
   */
  update(view, index, glyphs, colours) {
    const party = view.parties[index];
    const status = partyStatus(party, view);
    this.element.dataset.registration = status.registrationPhase;
    this.element.dataset.verified = String(status.isVerified);
    this.#chip(0, this.#connection, status.connectionPhase, status.connection, connectionIcon);
    this.#chip(
      1, this.#registration, status.registrationPhase, status.registration, registrationIcon);
    const layout = layoutParty(party, expectedConnections(party, view) + 1);
    this.#labelRows(layout.rows);
    const latest = view.quiet || view.step === 0 ? null : view.step;
    this.tree.update(layout, nameRow, glyphs, colours, latest);
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

  /**
   * @param {import('./layout.js').PlacedRow[]} rows
   */
  #labelRows(rows) {
    const signature = JSON.stringify(rows);
    if (this.#drawn[2] === signature) return;
    this.#drawn[2] = signature;
    this.#rows.replaceChildren(...rows.map(({ branch, height }) => {
      const label = html("li", { "data-phase": branch.registration },
        html("span", { class: "row-peer" }, peerOf(branch)));
      label.style.height = `${height}px`;
      if (isConnection(branch)) {
        const phase = branch.registration || branch.connection || "WAITING";
        label.append(html("span", { class: "row-phase" },
          registrationIcon(branch.registration), html("span", {}, phase)));
      }
      return label;
    }));
  }
}

/** @param {Branch} row */
function peerOf(row) {
  if (row.peer !== "") return row.peer;
  return row.branch === 0 ? "setup" : `branch ${row.branch}`;
}

/** @param {Branch} row */
function nameRow(row) {
  return [peerOf(row), row.connection, row.registration].filter((word) => word !== "").join(", ");
}
