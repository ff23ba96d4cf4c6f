/** Where an arrow key leads: from a node to a node, through whoever tells the nodes of a tree. */
import { nearestColumn } from "./layout.js";

/** @typedef {import('./contract.js').TreeNode} TreeNode */
/** @typedef {{party: string, node: number}} Step */
/** @typedef {'left' | 'right' | 'up' | 'down' | 'first' | 'last'} Direction */

/**
 * @typedef {object} Trees What walking needs to know of a moment.
 * @property {{party: string, nodes: number, branches: number}[]} counts
 * @property {(party: string, node: number) => TreeNode | undefined} node
 * @property {(party: string, branch: number) => number} leaf the newest node of a branch
 * @property {(party: string, rows: [number, number], columns: [number, number]) => TreeNode[]}
 *   window the nodes of the moment in a range
 */

/**
 * Left and right follow the branch (left from its first node leads to the parent); up and down
 * lead to the nearest node in the neighbouring row, and from a party's last row to the next party.
 * @param {Trees} trees
 * @param {Step} from
 * @param {Direction} direction
 * @returns {Step}
 */
export function move(trees, from, direction) {
  const current = trees.node(from.party, from.node);
  if (current === undefined) return { party: trees.counts[0].party, node: 0 };
  const row = (/** @type {[number, number]} */ columns) => trees.window(
    from.party, [current.branch, current.branch + 1], columns);
  const at = (/** @type {TreeNode | undefined} */ node) => (
    node === undefined ? from : { party: from.party, node: node.node });
  switch (direction) {
    case "left":
      return current.parent === null ? from : { party: from.party, node: current.parent };
    case "right":
      return at(row([current.column + 1, current.column + 2])[0]);
    case "first":
      return at(row([0, current.column + 1])[0]);
    case "last":
      return { party: from.party, node: trees.leaf(from.party, current.branch) };
    default:
      return moveRow(trees, from, current, direction === "up" ? -1 : 1);
  }
}

/**
 * @param {Trees} trees
 * @param {Step} from
 * @param {TreeNode} current
 * @param {number} delta
 * @returns {Step}
 */
function moveRow(trees, from, current, delta) {
  let index = trees.counts.findIndex(({ party }) => party === from.party);
  let row = current.branch + delta;
  while (index >= 0 && index < trees.counts.length) {
    const { party, branches } = trees.counts[index];
    for (; row >= 0 && row < branches; row += delta) {
      const near = trees.window(party, [row, row + 1],
        [Math.max(0, current.column - 60), current.column + 60]);
      const nearest = nearestColumn(near, current.column);
      if (nearest !== undefined) return { party, node: nearest.node };
    }
    index += delta;
    row = delta > 0 ? 0 : (trees.counts[index]?.branches ?? 1) - 1;
  }
  return from;
}
