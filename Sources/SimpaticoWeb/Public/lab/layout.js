/**
 * From a party to positions. Pure: the same party gives the same picture, wherever it is drawn.
 *
 * Columns are depths and rows are branches, as in the tree itself. A column that holds only plain
 * values (the trunk that installs handlers) is narrow, so that the story gets the room. Adding a
 * node never moves another, except that a narrow column becomes wide when a message lands in it.
 * In the same way a first row that holds only plain values is low.
 */

/** @typedef {import('./contract.js').Party} Party */
/** @typedef {import('./contract.js').TreeNode} TreeNode */
/** @typedef {import('./contract.js').Branch} Branch */

/**
 * @typedef {object} Metrics Lengths in pixels.
 * @property {number} messageRow height of a row that holds messages, with room for cascades
 * @property {number} plainRow height of a row of plain values
 * @property {number} messageCentre from the top of a row of messages to its circles' centres
 * @property {number} wideColumn
 * @property {number} narrowColumn
 * @property {number} messageRadius
 * @property {number} plainRadius
 * @property {number} margin left and right of the tree
 * @property {number} cascadeDrop from a circle's centre to the baseline of its cascade
 */

/** @type {Metrics} */
export const METRICS = {
  messageRow: 52,
  plainRow: 36,
  messageCentre: 20,
  wideColumn: 46,
  narrowColumn: 26,
  messageRadius: 13,
  plainRadius: 8,
  margin: 14,
  cascadeDrop: 27,
};

/**
 * @typedef {object} PlacedNode
 * @property {TreeNode} node
 * @property {number} row
 * @property {number} x
 * @property {number} y
 * @property {number} width of the column, which is also where a pointer hits the node
 * @property {number} radius
 * @property {boolean} isPlain
 *
 * @typedef {object} PlacedRow
 * @property {Branch} branch
 * @property {number} top
 * @property {number} height
 * @property {number} centre the y of its circles
 *
 * @typedef {object} PlacedLink
 * @property {number} node the node that the link leads to
 * @property {string} path SVG path data
 * @property {boolean} isBranch leads into another row
 *
 * @typedef {object} TreeLayout
 * @property {number} width
 * @property {number} height
 * @property {PlacedRow[]} rows
 * @property {PlacedNode[]} nodes
 * @property {PlacedLink[]} links
 */

/** @param {TreeNode} node */
export function isPlain(node) {
  return node.handler === null && node.cascade.length === 0;
}

/**
 * @param {Party} party
 * @param {number} rowsExpected keeps the picture's height steady while branches are still to come
 * @param {Metrics} [metrics]
 * @returns {TreeLayout}
 */
export function layoutParty(party, rowsExpected, metrics = METRICS) {
  const rows = placeRows(party, metrics);
  const rowOf = new Map(rows.map(({ branch }, row) => [branch.branch, row]));
  const columns = placeColumns(party.nodes, metrics);
  const nodes = party.nodes.map((node) => {
    const row = rowOf.get(node.branch) ?? 0;
    const { x, width } = columns.places[node.column];
    const plain = isPlain(node);
    return {
      node, row, x, width, isPlain: plain,
      y: rows[row].centre,
      radius: plain ? metrics.plainRadius : metrics.messageRadius,
    };
  });
  const placed = new Map(nodes.map((place) => [place.node.node, place]));
  const links = nodes.flatMap((place) => {
    const parent = place.node.parent === null ? undefined : placed.get(place.node.parent);
    return parent === undefined ? [] : [link(parent, place)];
  });
  const bottom = rows.reduce((sum, row) => sum + row.height, 0);
  const height = bottom + Math.max(0, rowsExpected - rows.length) * metrics.messageRow;
  return { width: columns.width, height, rows, nodes, links };
}

/**
 * @param {Party} party
 * @param {Metrics} metrics
 * @returns {PlacedRow[]}
 */
function placeRows(party, metrics) {
  const branches = [...party.branches].sort((one, other) => one.branch - other.branch);
  const trunkIsPlain = party.nodes.every((node) => (
    node.branch !== branches[0]?.branch || isPlain(node)));
  let top = 0;
  return branches.map((branch, index) => {
    const isLow = index === 0 && trunkIsPlain;
    const height = isLow ? metrics.plainRow : metrics.messageRow;
    const centre = top + (isLow ? height / 2 : metrics.messageCentre);
    top += height;
    return { branch, top: top - height, height, centre };
  });
}

/**
 * @param {TreeNode[]} nodes
 * @param {Metrics} metrics
 */
function placeColumns(nodes, metrics) {
  /** @type {number[]} */
  const widths = [];
  for (const node of nodes) {
    const width = isPlain(node) ? metrics.narrowColumn : metrics.wideColumn;
    widths[node.column] = Math.max(widths[node.column] ?? 0, width);
  }
  let edge = metrics.margin;
  const places = Array.from(widths, (measured) => {
    const width = measured ?? metrics.narrowColumn;
    edge += width;
    return { x: edge - width / 2, width };
  });
  return { places, width: edge + metrics.margin };
}

/**
 * A straight line within a row; into another row down from the parent and round a wide bend, so
 * that siblings share their descent.
 * @param {PlacedNode} parent
 * @param {PlacedNode} child
 * @returns {PlacedLink}
 */
function link(parent, child) {
  const isBranch = parent.row !== child.row;
  if (!isBranch) {
    return { node: child.node.node, isBranch, path: `M${parent.x} ${parent.y}H${child.x}` };
  }
  const fall = child.y - parent.y;
  const bend = Math.min(Math.abs(fall), Math.max(0, child.x - parent.x));
  const turn = child.y - Math.sign(fall) * bend;
  const path = `M${parent.x} ${parent.y}V${turn}` +
    `Q${parent.x} ${child.y} ${parent.x + bend} ${child.y}H${child.x}`;
  return { node: child.node.node, isBranch, path };
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
  const words = [party, `node ${node.node}`, node.label, `at ${node.at} ms`];
  if (node.cascade.length > 0) words.push(`cascade ${node.cascade.join(" ")}`);
  if (node.effects > 0) words.push(node.effects === 1 ? "1 effect" : `${node.effects} effects`);
  return words.join(", ");
}
