/**
 * The space-time diagram in numbers: a lane for each party, a column for each step, an arrow for
 * each message. Pure: the same messages and the same cursor give the same picture.
 */

/** @typedef {import('./contract.js').Message} Message */
/** @typedef {import('./contract.js').TreeNode} TreeNode */

/**
 * @typedef {object} Scale Lengths in pixels.
 * @property {number} stepWidth
 * @property {number} laneHeight
 * @property {number} axis height of the strip with the times
 * @property {number} steps
 * @property {number} lanes
 *
 * @typedef {'future' | 'flying' | 'held' | 'arrived' | 'ignored' | 'lost'} Flight
 *
 * @typedef {object} Arrow
 * @property {Flight} flight how the message fares at the cursor
 * @property {number} x1
 * @property {number} y1
 * @property {number} x2
 * @property {number} y2
 * @property {{x: number, y: number} | null} rider where the message is just now, while it flies
 * @property {boolean} isOpen it has no end that is known: it ends in the open
 */

const NARROWEST = 30;
const WIDEST = 68;
/** How far a lost message comes. */
const LOST_AT = 0.58;

/**
 * As many steps as fit are spread over the width; more than fit scroll.
 * @param {number} width
 * @param {number} steps
 * @param {number} lanes
 * @returns {Scale}
 */
export function scaleFor(width, steps, lanes) {
  const fitting = width / (steps + 2);
  return {
    stepWidth: Math.max(NARROWEST, Math.min(WIDEST, fitting)),
    laneHeight: lanes > 6 ? 34 : lanes > 4 ? 42 : 50,
    axis: 26, steps, lanes,
  };
}

/** @param {Scale} scale @param {number} step */
export function xOf(scale, step) {
  return (step + 0.75) * scale.stepWidth;
}

/** @param {Scale} scale @param {number} lane */
export function yOf(scale, lane) {
  return scale.axis + (lane + 0.5) * scale.laneHeight;
}

/** The step that is nearest to an x. @param {Scale} scale @param {number} x */
export function stepAt(scale, x) {
  return Math.max(0, Math.min(scale.steps, Math.round(x / scale.stepWidth - 0.75)));
}

/** @param {Scale} scale */
export function sizeOf(scale) {
  return {
    width: (scale.steps + 2) * scale.stepWidth,
    height: scale.axis + scale.lanes * scale.laneHeight + 6,
  };
}

/**
 * The steps that are in sight, in whole blocks.
 * @param {Scale} scale
 * @param {number} left
 * @param {number} width
 * @returns {[number, number]} both included
 */
export function stepsInSight(scale, left, width, block = 16) {
  const first = stepAt(scale, left - scale.stepWidth);
  const last = stepAt(scale, left + width + scale.stepWidth);
  return [Math.floor(first / block) * block,
    Math.min(scale.steps, Math.ceil((last + 1) / block) * block)];
}

/**
 * @param {Scale} scale
 * @param {Message} message
 * @param {Map<string, number>} laneOf
 * @param {number} cursor
 * @returns {Arrow}
 */
export function arrowOf(scale, message, laneOf, cursor) {
  const from = laneOf.get(message.from.party ?? "") ?? laneOf.get(message.to.party) ?? 0;
  const to = laneOf.get(message.to.party) ?? 0;
  const [x1, y1] = [xOf(scale, message.sentStep), yOf(scale, from)];
  const isLost = message.fate === "lost";
  const end = message.arrivedStep;
  const isOpen = end === null;
  const endStep = end ?? Math.max(scale.steps + 1, message.sentStep + 1);
  const reach = isLost ? LOST_AT : isOpen ? 0.8 : 1;
  const x2 = x1 + (xOf(scale, endStep) - x1) * (isLost || !isOpen ? 1 : reach);
  const y2 = y1 + (yOf(scale, to) - y1) * reach;
  const flight = flightOf(message, cursor, end);
  const share = Math.min(1, Math.max(0.08,
    (cursor - message.sentStep) / Math.max(1, endStep - message.sentStep)));
  const isRiding = flight === "flying" || flight === "held";
  return { flight, x1, y1, x2, y2, isOpen,
    rider: isRiding ? { x: x1 + (x2 - x1) * share, y: y1 + (y2 - y1) * share } : null };
}

/**
 * @param {Message} message
 * @param {number} cursor
 * @param {number | null} end
 * @returns {Flight}
 */
function flightOf(message, cursor, end) {
  if (message.sentStep > cursor) return "future";
  if (end === null || end > cursor) return message.fate === "held" ? "held" : "flying";
  return message.fate === "lost" ? "lost" : message.fate === "ignored" ? "ignored" : "arrived";
}

/**
 * The arrow's head: a triangle that points along the line, with its tip a little before the end.
 * @param {Arrow} arrow
 * @param {number} gap
 */
export function headOf({ x1, y1, x2, y2 }, gap = 11) {
  const length = Math.hypot(x2 - x1, y2 - y1) || 1;
  const [dx, dy] = [(x2 - x1) / length, (y2 - y1) / length];
  const [tx, ty] = [x2 - dx * gap, y2 - dy * gap];
  const point = (/** @type {number} */ along, /** @type {number} */ across) => (
    `${round(tx + dx * along - dy * across)} ${round(ty + dy * along + dx * across)}`);
  return { tip: { x: round(tx), y: round(ty) },
    path: `M${point(0, 0)}L${point(-8, 3.6)}L${point(-6.4, 0)}L${point(-8, -3.6)}Z` };
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 10) / 10;
}

/**
 * Where the nodes of a lane stand: those of one step stand side by side around it.
 * @param {Scale} scale
 * @param {TreeNode[]} nodes of one party
 * @returns {{node: TreeNode, x: number}[]}
 */
export function marksOf(scale, nodes) {
  /** @type {Map<number, TreeNode[]>} */
  const byStep = new Map();
  for (const node of nodes) {
    if (node.isPlain) continue;
    const there = byStep.get(node.step);
    if (there === undefined) byStep.set(node.step, [node]); else there.push(node);
  }
  return [...byStep].flatMap(([step, together]) => {
    const gap = Math.min(17, scale.stepWidth / together.length);
    return together.map((node, index) => (
      { node, x: xOf(scale, step) + (index - (together.length - 1) / 2) * gap }));
  });
}

/**
 * Times for the axis: no closer than they can be read, each at a step whose time is known.
 * @param {Scale} scale
 * @param {[number, number]} range
 * @param {Map<number, number>} clockAt
 */
export function ticksOf(scale, [from, to], clockAt) {
  const every = Math.max(1, Math.ceil(66 / scale.stepWidth));
  const ticks = [];
  let last = -1;
  for (let step = from; step <= to; step += 1) {
    const clock = clockAt.get(step);
    if (clock === undefined || (last >= 0 && step - last < every)) continue;
    ticks.push({ step, x: xOf(scale, step), clock });
    last = step;
  }
  return ticks;
}

/** Half the padding of the cursor's time, and half of what one of its characters takes. */
const FLAG = { padding: 8, character: 3.4 };

/**
 * How far the cursor's time is pushed aside, so that neither edge cuts it off.
 * @param {number} x of the cursor
 * @param {string} text
 * @param {number} right where the diagram ends
 */
export function flagShift(x, text, right) {
  const half = FLAG.padding + FLAG.character * text.length;
  return Math.round(Math.max(half - x, Math.min(0, right - half - x)));
}
