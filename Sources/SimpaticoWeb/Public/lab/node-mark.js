/**
 * A node of a tree as it is reached: by hand, by keyboard, by ear. Its ring shows where that is;
 * its disc is drawn with those of its row. Marks are used again: scrubbing shows other nodes at
 * every frame, and to give a mark another node costs a fraction of making one.
 */
import { svg } from "./dom.js";
import { describeNode } from "./layout.js";
import { timeText } from "./times.js";
import { Written } from "./written.js";

/** @typedef {import('./contract.js').TreeNode} TreeNode */
/** @typedef {import('./tree-view.js').Mark} Mark */

/**
 * @typedef {object} Look What of a node's look does not come from the node itself.
 * @property {string} party
 * @property {number} left where the drawing begins: x counts from there
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

/** How far the ring is from the disc. */
const GAP = 4;

export class NodeMark {
  element = svg("circle", { role: "option" });
  row;
  /** @type {TreeNode} what it shows */
  node;
  #written = new Written(this.element);

  /** @param {import('./row-view.js').RowView} row @param {TreeNode} node */
  constructor(row, node) {
    [this.row, this.node] = [row, node];
    row.group.append(this.element);
  }

  /** What it looks like, in a word, within its row. */
  get kind() {
    return kindOf(this.node);
  }

  /** What it says to a hand that rests on it. */
  get title() {
    return `${this.node.label} · ${timeText(this.node.at)}`;
  }

  /** @param {TreeNode} node @param {Look} look */
  update(node, { party, left, mark, isLatest, isTabStop, isSelected }) {
    this.node = node;
    this.#written.assign({
      class: `node${node.isPlain ? " is-plain" : ""}${isLatest ? " is-latest" : ""}${
        mark === null ? "" : ` mark-${mark}`}`,
      cx: node.x - left, cy: node.y, r: node.radius + GAP,
      tabindex: isTabStop ? 0 : -1, "aria-selected": isSelected, "data-colour": node.colour,
      "aria-label": describeNode(party, node) + (mark === null ? "" : MARK_WORDS[mark]) });
  }

  /** @param {boolean} isTabStop */
  setTabStop(isTabStop) {
    this.#written.assign({ tabindex: isTabStop ? 0 : -1 });
  }
}

/**
 * Nodes of one kind look alike but for where they stand.
 * @param {TreeNode} node
 */
export function kindOf({ handler, isPlain }) {
  return `${handler} ${isPlain}`;
}
