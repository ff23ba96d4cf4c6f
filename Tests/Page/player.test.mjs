import assert from "node:assert/strict";
import { test } from "node:test";
import { lab } from "./modules.mjs";

const { advancePlayer, initialPlayer, pace } = await lab("player.js");
const { seedOf } = await lab("seed.js");

/** Runs inputs through the player; returns the last state and all actions, in short. */
function run(inputs, state = initialPlayer()) {
  const actions = [];
  for (const input of inputs) {
    const step = advancePlayer(state, typeof input === "string" ? { input } : input);
    state = step.state;
    actions.push(...step.actions.map((action) => (
      action.action === "goto" ? `goto ${action.step}` : action.action)));
  }
  return { state, actions };
}

const moved = (step, steps = 10, isOver = true) => (
  { input: "moved", step, steps, isOver, gapMilliseconds: 5 });
const opened = run(["loaded", moved(0)]).state;

test("nothing happens before the core is loaded, or after it has failed", () => {
  const commands = ["play", "forward", "back", "first", "last", "toggle", "tick",
    { input: "seek", step: 3 }];
  assert.deepEqual(run(commands).actions, []);
  assert.deepEqual(run(["trapped", ...commands], opened).actions, ["cancel"]);
});

test("playing goes step by step through what has happened, and then lets more happen", () => {
  const { state, actions } = run(["play", moved(1), "tick", moved(2)], opened);
  assert.equal(state.mode, "playing");
  assert.deepEqual(actions, ["goto 1", "schedule", "goto 2", "schedule"]);
  assert.deepEqual(run([moved(10, 10, false), "tick"], state).actions, ["schedule", "grow"]);
});

test("playing ends where nothing more happens, and then starts over", () => {
  const { state, actions } = run(["play", moved(10)], opened);
  assert.equal(state.mode, "ended");
  assert.deepEqual(actions.slice(1), ["cancel"]);
  assert.deepEqual(run(["forward", "last"], state).actions, []);
  const again = run(["play", moved(0)], state);
  assert.deepEqual(again.actions, ["goto 0", "schedule"]);
  assert.equal(again.state.mode, "playing");
});

test("a step by hand, a seek and a pause stop the playing", () => {
  const playing = run(["play", moved(4)], opened).state;
  for (const [input, action] of [["forward", "goto 5"], ["back", "goto 3"], ["first", "goto 0"],
    [{ input: "seek", step: 7.4 }, "goto 7"]]) {
    const { state, actions } = run([input], playing);
    assert.equal(state.mode, "paused");
    assert.deepEqual(actions, ["cancel", action]);
  }
  assert.deepEqual(run(["pause", "tick"], playing).actions, ["cancel"]);
});

test("a seek stays within what has happened, and never lets anything happen", () => {
  assert.deepEqual(run([{ input: "seek", step: 99 }], opened).actions, ["cancel", "goto 10"]);
  assert.deepEqual(run([{ input: "seek", step: -4 }], opened).actions, ["cancel", "goto 0"]);
});

test("to the end is to the end of what has happened, and only from there beyond it", () => {
  assert.deepEqual(run(["last"], opened).actions, ["cancel", "goto 10"]);
  assert.deepEqual(run([moved(10, 10, false), "last"], opened).actions, ["cancel", "growToEnd"]);
});

test("a universe that grows while its past is played does not hurry the playing", () => {
  const { state, actions } = run(["play", moved(1)], opened);
  assert.deepEqual(actions, ["goto 1", "schedule"]);
  assert.deepEqual(run([moved(1, 11), moved(1, 12)], state).actions, []);
  assert.deepEqual(run([moved(1, 11), "tick"], state).actions, ["goto 2"]);
});

test("there is no step before the first", () => {
  assert.deepEqual(run(["back"], opened).actions, ["cancel"]);
});

test("from the end one can go back", () => {
  const ended = run([moved(10)], opened).state;
  const back = run(["back", moved(9)], ended);
  assert.deepEqual(back.actions, ["cancel", "goto 9"]);
  assert.equal(back.state.mode, "paused");
});

test("virtual time sets the rhythm, within bounds, and the speed divides it", () => {
  assert.ok(pace(0, 1) < pace(5, 1) && pace(5, 1) < pace(1000, 1));
  assert.equal(pace(1e9, 1), pace(1000, 1));
  assert.equal(pace(10, 4), pace(10, 1) / 4);
});

test("a seed is a whole number of 32 bits", () => {
  assert.equal(seedOf(" 7 "), 7);
  assert.equal(seedOf("4294967295"), 4294967295);
  for (const text of ["", "-1", "1.5", "4294967296", "1e3", "seven"]) {
    assert.equal(seedOf(text), null);
  }
});
