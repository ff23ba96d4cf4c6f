import assert from "node:assert/strict";
import { test } from "node:test";
import { lab } from "./modules.mjs";
import { universe } from "./examples.mjs";

const { marksOf, runOf, stepAtClock, summaryOf } = await lab("compare.js");
const { lineOf, mapScale, mapX, mapY, rowsInSight, rowsOf } = await lab("map-layout.js");
const { countEnds, sortRows } = await lab("ends-table.js");

const comparison = { universe: 1, with: 0, step: 12, parties: [
  { party: "server", same: 16, changed: 0, new: 2, gone: 2,
    marks: [{ from: 0, to: 14, mark: "same", other: 0 }, { from: 14, to: 16, mark: "changed",
      other: 16 }, { from: 16, to: 18, mark: "new", other: null }],
    others: [{ from: 14, to: 16 }] }] };

test("each node has the mark of its run, and none outside of all", () => {
  const { mine } = marksOf(comparison);
  assert.deepEqual([0, 13, 14, 15, 16, 17, 18].map((node) => mine("server", node)),
    ["same", "same", "changed", "changed", "new", "new", null]);
  assert.equal(mine("nobody", 0), null);
  assert.equal(runOf([{ from: 3, to: 5 }], 2), null);
});

test("in the other universe a node without a counterpart is gone", () => {
  const { theirs } = marksOf(comparison);
  assert.deepEqual([13, 14, 15, 16, 17].map((node) => theirs("server", node)),
    ["same", "gone", "gone", "changed", "changed"]);
});

test("the summary counts all parties", () => {
  assert.deepEqual(summaryOf({ parties: [...comparison.parties, ...comparison.parties] }),
    { same: 32, changed: 0, new: 4, gone: 4 });
});

test("a time leads to the last step that is no later", () => {
  const clocks = [0, 0, 5, 5, 9, 20];
  for (const [clock, step] of [[0, 1], [4, 1], [5, 3], [19, 4], [99, 5]]) {
    assert.equal(stepAtClock(5, clock, (at) => clocks[at]), step);
  }
});

test("every universe has a row of its own below the one it came from", () => {
  const rows = rowsOf([universe(0, null, 0, 24), universe(1, 0, 3, 30), universe(2, 0, 9, 20),
    universe(3, 1, 5, 31), universe(4, null, 0, 4)]);
  assert.deepEqual(rows.map(({ entry }) => entry.universe), [0, 2, 1, 3, 4]);
  for (const { row, parentRow } of rows) assert.ok(parentRow === null || parentRow < row);
  assert.deepEqual(rows.map(({ from }) => from), [0, 9, 3, 5, 0]);
});

test("a universe whose parent was removed is a root", () => {
  assert.deepEqual(rowsOf([universe(5, 3, 7, 9)]).map(({ parentRow }) => parentRow), [null]);
});

test("a universe's line starts at its fork and ends at its newest step", () => {
  const rows = rowsOf([universe(0, null, 0, 24), universe(1, 0, 12, 30)]);
  const scale = mapScale(rows, 900);
  assert.ok(lineOf(scale, rows[1]).startsWith(`M${mapX(scale, 12)} ${mapY(0)}V`));
  assert.ok(lineOf(scale, rows[1]).endsWith(`H${mapX(scale, 30)}`));
});

test("of a thousand rows those in sight are drawn", () => {
  const [first, last] = rowsInSight(13_000, 400, 1000);
  assert.ok(last - first < 24 && mapY(first) <= 13_000 && mapY(last - 1) >= 13_400);
  assert.deepEqual(rowsInSight(0, 10_000, 3), [0, 3]);
});

const ends = [
  { universe: 1, text: "b", party: "bob", end: "verified", reason: "", steps: 9, clock: 100 },
  { universe: 2, text: "a", party: "alice", end: "stuck", reason: "late", steps: 30, clock: 7 },
  { universe: 3, text: "c", party: "alice", end: "error", reason: "cut", steps: 10, clock: 50 },
];
const order = (column, isDescending = false) => (
  sortRows(ends, column, isDescending).map((row) => row.universe));

test("a table is sorted by words, by numbers, and ends from worst to best", () => {
  assert.deepEqual(order("text"), [2, 1, 3]);
  assert.deepEqual(order("steps"), [1, 3, 2]);
  assert.deepEqual(order("clock", true), [1, 3, 2]);
  assert.deepEqual(order("end"), [2, 3, 1]);
  assert.deepEqual(order("party"), [2, 3, 1], "equal rows keep the order of universes");
  assert.deepEqual(countEnds(ends).map(({ end, count }) => `${count} ${end}`),
    ["1 stuck", "1 error", "1 verified"]);
});
