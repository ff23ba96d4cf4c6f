/**
 * A node on its lane: round where a message arrived, square where the party itself went on (a
 * timer, a computation). Marks are used again, as those of the trees are.
 */
import { svg } from "./dom.js";
import { timeText } from "./times.js";
import { Written } from "./written.js";

/** @typedef {import('./contract.js').TreeNode} TreeNode */

export class MomentMark {
  /** @type {TreeNode} what it shows */
  node;
  party = "";
  /** What it looks like, in a word. */
  kind;
  group = svg("g", {});
  #title = svg("title", {}, "");
  #glyph = svg("text", { class: "glyph" }, "");
  #written = new Written();

  /** @param {TreeNode} node @param {boolean} isLocal */
  constructor(node, isLocal) {
    this.node = node;
    this.kind = momentKindOf(node, isLocal);
    this.group.append(this.#title, isLocal
      ? svg("rect", { class: "mark-shape", x: -8, y: -8, width: 16, height: 16, rx: 4 })
      : svg("circle", { class: "mark-shape", r: 9 }), this.#glyph);
  }

  /**
   * @param {TreeNode} node
   * @param {string} party
   * @param {{x: number, y: number}} place
   * @param {number} index
   * @param {string} glyph
   */
  show(node, party, { x, y }, index, glyph) {
    [this.node, this.party] = [node, party];
    this.#written.assign("group", this.group, { "data-mark": index, "data-colour": node.colour,
      transform: `translate(${x} ${y})` });
    this.#written.say("title", this.#title, `${party}: ${node.label} at ${timeText(node.at)}`);
    this.#written.say("glyph", this.#glyph, glyph);
  }

  /** @param {string} name of its class */
  mark(name) {
    this.#written.assign("group", this.group, { class: name });
  }
}

/** @param {TreeNode} node @param {boolean} isLocal */
export function momentKindOf({ handler }, isLocal) {
  return `${handler} ${isLocal}`;
}
