import assert from "node:assert/strict";
import { test } from "node:test";
import { lab } from "./modules.mjs";
import { message, node } from "./examples.mjs";

const { arrowOf, flagShift, headOf, marksOf, scaleFor, sizeOf, stepAt, stepsInSight, ticksOf, xOf,
  yOf } = await lab("spacetime-layout.js");

const scale = scaleFor(900, 24, 4);
const laneOf = new Map([["server", 0], ["alice", 1], ["bob", 2], ["charlie", 3]]);

test("a step's place leads back to the step", () => {
  for (let step = 0; step <= 24; step += 1) assert.equal(stepAt(scale, xOf(scale, step)), step);
  assert.equal(stepAt(scale, -500), 0);
  assert.equal(stepAt(scale, 1e9), 24);
});

test("few steps fill the width, many keep a width that can be read", () => {
  assert.ok(sizeOf(scaleFor(900, 20, 4)).width <= 900);
  const long = scaleFor(900, 100_000, 4);
  assert.ok(long.stepWidth >= 30);
  const [from, to] = stepsInSight(long, xOf(long, 50_000), 900);
  assert.ok(from <= 50_000 && to >= 50_000 && to - from < 80);
});

test("a message flies from its sending to its arrival, and is a shadow before", () => {
  const one = message(4, 8);
  assert.equal(arrowOf(scale, one, laneOf, 3).flight, "future");
  assert.equal(arrowOf(scale, one, laneOf, 8).flight, "arrived");
  const flying = arrowOf(scale, one, laneOf, 6);
  assert.equal(flying.flight, "flying");
  assert.deepEqual(flying.rider,
    { x: (flying.x1 + flying.x2) / 2, y: (flying.y1 + flying.y2) / 2 });
  assert.deepEqual([flying.y1, flying.y2], [yOf(scale, 0), yOf(scale, 1)]);
  assert.deepEqual([flying.x1, flying.x2], [xOf(scale, 4), xOf(scale, 8)]);
});

test("a lost message ends in the open, between the lanes", () => {
  const lost = arrowOf(scale, message(4, 8, { fate: "lost" }), laneOf, 10);
  assert.equal(lost.flight, "lost");
  assert.ok(lost.y2 > yOf(scale, 0) && lost.y2 < yOf(scale, 1));
  assert.equal(arrowOf(scale, message(4, 8, { fate: "lost" }), laneOf, 7).flight, "flying");
});

test("a message whose arrival is not known yet has no end", () => {
  const open = arrowOf(scale, message(20, null), laneOf, 24);
  assert.equal(open.isOpen, true);
  assert.ok(open.rider.x >= open.x1 && open.rider.x <= open.x2);
  assert.equal(arrowOf(scale, message(20, null, { fate: "held" }), laneOf, 24).flight, "held");
});

test("an arrow's head ends before its goal and points at it", () => {
  const { tip, path } = headOf({ x1: 0, y1: 0, x2: 100, y2: 0 }, 12);
  assert.deepEqual(tip, { x: 88, y: 0 });
  assert.ok(path.startsWith("M88 0L80 3.6"));
});

test("nodes of one step stand side by side, and plain values do not stand at all", () => {
  const marks = marksOf(scale, [node(1, 0, 0, 1, { step: 3, isPlain: true }),
    node(2, 1, 0, 2, { step: 3 }), node(3, 2, 0, 3, { step: 3 }), node(4, 3, 0, 4, { step: 5 })]);
  assert.deepEqual(marks.map((mark) => mark.node.node), [2, 3, 4]);
  assert.equal((marks[0].x + marks[1].x) / 2, xOf(scale, 3));
  assert.ok(marks[1].x - marks[0].x >= 10);
  assert.equal(marks[2].x, xOf(scale, 5));
});

test("times on the axis never touch and are only told where they are known", () => {
  const clockAt = new Map(Array.from({ length: 25 }, (_, step) => [step, step * 5]));
  clockAt.delete(4);
  const ticks = ticksOf(scale, [0, 24], clockAt);
  assert.ok(ticks.every(({ step, clock }) => clock === step * 5 && step !== 4));
  for (let at = 1; at < ticks.length; at += 1) assert.ok(ticks[at].x - ticks[at - 1].x >= 60);
});

test("the cursor's time is cut off at neither edge", () => {
  const half = 8 + 3.4 * "88 ms".length;
  assert.equal(flagShift(450, "88 ms", 900), 0);
  assert.equal(flagShift(896, "88 ms", 900), Math.round(4 - half));
  assert.equal(flagShift(3, "88 ms", 900), Math.round(half - 3));
  assert.ok(flagShift(890, "10:00:34.225", 900) < flagShift(890, "88 ms", 900));
});
