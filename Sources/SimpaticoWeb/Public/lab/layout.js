/**
 * Where things are in a tree's picture. The core says where every node stands; from the same
 * numbers this module tells what a window shows, which nodes lie next to each other, and how nodes
 * read. Pure.
 */
import { timeText } from "./times.js";

/** @typedef {import('./contract.js').Layout} Layout */
/** @typedef {import('./contract.js').TreeNode} TreeNode */
/** @typedef {[number, number]} Range half-open */

/**
 * The left edge of a column.
 * @param {Layout} layout
 * @param {number} column
 */
export function columnEdge(layout, column) {
  const narrow = Math.min(column, layout.narrowColumns);
  return layout.margin + narrow * layout.narrowColumn + (column - narrow) * layout.wideColumn;
}

/**
 * The column that holds an x, which may lie outside of the picture.
 * @param {Layout} layout
 * @param {number} x
 */
export function columnAt(layout, x) {
  const narrowEnd = columnEdge(layout, layout.narrowColumns);
  const column = x < narrowEnd ? (x - layout.margin) / layout.narrowColumn
    : layout.narrowColumns + (x - narrowEnd) / layout.wideColumn;
  return Math.max(0, Math.min(layout.columns - 1, Math.floor(column)));
}

/**
 * The top edge of a row.
 * @param {Layout} layout
 * @param {number} row
 */
export function rowTop(layout, row) {
  if (!layout.lowRow || row === 0) return row * layout.messageRow;
  return layout.plainRow + (row - 1) * layout.messageRow;
}

/**
 * @param {Layout} layout
 * @param {number} y
 */
export function rowAt(layout, y) {
  const row = !layout.lowRow ? y / layout.messageRow
    : y < layout.plainRow ? 0 : 1 + (y - layout.plainRow) / layout.messageRow;
  return Math.max(0, Math.min(layout.rows - 1, Math.floor(row)));
}

/**
 * The rows and columns that a rectangle of the picture shows, widened to whole blocks, so that
 * scrolling a little asks for nothing new.
 * @param {Layout} layout
 * @param {{left: number, top: number, width: number, height: number}} view
 * @param {number} block
 * @returns {{rows: Range, columns: Range}}
 */
export function windowOf(layout, view, block = 2) {
  const wide = (/** @type {number} */ from, /** @type {number} */ to,
    /** @type {number} */ limit) => /** @type {Range} */ ([
      Math.floor(from / block) * block,
      Math.max(1, Math.min(limit, Math.ceil((to + 1) / block) * block)),
    ]);
  return {
    rows: wide(rowAt(layout, view.top), rowAt(layout, view.top + view.height), layout.rows),
    columns: wide(columnAt(layout, view.left), columnAt(layout, view.left + view.width),
      layout.columns),
  };
}

/** How many letters fit below a circle. */
const CASCADE_LETTERS = 5;

/**
 * The cascade in letters; when there are too many the last place counts the rest.
 * @param {string[]} cascade
 * @param {Map<string, string>} glyphs
 * @returns {{text: string, handler: string | null}[]}
 */
export function cascadeLetters(cascade, glyphs) {
  const shown = cascade.length > CASCADE_LETTERS ? CASCADE_LETTERS - 2 : cascade.length;
  const letters = cascade.slice(0, shown).map((handler) => (
    { text: glyphs.get(handler) ?? "?", handler: /** @type {string | null} */ (handler) }));
  if (shown < cascade.length) letters.push({ text: `+${cascade.length - shown}`, handler: null });
  return letters;
}

/**
 * A node in words, for those who hear the page.
 * @param {string} party
 * @param {TreeNode} node
 */
export function describeNode(party, node) {
  const words = [party, `node ${node.node}`, node.label, `at ${timeText(node.at)}`];
  if (node.cascade.length > 0) words.push(`cascade ${node.cascade.join(" ")}`);
  if (node.effects > 0) words.push(node.effects === 1 ? "1 effect" : `${node.effects} effects`);
  return words.join(", ");
}

/**
 * The node of a row that is nearest to a column.
 * @param {TreeNode[]} nodes
 * @param {number} column
 * @returns {TreeNode | undefined}
 */
export function nearestColumn(nodes, column) {
  return nodes.reduce((/** @type {TreeNode | undefined} */ best, node) => (
    best === undefined || Math.abs(node.column - column) < Math.abs(best.column - column)
      ? node : best), undefined);
}
