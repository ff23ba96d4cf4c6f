/**
 * Draws the part of a tree that is in sight. The element scrolls over the whole picture; the
 * drawing covers the window that is seen and holds no more nodes than that. Every mark is keyed by
 * its node, so an update touches only what changed: the rest keeps its element and its focus.
 * In the drawing x counts from its own left edge, so that a window further on that looks the same
 * changes next to nothing.
 *
 * To assistive technology the tree is one list box with a group for each row. One node of it is in
 * the tab order (the roving tab stop); arrow keys move from there.
 */
import { assign, html, prefersReducedMotion, setText, svg } from "./dom.js";
import { columnEdge, rowTop, windowOf } from "./layout.js";
import { NodeMark, kindOf } from "./node-mark.js";
import { rowArt } from "./row-art.js";
import { RowView } from "./row-view.js";
import { isOver } from "./status.js";
import { Spares, Written } from "./written.js";

/** @typedef {import('./contract.js').TreeNode} TreeNode */
/** @typedef {import('./contract.js').Layout} Layout */
/** @typedef {import('./contract.js').Moment} Moment */
/** @typedef {'same' | 'changed' | 'new' | 'gone'} Mark */

/** How close to the edge of the panel the newest node may come, in pixels. */
const FOLLOW_MARGIN = 64;
/** How far before its last row a line ends that comes from outside. */
const SPINE_BEND = 40;

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
  #svg = svg("svg", { class: "tree", role: "presentation" });
  #links = svg("g", { class: "links", "aria-hidden": "true" });
  #rows = svg("g", { role: "presentation" });
  #art = svg("g", { class: "row-art", "aria-hidden": "true" });
  #labels = html("ul", { class: "row-labels" });
  #canvas = html("div", { class: "tree-canvas", role: "presentation" });
  /** @type {Map<number, RowView>} */
  #rowOf = new Map();
  /** @type {Map<string, Written>} by their classes */
  #linksOf = new Map();
  #title = svg("title");
  /** @type {Map<number, NodeMark>} */
  #markOf = new Map();
  /** @type {WeakMap<Element, NodeMark>} */
  #markAt = new WeakMap();
  /** @type {Map<number, {element: HTMLLIElement, signature: string}>} */
  #labelOf = new Map();
  /** @type {TreeScene | null} */
  #scene = null;
  /** @type {Layout | null} */
  #layout = null;
  /** The step that is drawn, and whether it came by a single step: only then does a node arrive. */
  #step = -1;
  #isArrival = false;
  #tabStop = 0;
  /** @type {number | null} */
  #selected = null;
  #isWaiting = false;
  #size = { width: 0, height: 0, label: 0 };
  /** Where it is scrolled to, or is about to be. */
  #scroll = { left: 0, top: 0 };
  #isScrolled = true;

  /** The element that scrolls. */
  scroller = html("div", { class: "scroller", role: "listbox" });

  /** @param {string} party */
  constructor(party) {
    this.#party = party;
    assign(this.scroller, { "aria-label": `${party}: tree of nodes` });
    assign(this.#labels, { "aria-label": `${party}: rows` });
    this.#svg.append(this.#links, this.#rows, this.#art);
    this.#rows.addEventListener("pointermove", ({ target }) => {
      if (target instanceof SVGElement) this.#tellTitle(target);
    }, { passive: true });
    this.#canvas.append(this.#svg);
    this.scroller.append(html("div", { class: "tree-sheet" }, this.#labels, this.#canvas));
    this.scroller.addEventListener("scroll", () => {
      const { scrollLeft: left, scrollTop: top } = this.scroller;
      if (left === this.#scroll.left && top === this.#scroll.top) return;
      this.#scroll = { left, top };
      this.#redrawSoon();
    }, { passive: true });
    new ResizeObserver(() => {
      this.#measure();
      this.#redrawSoon();
    }).observe(this.scroller);
  }

  /**
   * Draws, with a node in sight where one is given; `applyScroll` belongs to it.
   * @param {TreeScene} scene
   * @param {TreeNode | null} seen
   * @param {boolean} isCalm without a smooth motion
   */
  update(scene, seen = null, isCalm = true) {
    this.#scene = scene;
    const { step } = scene.moment;
    if (step !== this.#step) this.#isArrival = step === this.#step + 1;
    this.#step = step;
    if (this.#size.width === 0) this.#measure();
    const to = seen === null ? null : this.#scrollFor(seen);
    if (to !== null && (isCalm || prefersReducedMotion())) {
      this.#scroll = to;
      this.#isScrolled = false;
    }
    this.#draw();
    if (to !== null && this.#isScrolled) this.scroller.scrollTo({ ...to, behavior: "smooth" });
  }

  /**
   * Scrolls as little as needed for a node to be seen.
   * @param {TreeNode} node
   * @param {boolean} isCalm without a smooth motion
   */
  reveal(node, isCalm = false) {
    const to = this.#scrollFor(node);
    if (to === null) return;
    if (isCalm || prefersReducedMotion()) {
      this.#scroll = to;
      this.#isScrolled = false;
      this.#draw();
      this.applyScroll();
    } else {
      this.scroller.scrollTo({ ...to, behavior: "smooth" });
    }
  }

  /** Where to scroll for a node to be seen; null where it is. @param {TreeNode} node */
  #scrollFor(node) {
    const left = between(this.#scroll.left, node.x, this.#size.width - this.#size.label);
    const top = between(this.#scroll.top, node.y, this.#size.height);
    return left === this.#scroll.left && top === this.#scroll.top ? null : { left, top };
  }

  /**
   * Scrolls to what was drawn. The browser lays out the page for that, so it is done once all that
   * changes in a frame has changed.
   */
  applyScroll() {
    const { scroller } = this;
    if (this.#isScrolled) return;
    this.#isScrolled = true;
    scroller.scrollTo({ ...this.#scroll, behavior: "auto" });
    // It may not go that far, and then no event tells.
    const { scrollLeft: left, scrollTop: top } = scroller;
    if (left === this.#scroll.left && top === this.#scroll.top) return;
    this.#scroll = { left, top };
    this.#redrawSoon();
  }

  /** @param {number} node */
  focus(node) {
    this.#moveTabStop(node);
    this.#markOf.get(node)?.element.focus({ preventScroll: true });
  }

  /** It is seen with the next update. @param {number | null} node */
  select(node) {
    if (this.#selected === node) return;
    this.#selected = node;
    if (node !== null && this.#markOf.has(node)) this.#moveTabStop(node);
  }

  /** Where a node is on the screen, if it is drawn. @param {number} node */
  boxOf(node) {
    return this.#markOf.get(node)?.element.getBoundingClientRect();
  }

  /** The node that an element is the mark of. @param {Element} element */
  nodeAt(element) {
    return this.#markAt.get(element)?.node.node ?? null;
  }

  /** @param {SVGElement} target what a hand rests on */
  #tellTitle(target) {
    const mark = this.#markAt.get(target);
    if (mark === undefined) return;
    setText(this.#title, mark.title);
    if (this.#title.parentNode !== target) target.append(this.#title);
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
    const view = { ...this.#scroll,
      width: Math.max(200, this.#size.width - this.#size.label),
      height: Math.max(100, this.#size.height) };
    const { rows, columns } = windowOf(whole, view);
    const { nodes, spines } = scene.window(rows, columns);
    const shown = nodes.filter(({ node }) => node < scene.count);
    scene.palette.meet(nodes);
    const left = this.#place(whole, columns);
    this.#drawLabels(scene, whole, rows);
    this.#drawLinks(shown, spines, scene);
    this.#drawNodes(shown, left, scene);
    const isTabStopSeen = this.#markOf.has(this.#tabStop);
    if (!isTabStopSeen && shown.length > 0) this.#moveTabStop(shown[0].node);
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
   * Puts the drawing over its columns, and answers where they begin.
   * @param {Layout} layout
   * @param {[number, number]} columns
   */
  #place(layout, columns) {
    const left = columns[0] === 0 ? 0 : columnEdge(layout, columns[0]);
    const right = columns[1] >= layout.columns ? layout.width : columnEdge(layout, columns[1]);
    assign(this.#svg, { width: right - left, height: layout.height });
    this.#svg.style.transform = `translateX(${left}px)`;
    assign(this.#links, { transform: `translate(${-left} 0)` });
    return left;
  }

  /**
   * @param {TreeScene} scene
   * @param {Layout} layout
   * @param {[number, number]} rows
   */
  #drawLabels(scene, layout, rows) {
    const branches = scene.branches(rows[0], rows[1]);
    const alive = new Set(branches.map(({ branch }) => branch));
    /** @type {RowView[]} */
    const free = [];
    for (const [branch, { element }] of this.#labelOf) {
      if (alive.has(branch)) continue;
      element.remove();
      this.#labelOf.delete(branch);
      const row = this.#rowOf.get(branch);
      this.#rowOf.delete(branch);
      if (row === undefined) continue;
      if (row.group.contains(document.activeElement)) row.remove(); else free.push(row);
    }
    for (const branch of branches) {
      const signature = `${branchName(branch)} ${Object.values(branch.phases)} ${branch.y}`;
      const known = this.#labelOf.get(branch.branch);
      if (known?.signature === signature) continue;
      const element = known?.element ?? html("li", {});
      element.dataset.phase = isOver(branch) ? "CLOSED" : branch.registration;
      element.replaceChildren(scene.label(branch));
      element.style.top = `${rowTop(layout, branch.row)}px`;
      element.style.height = `${rowTop(layout, branch.row + 1) - rowTop(layout, branch.row)}px`;
      this.#labelOf.set(branch.branch, { element, signature });
      if (known === undefined) {
        this.#labels.append(element);
        const row = free.pop() ?? new RowView();
        this.#rowOf.set(branch.branch, row);
        if (!row.group.isConnected) {
          this.#rows.append(row.group);
          this.#art.append(row.art);
        }
      }
      const name = [branchName(branch), branch.connection, branch.registration];
      this.#rowOf.get(branch.branch)?.say(name.filter((word) => word !== "").join(", "));
    }
    for (const row of free) row.remove();
  }

  /**
   * The lines to the nodes, and those that pass through the window from parents outside of it: a
   * shape for each look.
   * @param {TreeNode[]} nodes
   * @param {{x: number, y1: number, y2: number}[]} spines
   * @param {TreeScene} scene
   */
  #drawLinks(nodes, spines, { moment, mark }) {
    /** @type {Map<string, string>} */
    const paths = new Map();
    const add = (/** @type {string} */ look, /** @type {string} */ path) => (
      paths.set(look, (paths.get(look) ?? "") + path));
    // A spine may lead to rows that are still to come; only a tall tree shows them.
    const isTall = moment.step === moment.steps && this.#rowOf.size > 6;
    for (const { x, y1, y2 } of isTall ? spines : []) {
      if (y2 - y1 > SPINE_BEND) add("link spine", `M${x} ${y1}V${y2 - SPINE_BEND}`);
    }
    for (const { node, link } of nodes) {
      if (link === null) continue;
      const word = mark?.(node) ?? null;
      add(`link${link.includes("Q") ? " link-branch" : ""}${word === null ? "" : ` mark-${word}`}`,
        link);
    }
    for (const [look, { element }] of this.#linksOf) {
      if (paths.has(look)) continue;
      element.remove();
      this.#linksOf.delete(look);
    }
    for (const [look, d] of paths) {
      let written = this.#linksOf.get(look);
      if (written === undefined) {
        written = new Written(svg("path", { class: look }));
        this.#linksOf.set(look, written);
        this.#links.append(written.element);
      }
      written.assign({ d });
    }
  }

  /**
   * Gives each node of the window a mark: its own where it has one, else one of its row that is
   * free now, at best one that looks alike, else a new one. And draws the rows.
   * @param {TreeNode[]} nodes
   * @param {number} left
   * @param {TreeScene} scene
   */
  #drawNodes(nodes, left, scene) {
    const { moment, palette } = scene;
    const markOf = (/** @type {number} */ node) => scene.mark?.(node) ?? null;
    const isLatest = (/** @type {TreeNode} */ { step }) => step === moment.step && step > 0;
    const alive = new Set(nodes.map(({ node }) => node));
    /** @type {Spares<string, NodeMark>} */
    const spares = new Spares();
    for (const [node, mark] of this.#markOf) {
      if (alive.has(node)) continue;
      this.#markOf.delete(node);
      const { element, row, kind } = mark;
      if (element !== document.activeElement && row.group.isConnected) {
        spares.add(`${row.name} ${kind}`, mark);
      } else {
        element.remove();
      }
    }
    const show = (/** @type {TreeNode} */ node, /** @type {NodeMark} */ mark) => {
      this.#markOf.set(node.node, mark);
      this.#markAt.set(mark.element, mark);
      mark.update(node, { party: this.#party, left, mark: markOf(node.node),
        isLatest: isLatest(node), isTabStop: node.node === this.#tabStop,
        isSelected: node.node === this.#selected });
    };
    /** @type {Map<RowView, TreeNode[]>} */
    const inRow = new Map([...this.#rowOf.values()].map((row) => [row, []]));
    /** @type {[TreeNode, RowView][]} */
    const others = [];
    for (const node of nodes) {
      const row = this.#rowOf.get(node.branch);
      if (row === undefined) continue;
      inRow.get(row)?.push(node);
      const mark = this.#markOf.get(node.node) ?? spares.take(`${row.name} ${kindOf(node)}`);
      if (mark === undefined) others.push([node, row]); else show(node, mark);
    }
    /** @type {Spares<RowView, NodeMark>} */
    const unlike = new Spares();
    for (const mark of spares.rest) unlike.add(mark.row, mark);
    for (const [node, row] of others) show(node, unlike.take(row) ?? new NodeMark(row, node));
    for (const { element } of unlike.rest) element.remove();
    const cascadeDrop = this.#layout?.cascadeDrop ?? 0;
    for (const [row, group] of inRow) {
      row.draw(rowArt(group, { left, cascadeDrop, palette, mark: markOf,
        isNew: (node) => this.#isArrival && isLatest(node), selected: this.#selected }));
    }
  }

  /** @param {number} node */
  #moveTabStop(node) {
    this.#markOf.get(this.#tabStop)?.setTabStop(false);
    this.#tabStop = node;
    this.#markOf.get(node)?.setTabStop(true);
  }
}

/**
 * What a row is called: whom it leads to, or what it is for.
 * @param {import('./contract.js').Branch} branch
 */
export function branchName({ branch, peer, kind }) {
  return peer || kind || (branch === 0 ? "setup" : `branch ${branch}`);
}

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
