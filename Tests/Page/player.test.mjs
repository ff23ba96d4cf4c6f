import assert from "node:assert/strict";
import { test } from "node:test";
import { lab } from "./modules.mjs";
import { client, server, view } from "./examples.mjs";

const { advancePlayer, initialPlayer, pace, readSeed } = await lab("player.js");

const moving = view([server(), client("alice")], { step: 1 });
const quiet = { ...moving, quiet: true, next: null };

/** Runs inputs through the player; returns the last state and the names of all actions. */
function run(inputs, state = initialPlayer(1, 3)) {
  const actions = [];
  for (const input of inputs) {
    const step = advancePlayer(state, typeof input === "string" ? { input } : input);
    state = step.state;
    actions.push(...step.actions.map(({ action }) => action));
  }
  return { state, actions };
}

const loaded = (start) => ({ input: "loaded", start });
const answered = (answer) => ({ input: "answered", view: answer });

test("nothing happens before the core is loaded", () => {
  const { state, actions } = run(["play", "step", "end", "reset", "tick"]);
  assert.equal(state.mode, "loading");
  assert.deepEqual(actions, []);
});

test("a loaded page creates its world and plays it", () => {
  const { state, actions } = run([loaded("play"), answered(moving)]);
  assert.equal(state.mode, "playing");
  assert.deepEqual(actions, ["cancel", "create", "schedule"]);
});

test("reduced motion goes straight to the end", () => {
  const { state, actions } = run([loaded("end"), answered(moving), answered(quiet)]);
  assert.deepEqual(actions, ["cancel", "create", "run", "cancel"]);
  assert.equal(state.mode, "ended");
});

test("each tick takes one step while playing, and none while paused", () => {
  const playing = run([loaded("play"), answered(moving)]).state;
  assert.deepEqual(run(["tick"], playing).actions, ["step"]);
  const paused = run(["pause"], playing);
  assert.deepEqual(paused.actions, ["cancel"]);
  assert.deepEqual(run(["tick"], paused.state).actions, []);
});

test("a step by hand stops the playing", () => {
  const { state, actions } = run([loaded("play"), answered(moving), "step", answered(moving)]);
  assert.equal(state.mode, "paused");
  assert.deepEqual(actions.slice(3), ["cancel", "step"]);
});

test("a quiet world is at its end, where stepping does nothing and playing starts over", () => {
  const { state } = run([loaded("play"), answered(quiet)]);
  assert.equal(state.mode, "ended");
  assert.deepEqual(run(["step", "end", "pause"], state).actions, []);
  const again = run(["play", answered(moving)], state);
  assert.deepEqual(again.actions, ["cancel", "create", "schedule"]);
  assert.equal(again.state.mode, "playing");
});

test("reset creates the same world again and waits", () => {
  const before = run([loaded("play"), answered(moving)]).state;
  const { state, actions } = advancePlayer(before, { input: "reset" });
  assert.equal(state.mode, "paused");
  assert.deepEqual(actions, [{ action: "cancel" }, { action: "create", seed: 1, clients: 3 }]);
});

test("another seed or number of clients creates another world", () => {
  const before = run([loaded("pause"), answered(moving)]).state;
  const { state, actions } = advancePlayer(
    before, { input: "renew", seed: 9, clients: 5, start: "play" });
  assert.deepEqual(actions[1], { action: "create", seed: 9, clients: 5 });
  assert.deepEqual([state.seed, state.clients, state.mode], [9, 5, "playing"]);
});

test("after a trap only a reset or a new world leads on", () => {
  const { state } = run([loaded("play"), answered(moving), "trapped"]);
  assert.equal(state.mode, "failed");
  assert.deepEqual(run(["play", "step", "end", "tick", "toggle"], state).actions, []);
  assert.deepEqual(run(["reset"], state).actions, ["cancel", "create"]);
});

test("toggle pauses what plays and plays what rests", () => {
  const playing = run([loaded("play"), answered(moving)]).state;
  const paused = run(["toggle"], playing).state;
  assert.equal(paused.mode, "paused");
  assert.equal(run(["toggle"], paused).state.mode, "playing");
});

test("the pace follows virtual time within bounds, and larger worlds go faster", () => {
  const gap = (at, clients = 3) => pace({ ...moving, clients, next: { ...moving.next, at } });
  assert.ok(gap(0) < gap(5));
  assert.equal(gap(1000), gap(1000000));
  assert.ok(gap(5, 8) < gap(5, 3));
  assert.ok(gap(0, 64) > 10);
});

test("a seed is a whole number of 32 bits", () => {
  assert.equal(readSeed("0"), 0);
  assert.equal(readSeed(" 4294967295 "), 4294967295);
  for (const text of ["", "-1", "1.5", "4294967296", "1e3", "x", "99999999999"]) {
    assert.equal(readSeed(text), null, text);
  }
});
