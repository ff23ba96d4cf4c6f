/**
 * A node of a tree as it is drawn, with the line that leads to it. Marks are used again: scrubbing
 * shows other nodes at every frame, and to give a mark another node costs a fraction of making one.
 * Each attribute is written only where it differs from what was written last.
 */
import { assign, svg } from "./dom.js";
import { cascadeLetters, describeNode } from "./layout.js";
import { timeText } from "./times.js";
import { Written } from "./written.js";

/** @typedef {import('./contract.js').TreeNode} TreeNode */
/** @typedef {import('./tree-view.js').Mark} Mark */

/**
 * @typedef {object} Look What of a node's look does not come from the node itself.
 * @property {string} party
 * @property {import('./contract.js').Layout} layout
 * @property {import('./session.js').Palette} palette
 * @property {Mark | null} mark
 * @property {boolean} isLatest
 * @property {boolean} isTabStop
 * @property {boolean} isSelected
 */

/** @type {Record<Mark, string>} */
const MARK_WORDS = {
  same: "", changed: ", changed", new: ", new in this universe",
  gone: ", no longer possible in the other universe",
};

export class NodeMark {
  /** What it looks like, in a word. */
  kind = "";
  group = svg("g", { role: "option" });
  link = svg("path", {});
  #hit = svg("rect", { class: "hit" });
  #ring = svg("circle", { class: "ring" });
  #disc = svg("circle", {});
  #glyph = svg("text", { class: "glyph" }, "");
  #effect = svg("circle", { class: "effect-mark", r: 3.5 });
  #title = svg("title", {}, "");
  #cascade = svg("text", { class: "cascade", "aria-hidden": "true" });
  #written = new Written();

  constructor() {
    this.group.append(this.#hit,
      svg("g", { class: "node-body", "aria-hidden": "true" }, this.#ring, this.#disc, this.#glyph),
      this.#title);
  }

  /** @param {TreeNode} node @param {Look} look */
  update(node, { party, layout, palette, mark, isLatest, isTabStop, isSelected }) {
    const { radius } = node;
    this.kind = kindOf(node);
    const marked = mark === null ? "" : ` mark-${mark}`;
    this.#written.assign("group", this.group, {
      class: `node${node.isPlain ? " is-plain" : ""}${
        isLatest ? " is-latest is-new" : ""}${marked}`,
      transform: `translate(${node.x} ${node.y})`, "data-node": node.node,
      tabindex: isTabStop ? 0 : -1, "aria-selected": isSelected, "data-colour": node.colour,
      "aria-label": describeNode(party, node) + (mark === null ? "" : MARK_WORDS[mark]) });
    const width = node.isPlain ? layout.narrowColumn : layout.wideColumn;
    this.#written.assign("hit", this.#hit, { x: -width / 2, y: 2 - layout.messageCentre, width,
      height: layout.messageRow - 4 });
    this.#written.assign("ring", this.#ring, { r: radius + 4 });
    this.#written.assign("disc", this.#disc, { r: radius,
      class: node.handler === null ? "disc disc-plain" : "disc" });
    const isNumber = node.isPlain || node.handler === null;
    // A longer number than three digits has no room.
    this.#written.say("glyph", this.#glyph, !isNumber ? palette.glyph(node.handler ?? "")
      : node.node < 1000 ? String(node.node) : "");
    this.#written.say("title", this.#title, `${node.label} · ${timeText(node.at)}`);
    this.#attach("effect", this.#effect, node.effects > 0, this.#glyph);
    if (node.effects > 0) {
      this.#written.assign("effect", this.#effect, { cx: radius * 0.72, cy: -radius * 0.72 });
    }
    this.#tellCascade(node, layout, palette);
    this.#written.assign("link", this.link, { d: node.link,
      class: `link${node.link?.includes("Q") ? " link-branch" : ""}${marked}` });
  }

  /** @param {boolean} isTabStop */
  setTabStop(isTabStop) {
    this.#written.assign("group", this.group, { tabindex: isTabStop ? 0 : -1 });
  }

  /** @param {boolean} isSelected */
  setSelected(isSelected) {
    this.#written.assign("group", this.group, { "aria-selected": isSelected });
  }

  remove() {
    this.group.remove();
    this.link.remove();
  }

  /**
   * @param {TreeNode} node
   * @param {import('./contract.js').Layout} layout
   * @param {import('./session.js').Palette} palette
   */
  #tellCascade(node, layout, palette) {
    const letters = cascadeLetters(node.cascade, palette.glyphs);
    this.#attach("cascade", this.#cascade, letters.length > 0, this.#title);
    const signature = letters.map(({ text, handler }) => `${text} ${handler}`).join();
    if (!this.#written.differs("letters", signature)) return;
    assign(this.#cascade, { y: layout.cascadeDrop });
    this.#cascade.replaceChildren(...letters.map(({ text, handler }) => svg("tspan", {
      "data-colour": handler === null ? null : palette.colours.get(handler) }, text)));
  }

  /** @param {string} name @param {Element} element @param {boolean} is @param {Element} after */
  #attach(name, element, is, after) {
    if (!this.#written.differs(`${name} is`, is)) return;
    if (is) after.after(element); else element.remove();
  }
}

/**
 * Nodes of one kind in one row look alike but for what is written on them.
 * @param {TreeNode} node
 */
export function kindOf({ branch, handler, isPlain, cascade, effects }) {
  return `${branch} ${handler} ${isPlain} ${cascade} ${effects > 0}`;
}
