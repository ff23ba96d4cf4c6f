/** How two universes differ, node by node, from the core's runs of marks. Pure. */

/** @typedef {'same' | 'changed' | 'new' | 'gone'} Mark */

/**
 * @typedef {{from: number, to: number, mark: 'same' | 'changed' | 'new', other: number | null,
 *   what?: string[]}} Run
 * @typedef {object} Comparison
 * @property {number} universe
 * @property {number} with
 * @property {number} step where they part
 * @property {{party: string, same: number, changed: number, new: number, gone: number,
 *   marks: Run[], others: {from: number, to: number}[]}[]} parties
 */

/**
 * The run that holds a node. Logarithmic.
 * @template {{from: number, to: number}} R
 * @param {R[]} runs in order
 * @param {number} node
 * @returns {R | null}
 */
export function runOf(runs, node) {
  let [low, high] = [0, runs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (runs[middle].to <= node) low = middle + 1; else high = middle;
  }
  const run = runs[low];
  return run !== undefined && run.from <= node ? run : null;
}

/**
 * The marks of both sides. On the other side a node is gone where the first one has it no longer.
 * @param {Comparison} comparison
 */
export function marksOf({ parties }) {
  const byName = new Map(parties.map((party) => [party.party, party]));
  /** Counterparts in the other universe, in its order. */
  const back = new Map(parties.map(({ party, marks }) => [party, marks
    .flatMap(({ from, to, other, mark }) => (
      other === null ? [] : [{ from: other, to: other + to - from, mark }]))
    .sort((one, two) => one.from - two.from)]));
  return {
    /** @param {string} party @param {number} node @returns {Mark | null} */
    mine: (party, node) => runOf(byName.get(party)?.marks ?? [], node)?.mark ?? null,
    /** @param {string} party @param {number} node @returns {Mark | null} */
    theirs: (party, node) => {
      const known = byName.get(party);
      if (known === undefined) return null;
      if (runOf(known.others, node) !== null) return "gone";
      return runOf(back.get(party) ?? [], node)?.mark ?? null;
    },
  };
}

/**
 * What came of it, in one line.
 * @param {Comparison} comparison
 */
export function summaryOf({ parties }) {
  const sum = { same: 0, changed: 0, new: 0, gone: 0 };
  for (const party of parties) {
    sum.same += party.same;
    sum.changed += party.changed;
    sum.new += party.new;
    sum.gone += party.gone;
  }
  return sum;
}

/**
 * The last step at which a clock shows no more than a time. Logarithmic in the steps.
 * @param {number} steps
 * @param {number} clock
 * @param {(step: number) => number} clockAt
 */
export function stepAtClock(steps, clock, clockAt) {
  let [low, high] = [0, steps];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (clockAt(middle) <= clock) low = middle; else high = middle - 1;
  }
  return low;
}
