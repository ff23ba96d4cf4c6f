/**
 * The map of universes in numbers: steps go to the right, every universe has a row of its own below
 * the one that it was forked from. Pure.
 */

/** @typedef {import('./contract.js').MapEntry} MapEntry */

/**
 * @typedef {object} MapRow
 * @property {MapEntry} entry
 * @property {number} row
 * @property {number} from the step at which it begins
 * @property {number | null} parentRow
 */

export const ROW_HEIGHT = 26;
export const MARGIN = { left: 16, right: 190, top: 14, bottom: 14 };

/**
 * Rows in the order of a walk: a universe, then its children by the step of their fork, the latest
 * first, so that no line crosses another.
 * @param {MapEntry[]} entries
 * @returns {MapRow[]}
 */
export function rowsOf(entries) {
  /** @type {Map<number | null, MapEntry[]>} */
  const children = new Map();
  const known = new Set(entries.map(({ universe }) => universe));
  for (const entry of entries) {
    const parent = entry.parent !== null && known.has(entry.parent) ? entry.parent : null;
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [entry]); else siblings.push(entry);
  }
  for (const siblings of children.values()) {
    siblings.sort((one, two) => two.step - one.step || one.universe - two.universe);
  }
  /** @type {MapRow[]} */
  const rows = [];
  /** @type {{entry: MapEntry, parentRow: number | null}[]} */
  const stack = (children.get(null) ?? []).sort((one, two) => two.universe - one.universe)
    .map((entry) => ({ entry, parentRow: null }));
  while (stack.length > 0) {
    const { entry, parentRow } = /** @type {{entry: MapEntry, parentRow: number | null}} */ (
      stack.pop());
    const row = rows.length;
    rows.push({ entry, row, from: parentRow === null ? 0 : entry.step, parentRow });
    const below = children.get(entry.universe) ?? [];
    for (let index = below.length - 1; index >= 0; index -= 1) {
      stack.push({ entry: below[index], parentRow: row });
    }
  }
  return rows;
}

/**
 * @param {MapRow[]} rows
 * @param {number} width of the whole picture
 */
export function mapScale(rows, width) {
  const steps = rows.reduce((most, { entry }) => Math.max(most, entry.steps), 1);
  return {
    steps,
    stepWidth: Math.max(0.0001, (width - MARGIN.left - MARGIN.right) / steps),
    height: MARGIN.top + rows.length * ROW_HEIGHT + MARGIN.bottom,
  };
}

/** @param {{stepWidth: number}} scale @param {number} step */
export function mapX(scale, step) {
  return Math.round((MARGIN.left + step * scale.stepWidth) * 10) / 10;
}

/** @param {number} row */
export function mapY(row) {
  return MARGIN.top + (row + 0.5) * ROW_HEIGHT;
}

/**
 * The line of a universe: from its fork down round a bend and along its steps.
 * @param {{stepWidth: number}} scale
 * @param {MapRow} row
 */
export function lineOf(scale, { entry, row, from, parentRow }) {
  const [x, y, end] = [mapX(scale, from), mapY(row), mapX(scale, Math.max(entry.steps, from))];
  if (parentRow === null) return `M${x} ${y}H${end}`;
  const bend = Math.max(2, Math.min(12, end - x));
  return `M${x} ${mapY(parentRow)}V${y - 12}Q${x} ${y} ${x + bend} ${y}H${Math.max(end, x + bend)}`;
}

/**
 * The rows that a view shows, half-open.
 * @param {number} top
 * @param {number} height
 * @param {number} count
 * @param {number} zoom
 * @returns {[number, number]}
 */
export function rowsInSight(top, height, count, zoom = 1) {
  const first = Math.floor((top / zoom - MARGIN.top) / ROW_HEIGHT) - 2;
  const last = Math.ceil(((top + height) / zoom - MARGIN.top) / ROW_HEIGHT) + 2;
  return [Math.max(0, Math.min(count, first)), Math.max(0, Math.min(count, last))];
}
