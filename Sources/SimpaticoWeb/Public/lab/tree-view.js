/**
 * Draws one tree. Every mark is keyed by its node, so an update touches only what changed: the
 * rest keeps its element, its focus and its place.
 *
 * To assistive technology the tree is one list box with a group for each row. One node of it is in
 * the tab order (the roving tab stop); arrow keys move from there.
 */
import { assign, html, prefersReducedMotion, svg } from "./dom.js";
import { METRICS, cascadeLetters, describeNode } from "./layout.js";

/** @typedef {import('./layout.js').TreeLayout} TreeLayout */
/** @typedef {import('./layout.js').PlacedNode} PlacedNode */

/** How close to the edge of the panel the newest node may come, in pixels. */
const FOLLOW_MARGIN = 44;

export class TreeView {
  #party;
  #svg = svg("svg", { class: "tree", role: "presentation", focusable: "false" });
  #links = svg("g", { class: "links", "aria-hidden": "true" });
  #rows = svg("g", { role: "presentation" });
  /** @type {Map<number, SVGPathElement>} */
  #linkOf = new Map();
  /** @type {Map<number, SVGGElement>} */
  #rowOf = new Map();
  /** @type {Map<number, {group: SVGGElement, signature: string}>} */
  #nodeOf = new Map();
  #tabStop = 0;
  /** @type {number | null} */
  #selected = null;

  /** The element that scrolls; the tree is wider than a panel may be. */
  scroller = html("div", { class: "scroller", role: "listbox" });

  /** @param {string} party */
  constructor(party) {
    this.#party = party;
    assign(this.scroller, { "aria-label": `${party}: tree of nodes` });
    this.#svg.append(this.#links, this.#rows);
    this.scroller.append(this.#svg);
  }

  /**
   * @param {TreeLayout} layout
   * @param {(branch: import('./contract.js').Branch) => string} nameRow
   * @param {Map<string, string>} glyphs
   * @param {Map<string, number>} colours
   * @param {number | null} latestStep the step whose nodes are marked as new, if any
   */
  update(layout, nameRow, glyphs, colours, latestStep) {
    const { width, height } = layout;
    assign(this.#svg, { width, height, viewBox: `0 0 ${width} ${height}` });
    this.#updateRows(layout, nameRow);
    const alive = new Set(layout.nodes.map(({ node }) => node.node));
    for (const [node, { group }] of this.#nodeOf) {
      if (alive.has(node)) continue;
      group.remove();
      this.#linkOf.get(node)?.remove();
      this.#nodeOf.delete(node);
      this.#linkOf.delete(node);
    }
    for (const link of layout.links) this.#updateLink(link);
    /** @type {PlacedNode | null} */
    let newest = null;
    for (const place of layout.nodes) {
      if (this.#updateNode(place, layout, glyphs, colours)) newest = place;
      this.#nodeOf.get(place.node.node)?.group.classList.toggle(
        "is-latest", place.node.step === latestStep);
    }
    if (!alive.has(this.#tabStop)) this.#moveTabStop(0);
    if (newest !== null) this.#reveal(newest.x, newest.node.step === 0);
  }

  /**
   * Puts the keyboard on a node.
   * @param {number} node
   */
  focus(node) {
    this.#moveTabStop(node);
    const group = this.#nodeOf.get(node)?.group;
    group?.focus({ preventScroll: true });
    group?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /**
   * Scrolls the page when a bar at the top or a sheet at the bottom hides the node.
   * @param {number} node
   * @param {Element} bar
   * @param {number} sheetTop
   */
  uncover(node, bar, sheetTop) {
    const box = this.#nodeOf.get(node)?.group.getBoundingClientRect();
    if (box === undefined) return;
    const hiddenAbove = bar.getBoundingClientRect().bottom + 8 - box.top;
    const hiddenBelow = box.bottom + 8 - sheetTop;
    const distance = hiddenBelow > 0 ? hiddenBelow : hiddenAbove > 0 ? -hiddenAbove : 0;
    if (distance === 0) return;
    scrollBy({ top: distance, behavior: prefersReducedMotion() ? "auto" : "smooth" });
  }

  /** @param {number | null} node */
  select(node) {
    if (this.#selected !== null) {
      const before = this.#nodeOf.get(this.#selected)?.group;
      if (before !== undefined) assign(before, { "aria-selected": "false" });
    }
    this.#selected = node;
    if (node === null) return;
    const group = this.#nodeOf.get(node)?.group;
    if (group !== undefined) assign(group, { "aria-selected": "true" });
    this.#moveTabStop(node);
  }

  /**
   * @param {TreeLayout} layout
   * @param {(branch: import('./contract.js').Branch) => string} nameRow
   */
  #updateRows(layout, nameRow) {
    const alive = new Set(layout.rows.map(({ branch }) => branch.branch));
    for (const [branch, group] of this.#rowOf) {
      if (alive.has(branch)) continue;
      group.remove();
      this.#rowOf.delete(branch);
    }
    for (const { branch } of layout.rows) {
      let group = this.#rowOf.get(branch.branch);
      if (group === undefined) {
        group = svg("g", { role: "group" });
        this.#rowOf.set(branch.branch, group);
        this.#rows.append(group);
      }
      assign(group, { "aria-label": nameRow(branch) });
    }
  }

  /** @param {import('./layout.js').PlacedLink} link */
  #updateLink(link) {
    let path = this.#linkOf.get(link.node);
    if (path === undefined) {
      path = svg("path", { class: link.isBranch ? "link link-branch" : "link" });
      this.#linkOf.set(link.node, path);
      this.#links.append(path);
    }
    assign(path, { d: link.path });
  }

  /**
   * @param {PlacedNode} place
   * @param {TreeLayout} layout
   * @param {Map<string, string>} glyphs
   * @param {Map<string, number>} colours
   * @returns {boolean} whether the node is new
   */
  #updateNode(place, layout, glyphs, colours) {
    const { node } = place;
    const known = this.#nodeOf.get(node.node);
    const row = layout.rows[place.row];
    const signature = JSON.stringify([node, place.x, place.y, place.width, row.height]);
    if (known?.signature === signature) return false;
    const group = known?.group ?? svg("g", { role: "option", "data-node": node.node,
      tabindex: node.node === this.#tabStop ? 0 : -1, "aria-selected": "false" });
    assign(group, {
      class: place.isPlain ? "node is-plain" : "node",
      transform: `translate(${place.x} ${place.y})`,
      "data-colour": node.colour,
      "aria-label": describeNode(this.#party, node),
    });
    group.replaceChildren(...drawNode(place, row, glyphs, colours));
    if (known === undefined) {
      this.#rowOf.get(row.branch.branch)?.append(group);
      group.classList.toggle("is-new", node.step > 0);
    }
    this.#nodeOf.set(node.node, { group, signature });
    return known === undefined;
  }

  /** @param {number} node */
  #moveTabStop(node) {
    const before = this.#nodeOf.get(this.#tabStop)?.group;
    if (before !== undefined) assign(before, { tabindex: -1 });
    this.#tabStop = node;
    const after = this.#nodeOf.get(node)?.group;
    if (after !== undefined) assign(after, { tabindex: 0 });
  }

  /**
   * Scrolls as little as needed for the newest node to be seen.
   * @param {number} x
   * @param {boolean} isStart a world at its beginning shows the beginning
   */
  #reveal(x, isStart) {
    const { scroller } = this;
    const behavior = prefersReducedMotion() ? "auto" : "smooth";
    if (isStart) {
      scroller.scrollTo({ left: 0 });
    } else if (x + FOLLOW_MARGIN > scroller.scrollLeft + scroller.clientWidth) {
      scroller.scrollTo({ left: x + FOLLOW_MARGIN - scroller.clientWidth, behavior });
    } else if (x - FOLLOW_MARGIN < scroller.scrollLeft) {
      scroller.scrollTo({ left: x - FOLLOW_MARGIN, behavior });
    }
  }
}

/**
 * @param {PlacedNode} place
 * @param {import('./layout.js').PlacedRow} row
 * @param {Map<string, string>} glyphs
 * @param {Map<string, number>} colours
 * @returns {Element[]}
 */
function drawNode(place, row, glyphs, colours) {
  const { node, radius, width } = place;
  const glyph = place.isPlain || node.handler === null
    ? String(node.node) : glyphs.get(node.handler) ?? "?";
  const body = svg("g", { class: "node-body", "aria-hidden": "true" },
    svg("circle", { class: "ring", r: radius + 4 }),
    svg("circle", { class: node.handler === null ? "disc disc-plain" : "disc", r: radius }),
    svg("text", { class: "glyph" }, glyph));
  if (node.effects > 0) {
    body.append(svg("circle", {
      class: "effect-mark", cx: radius * 0.72, cy: -radius * 0.72, r: 3.5 }));
  }
  const hit = svg("rect", { class: "hit", x: -width / 2, y: row.top - row.centre,
    width, height: row.height });
  const parts = [hit, body, svg("title", {}, `${node.label} · ${node.at} ms`)];
  const letters = cascadeLetters(node.cascade, glyphs);
  if (letters.length > 0) {
    parts.push(svg("text", { class: "cascade", y: METRICS.cascadeDrop, "aria-hidden": "true" },
      ...letters.map(({ text, handler }) => svg("tspan", {
        "data-colour": handler === null ? null : colours.get(handler) }, text))));
  }
  return parts;
}
