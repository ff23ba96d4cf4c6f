/**
 * What is drawn of a row of a tree: few shapes, each of which holds all nodes that look alike. A
 * page that scrubs shows another window of the tree in every frame, and what that costs is told by
 * the number of elements that change. Pure.
 */
import { cascadeLetters } from "./layout.js";

/** @typedef {import('./contract.js').TreeNode} TreeNode */
/** @typedef {import('./tree-view.js').Mark} Mark */

/**
 * @typedef {object} Art A shape or a text.
 * @property {'path' | 'text'} tag
 * @property {Record<string, string | number | null>} attributes
 * @property {string} text
 * @property {{text: string, x?: number, colour?: number | null}[]} parts of a text that does not
 *   stand as one
 *
 * @typedef {object} RowLook What of a row's look does not come from its nodes.
 * @property {number} left where the drawing begins: x counts from there
 * @property {number} cascadeDrop
 * @property {import('./session.js').Palette} palette
 * @property {(node: number) => Mark | null} mark
 * @property {(node: TreeNode) => boolean} isNew it has just come
 * @property {number | null} selected
 */

/** Where a node's effects are marked, as a share of its radius, and how large. */
const EFFECT = { away: 0.72, radius: 3.5 };

/**
 * @param {TreeNode[]} nodes of one row
 * @param {RowLook} look
 * @returns {Map<string, Art>} from the lowest to the uppermost, by a name that is the same for what
 *   looks the same at another moment
 */
export function rowArt(nodes, look) {
  /** @type {Map<string, TreeNode[]>} */
  const alike = new Map();
  for (const node of nodes) {
    const kind = `${node.colour} ${stateOf(node, look)}`;
    const others = alike.get(kind);
    if (others === undefined) alike.set(kind, [node]); else others.push(node);
  }
  /** @type {Map<string, Art>} */
  const art = new Map();
  for (const [kind, group] of alike) {
    const [{ handler, colour, y }] = group;
    const state = stateOf(group[0], look).split("#", 1)[0];
    const disc = handler === null ? "disc disc-plain" : "disc";
    path(art, `disc ${kind}`, { class: disc + state, "data-colour": colour,
      d: group.map(({ x, radius }) => circle(x - look.left, y, radius)).join("") });
    text(art, `glyph ${kind}`, { class: `glyph${handler === null ? " glyph-plain" : ""}${state}`,
      y }, group.map((node) => ({ x: node.x - look.left, text: glyphOf(node, look) }))
      .filter((part) => part.text !== ""));
    path(art, `effect ${kind}`, { class: `effect-mark${state}`, d: group
      .filter(({ effects }) => effects > 0)
      .map(({ x, radius: r }) => circle(x - look.left + r * EFFECT.away, y - r * EFFECT.away,
        EFFECT.radius)).join("") });
    group.filter(({ cascade }) => cascade.length > 0).forEach(({ x, cascade }, index) => {
      text(art, `cascade ${index} ${kind}`, { class: `cascade${state}`, x: x - look.left,
        y: y + look.cascadeDrop }, cascadeLetters(cascade, look.palette.glyphs)
        .map(({ text: letter, handler: name }) => ({ text: letter,
          colour: name === null ? null : look.palette.colours.get(name) ?? null })));
    });
  }
  return art;
}

/**
 * What a node's state adds to the classes of what is drawn of it. One that has just come is drawn
 * by itself, for it moves by itself.
 * @param {TreeNode} node
 * @param {RowLook} look
 */
function stateOf(node, look) {
  const mark = look.mark(node.node);
  return `${node.node === look.selected ? " is-selected" : ""}${
    mark === null ? "" : ` mark-${mark}`}${look.isNew(node) ? ` is-new#${node.node}` : ""}`;
}

/** @param {TreeNode} node @param {RowLook} look */
function glyphOf({ node, handler, isPlain }, { palette }) {
  if (!isPlain && handler !== null) return palette.glyph(handler);
  // A longer number than three digits has no room.
  return node < 1000 ? String(node) : "";
}

/** @param {Map<string, Art>} art @param {string} name @param {Art['attributes']} attributes */
function path(art, name, attributes) {
  if (attributes.d !== "") art.set(name, { tag: "path", attributes, text: "", parts: [] });
}

/**
 * Characters that stand alone need no elements of their own: a text tells the place of each.
 * @param {Map<string, Art>} art
 * @param {string} name
 * @param {Art['attributes']} attributes
 * @param {Art['parts']} parts
 */
function text(art, name, attributes, parts) {
  if (parts.length === 0) return;
  const isFlat = parts.every((part) => part.text.length === 1 && part.x !== undefined);
  art.set(name, isFlat ? { tag: "text", parts: [], text: parts.map((part) => part.text).join(""),
    attributes: { ...attributes, x: parts.map(({ x }) => x).join(" ") } }
    : { tag: "text", attributes, text: "", parts });
}

/** @param {number} x @param {number} y @param {number} r */
function circle(x, y, r) {
  return `M${round(x - r)} ${round(y)}a${r} ${r} 0 1 1 ${2 * r} 0a${r} ${r} 0 1 1 ${-2 * r} 0Z`;
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 100) / 100;
}
