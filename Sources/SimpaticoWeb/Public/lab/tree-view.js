/**
 * Draws the part of a tree that is in sight. The element scrolls over the whole picture; the
 * drawing covers the window that is seen and holds no more nodes than that. Every mark is keyed by
 * its node, so an update touches only what changed: the rest keeps its element and its focus.
 *
 * To assistive technology the tree is one list box with a group for each row. One node of it is in
 * the tab order (the roving tab stop); arrow keys move from there.
 */
import { assign, html, prefersReducedMotion, svg } from "./dom.js";
import { cascadeLetters, columnEdge, describeNode, rowTop, windowOf } from "./layout.js";

/** @typedef {import('./contract.js').TreeNode} TreeNode */
/** @typedef {import('./contract.js').Layout} Layout */
/** @typedef {import('./contract.js').Moment} Moment */
/** @typedef {'same' | 'changed' | 'new' | 'gone'} Mark */

/** How close to the edge of the panel the newest node may come, in pixels. */
const FOLLOW_MARGIN = 64;

/**
 * @typedef {object} TreeScene Everything that a drawing is made from.
 * @property {Moment} moment
 * @property {number} count nodes that there are at the moment
 * @property {(rows: [number, number], columns: [number, number]) =>
 *   ReturnType<import('./session.js').Session['window']>} window
 * @property {(from: number, to: number) => import('./contract.js').Branch[]} branches
 * @property {(branch: import('./contract.js').Branch) => HTMLElement} label
 * @property {import('./session.js').Palette} palette
 * @property {((node: number) => Mark | null) | null} mark
 */

export class TreeView {
  #party;
  #svg = svg("svg", { class: "tree", role: "presentation", focusable: "false" });
  #links = svg("g", { class: "links", "aria-hidden": "true" });
  #rows = svg("g", { role: "presentation" });
  #labels = html("ul", { class: "row-labels" });
  #canvas = html("div", { class: "tree-canvas", role: "presentation" });
  /** @type {Map<number, SVGPathElement>} */
  #linkOf = new Map();
  /** @type {Map<number, SVGGElement>} */
  #rowOf = new Map();
  /** @type {Map<number, {group: SVGGElement, signature: string}>} */
  #nodeOf = new Map();
  /** @type {Map<number, {element: HTMLLIElement, signature: string}>} */
  #labelOf = new Map();
  /** @type {TreeScene | null} */
  #scene = null;
  /** @type {Layout | null} */
  #layout = null;
  #tabStop = 0;
  /** @type {number | null} */
  #selected = null;
  #spines = "";
  #isWaiting = false;
  #size = { width: 0, height: 0, label: 0 };

  /** The element that scrolls. */
  scroller = html("div", { class: "scroller", role: "listbox" });

  /** @param {string} party */
  constructor(party) {
    this.#party = party;
    assign(this.scroller, { "aria-label": `${party}: tree of nodes` });
    assign(this.#labels, { "aria-label": `${party}: rows` });
    this.#svg.append(this.#links, this.#rows);
    this.#canvas.append(this.#svg);
    this.scroller.append(html("div", { class: "tree-sheet" }, this.#labels, this.#canvas));
    this.scroller.addEventListener("scroll", () => this.#redrawSoon(), { passive: true });
    new ResizeObserver(() => {
      this.#measure();
      this.#redrawSoon();
    }).observe(this.scroller);
  }

  /** @param {TreeScene} scene */
  update(scene) {
    this.#scene = scene;
    if (this.#size.width === 0) this.#measure();
    this.#draw();
  }

  /**
   * Scrolls as little as needed for a node to be seen.
   * @param {TreeNode} node
   * @param {boolean} isCalm without a smooth motion
   */
  reveal(node, isCalm = false) {
    const { scroller } = this;
    const left = between(scroller.scrollLeft, node.x, this.#size.width - this.#size.label);
    const top = between(scroller.scrollTop, node.y, this.#size.height);
    if (left === scroller.scrollLeft && top === scroller.scrollTop) return;
    const isStill = isCalm || prefersReducedMotion();
    scroller.scrollTo({ left, top, behavior: isStill ? "auto" : "smooth" });
    if (isCalm) this.#draw();
  }

  /** @param {number} node */
  focus(node) {
    this.#moveTabStop(node);
    this.#nodeOf.get(node)?.group.focus({ preventScroll: true });
  }

  /** @param {number | null} node */
  select(node) {
    if (this.#selected === node) return;
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

  /** Where a node is on the screen, if it is drawn. @param {number} node */
  boxOf(node) {
    return this.#nodeOf.get(node)?.group.getBoundingClientRect();
  }

  /** The picture as it is seen, for saving it. */
  get picture() {
    return this.#svg;
  }

  #measure() {
    this.#size = { width: this.scroller.clientWidth, height: this.scroller.clientHeight,
      label: this.#labels.offsetWidth };
  }

  #redrawSoon() {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    requestAnimationFrame(() => {
      this.#isWaiting = false;
      if (this.scroller.isConnected) this.#draw();
    });
  }

  #draw() {
    const scene = this.#scene;
    if (scene === null) return;
    const { layout: whole } = scene.window([0, 1], [0, 1]);
    this.#resize(whole);
    const view = { left: this.scroller.scrollLeft, top: this.scroller.scrollTop,
      width: Math.max(200, this.#size.width - this.#size.label),
      height: Math.max(100, this.#size.height) };
    const { rows, columns } = windowOf(whole, view);
    const { nodes, spines } = scene.window(rows, columns);
    scene.palette.meet(nodes);
    this.#place(whole, rows, columns);
    this.#drawLabels(scene, whole, rows);
    this.#drawSpines(spines, scene);
    /** @type {Set<number>} */
    const alive = new Set();
    for (const node of nodes) {
      if (node.node >= scene.count) continue;
      alive.add(node.node);
      this.#drawNode(node, whole, scene);
    }
    for (const [node, { group }] of this.#nodeOf) {
      if (alive.has(node)) continue;
      group.remove();
      this.#linkOf.get(node)?.remove();
      this.#nodeOf.delete(node);
      this.#linkOf.delete(node);
    }
    if (!alive.has(this.#tabStop) && nodes.length > 0) this.#moveTabStop(nodes[0].node);
  }

  /** @param {Layout} layout */
  #resize(layout) {
    const before = this.#layout;
    if (before?.width === layout.width && before.height === layout.height
      && before.narrowColumns === layout.narrowColumns && before.lowRow === layout.lowRow) return;
    this.#layout = layout;
    this.#canvas.style.width = `${layout.width}px`;
    this.#canvas.style.height = `${layout.height}px`;
    this.#labels.style.height = `${layout.height}px`;
  }

  /**
   * Puts the drawing over its window.
   * @param {Layout} layout
   * @param {[number, number]} rows
   * @param {[number, number]} columns
   */
  #place(layout, rows, columns) {
    const left = columns[0] === 0 ? 0 : columnEdge(layout, columns[0]);
    const top = rowTop(layout, rows[0]);
    const right = columns[1] >= layout.columns ? layout.width : columnEdge(layout, columns[1]);
    const width = right - left;
    const height = rowTop(layout, rows[1]) - top;
    assign(this.#svg, { width, height, viewBox: `${left} ${top} ${width} ${height}` });
    this.#svg.style.transform = `translate(${left}px, ${top}px)`;
  }

  /**
   * @param {TreeScene} scene
   * @param {Layout} layout
   * @param {[number, number]} rows
   */
  #drawLabels(scene, layout, rows) {
    const alive = new Set();
    for (const branch of scene.branches(rows[0], rows[1])) {
      alive.add(branch.branch);
      const signature = `${branch.peer} ${branch.connection} ${branch.registration} ${branch.y}`;
      const known = this.#labelOf.get(branch.branch);
      const element = known?.element ?? html("li", {});
      if (known?.signature !== signature) {
        element.dataset.phase = branch.registration;
        element.replaceChildren(scene.label(branch));
        element.style.top = `${rowTop(layout, branch.row)}px`;
        element.style.height = `${rowTop(layout, branch.row + 1) - rowTop(layout, branch.row)}px`;
        this.#labelOf.set(branch.branch, { element, signature });
        let group = this.#rowOf.get(branch.branch);
        if (group === undefined) {
          group = svg("g", { role: "group" });
          this.#rowOf.set(branch.branch, group);
          this.#rows.append(group);
        }
        const name = [branch.peer || (branch.branch === 0 ? "setup" : `branch ${branch.branch}`),
          branch.connection, branch.registration];
        assign(group, { "aria-label": name.filter((word) => word !== "").join(", ") });
      }
      if (known === undefined) this.#labels.append(element);
    }
    for (const [branch, { element }] of this.#labelOf) {
      if (alive.has(branch)) continue;
      element.remove();
      this.#labelOf.delete(branch);
      this.#rowOf.get(branch)?.remove();
      this.#rowOf.delete(branch);
    }
  }

  /**
   * Lines that pass through the window from parents outside of it.
   * @param {{x: number, y1: number, y2: number}[]} spines
   * @param {TreeScene} scene
   */
  #drawSpines(spines, scene) {
    // A spine may lead to rows that are still to come; only a tall tree shows them.
    const isTall = scene.moment.step === scene.moment.steps && this.#rowOf.size > 6;
    const signature = isTall ? JSON.stringify(spines) : "";
    if (signature === this.#spines) return;
    this.#spines = signature;
    for (const old of this.#links.querySelectorAll(".spine")) old.remove();
    if (!isTall) return;
    for (const { x, y1, y2 } of spines) {
      const bend = 40;
      if (y2 - y1 > bend) {
        this.#links.prepend(svg("path", { class: "link spine", d: `M${x} ${y1}V${y2 - bend}` }));
      }
    }
  }

  /**
   * @param {TreeNode} node
   * @param {Layout} layout
   * @param {TreeScene} scene
   */
  #drawNode(node, layout, scene) {
    const known = this.#nodeOf.get(node.node);
    const mark = scene.mark === null ? null : scene.mark(node.node);
    const isLatest = node.step === scene.moment.step && node.step > 0;
    const signature = `${scene.moment.universe} ${node.x} ${node.y} ${mark} ${isLatest}`;
    if (known?.signature === signature) return;
    const group = known?.group ?? svg("g", { role: "option", "data-node": node.node });
    assign(group, {
      class: `node${node.isPlain ? " is-plain" : ""}${isLatest ? " is-latest is-new" : ""}${
        mark === null ? "" : ` mark-${mark}`}`,
      transform: `translate(${node.x} ${node.y})`,
      tabindex: node.node === this.#tabStop ? 0 : -1,
      "aria-selected": String(node.node === this.#selected),
      "data-colour": node.colour,
      "aria-label": describeNode(this.#party, node) + (mark === null ? "" : MARK_WORDS[mark]),
    });
    group.replaceChildren(...nodeParts(node, layout, scene.palette));
    if (known === undefined) this.#rowOf.get(node.branch)?.append(group);
    this.#nodeOf.set(node.node, { group, signature });
    this.#drawLink(node, mark);
  }

  /**
   * @param {TreeNode} node
   * @param {Mark | null} mark
   */
  #drawLink(node, mark) {
    if (node.link === null) return;
    let path = this.#linkOf.get(node.node);
    if (path === undefined) {
      path = svg("path", {});
      this.#linkOf.set(node.node, path);
      this.#links.append(path);
    }
    assign(path, { class: `link${node.link.includes("Q") ? " link-branch" : ""}${
      mark === null ? "" : ` mark-${mark}`}`, d: node.link });
  }

  /** @param {number} node */
  #moveTabStop(node) {
    const before = this.#nodeOf.get(this.#tabStop)?.group;
    if (before !== undefined) assign(before, { tabindex: -1 });
    this.#tabStop = node;
    const after = this.#nodeOf.get(node)?.group;
    if (after !== undefined) assign(after, { tabindex: 0 });
  }
}

const MARK_WORDS = {
  same: "", changed: ", changed", new: ", new in this universe",
  gone: ", no longer possible in the other universe",
};

/**
 * @param {number} scroll
 * @param {number} place
 * @param {number} size
 */
function between(scroll, place, size) {
  const margin = Math.min(FOLLOW_MARGIN, size / 3);
  if (place + margin > scroll + size) return Math.max(0, place + margin - size);
  if (place - margin < scroll) return Math.max(0, place - margin);
  return scroll;
}

/**
 * @param {TreeNode} node
 * @param {Layout} layout
 * @param {import('./session.js').Palette} palette
 * @returns {Element[]}
 */
function nodeParts(node, layout, palette) {
  const { radius } = node;
  const isNumber = node.isPlain || node.handler === null;
  const glyph = isNumber ? String(node.node) : palette.glyph(node.handler ?? "");
  const body = svg("g", { class: "node-body", "aria-hidden": "true" },
    svg("circle", { class: "ring", r: radius + 4 }),
    svg("circle", { class: node.handler === null ? "disc disc-plain" : "disc", r: radius }),
    svg("text", { class: isNumber && node.node > 999 ? "glyph glyph-long" : "glyph" }, glyph));
  if (node.effects > 0) {
    body.append(svg("circle", {
      class: "effect-mark", cx: radius * 0.72, cy: -radius * 0.72, r: 3.5 }));
  }
  const width = node.isPlain ? layout.narrowColumn : layout.wideColumn;
  const height = layout.messageRow - 4;
  const parts = [
    svg("rect", { class: "hit", x: -width / 2, y: -layout.messageCentre + 2, width, height }),
    body, svg("title", {}, `${node.label} · ${node.at} ms`)];
  const letters = cascadeLetters(node.cascade, palette.glyphs);
  if (letters.length > 0) {
    parts.push(svg("text", { class: "cascade", y: layout.cascadeDrop, "aria-hidden": "true" },
      ...letters.map(({ text, handler }) => svg("tspan", {
        "data-colour": handler === null ? null : palette.colours.get(handler) }, text))));
  }
  return parts;
}
