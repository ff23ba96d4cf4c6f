import assert from "node:assert/strict";
import { test } from "node:test";
import { lab } from "./modules.mjs";

const { tickText, timeParts, timeText } = await lab("times.js");

test("a world's time is counted from its start", () => {
  assert.equal(timeText(0), "0 ms");
  assert.equal(timeText(88), "88 ms");
  assert.deepEqual(timeParts(12_345), { value: "12,345", unit: "ms" });
  assert.equal(tickText(12_345), "12,345");
});

test("what really happened is told by the time of day, wherever that is", () => {
  const morning = new Date(2026, 10, 29, 9, 5, 7, 42).getTime();
  assert.equal(timeText(morning), "09:05:07.042");
  assert.deepEqual(timeParts(morning), { value: "09:05:07.042", unit: "" });
});

test("on an axis no time is wider than its place", () => {
  const morning = new Date(2026, 10, 29, 9, 5, 7, 942).getTime();
  assert.equal(tickText(morning), "05:07.9");
  assert.ok(tickText(1_795_946_434_225).length <= 7);
});
