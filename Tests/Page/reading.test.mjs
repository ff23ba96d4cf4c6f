// What the page makes of a view: statuses, ways from node to node, keys.
import assert from "node:assert/strict";
import { test } from "node:test";
import { lab } from "./modules.mjs";
import { client, server, view } from "./examples.mjs";

const { newlyVerified, partyStatus } = await lab("status.js");
const { move } = await lab("navigation.js");
const { KEYS, commandFor } = await lab("keyboard.js");

test("a server is verified when all expected connections are", () => {
  const status = (...registrations) => {
    const party = server(registrations);
    return partyStatus(party, view([party]));
  };
  assert.equal(status("VERIFIED", "VERIFIED").isVerified, true);
  assert.equal(status("VERIFIED", "COMPUTING").isVerified, false);
  assert.equal(status("VERIFIED", "COMPUTING").registration, "1/2 VERIFIED");
  assert.equal(status("VERIFIED", "COMPUTING").registrationPhase, "COMPUTING");
});

test("a failure is the phase that a party shows", () => {
  const party = server(["VERIFIED", "ERROR"]);
  assert.equal(partyStatus(party, view([party])).registrationPhase, "ERROR");
});

test("a connection that is still to come keeps the server from being verified", () => {
  const party = server(["VERIFIED", "VERIFIED"]);
  assert.equal(partyStatus(party, view([party], { clients: 3 })).isVerified, false);
});

test("each party is announced once, when it becomes verified", () => {
  const before = view([server(), client("alice", "RESPONDED")]);
  const after = view([server(), client("alice", "VERIFIED")]);
  assert.deepEqual(newlyVerified(before, after), ["alice"]);
  assert.deepEqual(newlyVerified(after, after), []);
  assert.deepEqual(newlyVerified(null, after), ["alice"]);
});

const world = view([server(), client("alice"), client("bob")]);
const from = (party, node) => ({ party, node });

test("left and right follow the branch, and left from its start leads to the parent", () => {
  assert.deepEqual(move(world, from(0, 3), "right"), from(0, 4));
  assert.deepEqual(move(world, from(0, 4), "right"), from(0, 4));
  assert.deepEqual(move(world, from(0, 4), "left"), from(0, 3));
  assert.deepEqual(move(world, from(0, 3), "left"), from(0, 2));
  assert.deepEqual(move(world, from(0, 0), "left"), from(0, 0));
});

test("up and down lead to the nearest node of the next row, and on to the next party", () => {
  assert.deepEqual(move(world, from(0, 4), "down"), from(0, 5));
  assert.deepEqual(move(world, from(0, 5), "down"), from(1, 1));
  assert.deepEqual(move(world, from(1, 0), "up"), from(0, 5));
  assert.deepEqual(move(world, from(0, 1), "up"), from(0, 1));
  assert.deepEqual(move(world, from(2, 2), "down"), from(2, 2));
});

test("first and last are the ends of the branch", () => {
  assert.deepEqual(move(world, from(0, 1), "last"), from(0, 2));
  assert.deepEqual(move(world, from(0, 4), "first"), from(0, 3));
});

test("every node can be reached from every node", () => {
  const all = world.parties.flatMap((party, index) => (
    party.nodes.map(({ node }) => `${index} ${node}`)));
  for (const start of all) {
    const seen = new Set([start]);
    for (const place of seen) {
      const [party, node] = place.split(" ").map(Number);
      for (const direction of ["left", "right", "up", "down"]) {
        const next = move(world, from(party, node), direction);
        seen.add(`${next.party} ${next.node}`);
      }
    }
    assert.equal(seen.size, all.length);
  }
});

const press = (key, place, options = {}, modifiers = {}) => commandFor(
  { key, ctrlKey: false, metaKey: false, altKey: false, ...modifiers }, place,
  { hasSelection: false, usesLetters: true, ...options });

test("every key in the help does what the help says", () => {
  for (const { keys, command } of KEYS) {
    for (const key of keys) assert.equal(press(key, "node"), command);
  }
});

test("keys keep their own meaning in fields, on buttons and with modifiers", () => {
  assert.equal(press("n", "text"), null);
  assert.equal(press(" ", "control"), null);
  assert.equal(press("Enter", "control"), null);
  assert.equal(press("r", "node", {}, { ctrlKey: true }), null);
});

test("up and down scroll the page until a node is selected", () => {
  assert.equal(press("ArrowDown", "page"), null);
  assert.equal(press("ArrowDown", "page", { hasSelection: true }), "down");
});

test("single letters can be switched off, the other keys stay", () => {
  assert.equal(press("n", "node", { usesLetters: false }), null);
  assert.equal(press("?", "node", { usesLetters: false }), null);
  assert.equal(press(" ", "node", { usesLetters: false }), "toggle");
});
