/** Where an arrow key leads. Pure: a view, a place in it, a direction, and the new place. */

/** @typedef {import('./contract.js').View} View */
/** @typedef {import('./contract.js').TreeNode} TreeNode */
/** @typedef {{party: number, node: number}} Place */
/** @typedef {'left' | 'right' | 'up' | 'down' | 'first' | 'last'} Direction */

/**
 * The node at a place, if there is one.
 * @param {View} view
 * @param {Place | null} place
 */
export function nodeAt(view, place) {
  return place === null ? undefined : view.parties[place.party]?.nodes[place.node];
}

/**
 * Left and right follow the branch (left from its first node leads to the parent); up and down
 * lead to the nearest node in the neighbouring row, and from a party's last row to the next party.
 * @param {View} view
 * @param {Place} from
 * @param {Direction} direction
 * @returns {Place}
 */
export function move(view, from, direction) {
  const current = nodeAt(view, from);
  if (current === undefined) return { party: 0, node: 0 };
  const row = nodesOfBranch(view, from.party, current.branch);
  const index = row.findIndex((node) => node.node === current.node);
  const at = (/** @type {TreeNode | undefined} */ node) => (
    node === undefined ? from : { party: from.party, node: node.node });
  switch (direction) {
    case "left":
      return current.parent === null ? from : { party: from.party, node: current.parent };
    case "right":
      return at(row[index + 1]);
    case "first":
      return at(row[0]);
    case "last":
      return at(row[row.length - 1]);
    default:
      return moveRow(view, from, current, direction === "up" ? -1 : 1);
  }
}

/**
 * @param {View} view
 * @param {Place} from
 * @param {TreeNode} current
 * @param {number} delta
 * @returns {Place}
 */
function moveRow(view, from, current, delta) {
  const rows = view.parties.flatMap((party, index) => [...party.branches]
    .sort((one, other) => one.branch - other.branch)
    .map(({ branch }) => ({ party: index, branch })));
  const here = rows.findIndex((row) => row.party === from.party && row.branch === current.branch);
  for (let there = here + delta; there >= 0 && there < rows.length; there += delta) {
    const { party, branch } = rows[there];
    const nearest = nearestColumn(nodesOfBranch(view, party, branch), current.column);
    if (nearest !== undefined) return { party, node: nearest.node };
  }
  return from;
}

/**
 * @param {View} view
 * @param {number} party
 * @param {number} branch
 */
function nodesOfBranch(view, party, branch) {
  return view.parties[party].nodes
    .filter((node) => node.branch === branch)
    .sort((one, other) => one.column - other.column);
}

/**
 * @param {TreeNode[]} row
 * @param {number} column
 * @returns {TreeNode | undefined}
 */
function nearestColumn(row, column) {
  return row.reduce((/** @type {TreeNode | undefined} */ best, node) => (
    best === undefined || Math.abs(node.column - column) < Math.abs(best.column - column)
      ? node : best), undefined);
}
