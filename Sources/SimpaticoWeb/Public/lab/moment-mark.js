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
  #isLocal;
  #group = new Written(this.group);
  #title = new Written(svg("title"));
  #shape;
  #glyph = new Written(svg("text", { class: "glyph" }));

  /** @param {TreeNode} node @param {boolean} isLocal */
  constructor(node, isLocal) {
    this.node = node;
    this.kind = momentKindOf(node, isLocal);
    this.#isLocal = isLocal;
    this.#shape = new Written(isLocal
      ? svg("rect", { class: "mark-shape", width: 16, height: 16, rx: 4 })
      : svg("circle", { class: "mark-shape", r: 9 }));
    this.group.append(this.#title.element, this.#shape.element, this.#glyph.element);
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
    this.#group.assign({ "data-mark": index, "data-colour": node.colour });
    this.#shape.assign(this.#isLocal ? { x: x - 8, y: y - 8 } : { cx: x, cy: y });
    this.#title.say(`${party}: ${node.label} at ${timeText(node.at)}`);
    this.#glyph.assign({ x, y });
    this.#glyph.say(glyph);
  }

  /** @param {string} name of its class */
  mark(name) {
    this.#group.assign({ class: name });
  }
}

/** @param {TreeNode} node @param {boolean} isLocal */
export function momentKindOf({ handler }, isLocal) {
  return `${handler} ${isLocal}`;
}
