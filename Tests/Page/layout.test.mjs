import assert from "node:assert/strict";
import { test } from "node:test";
import { lab } from "./modules.mjs";
import { branch, client, message, node, server } from "./examples.mjs";

const { METRICS, cascadeLetters, describeNode, layoutParty } = await lab("layout.js");
const { assignGlyphs } = await lab("glyphs.js");

test("every node has its row's height and its column's place", () => {
  const { nodes } = layoutParty(server(), 3);
  for (const one of nodes) {
    for (const other of nodes) {
      assert.equal(one.row === other.row, one.y === other.y);
      assert.equal(one.node.column === other.node.column, one.x === other.x);
      assert.equal(one.node.column < other.node.column, one.x < other.x);
    }
  }
});

test("nodes in a row never touch", () => {
  const { nodes } = layoutParty(server(), 3);
  for (const one of nodes) {
    for (const other of nodes) {
      if (one === other || one.row !== other.row) continue;
      assert.ok(Math.abs(one.x - other.x) >= one.radius + other.radius + 4);
    }
  }
});

test("adding a node to a branch moves no other node", () => {
  const before = server();
  const after = { ...before, nodes: [...before.nodes, message(6, 5, 2, 4, "register3")] };
  const place = (layout) => layout.nodes.map(({ node: { node: id }, x, y }) => [id, x, y]);
  assert.deepEqual(place(layoutParty(after, 3)).slice(0, 6), place(layoutParty(before, 3)));
});

test("the same party gives the same layout and is left unchanged", () => {
  const party = server();
  const copy = structuredClone(party);
  assert.deepEqual(layoutParty(party, 3), layoutParty(copy, 3));
  assert.deepEqual(party, copy);
});

test("rows that are still to come have their room", () => {
  const party = client("alice");
  const trunkOnly = { ...party, branches: party.branches.slice(0, 1),
    nodes: party.nodes.slice(0, 2) };
  assert.equal(layoutParty(trunkOnly, 2).height, layoutParty(party, 2).height);
  assert.equal(layoutParty(party, 5).height, METRICS.plainRow + 4 * METRICS.messageRow);
});

test("every node but the root has one link, which ends at the node", () => {
  const { nodes, links } = layoutParty(server(), 3);
  assert.deepEqual(links.map((link) => link.node), [1, 2, 3, 4, 5]);
  for (const link of links) {
    const child = nodes.find((place) => place.node.node === link.node);
    assert.ok(link.path.endsWith(`H${child.x}`), link.path);
  }
});

test("only a link into another row is a curve", () => {
  for (const link of layoutParty(server(), 3).links) {
    assert.equal(link.isBranch, link.path.includes("Q"));
    assert.equal(link.isBranch, link.node === 3 || link.node === 5);
  }
});

test("a trunk with messages is as high as any row", () => {
  const party = { name: "one", role: "client", branches: [branch(0, null, 1)],
    nodes: [node(0, null, 0, 0), message(1, 0, 0, 1, "connect")] };
  assert.equal(layoutParty(party, 1).height, METRICS.messageRow);
});

test("an empty party has a layout", () => {
  const layout = layoutParty({ name: "none", role: "client", branches: [], nodes: [] }, 2);
  assert.equal(layout.height, 2 * METRICS.messageRow);
  assert.deepEqual(layout.nodes, []);
});

test("ten thousand nodes are laid out well within a frame's worth of patience", () => {
  const nodes = Array.from({ length: 10000 }, (_, id) => (
    message(id, id === 0 ? null : id - 1, 0, id, "send")));
  const start = performance.now();
  layoutParty({ name: "long", role: "client", branches: [branch(0, null, 9999)], nodes }, 1);
  assert.ok(performance.now() - start < 500);
});

test("a long cascade ends with the number of letters left out", () => {
  const glyphs = new Map([["send", "s"]]);
  const text = (length) => cascadeLetters(Array(length).fill("send"), glyphs)
    .map((letter) => letter.text).join("");
  assert.equal(text(0), "");
  assert.equal(text(5), "sssss");
  assert.equal(text(9), "sss+6");
});

test("a node in words names party, node, label, time, cascade and effects", () => {
  const example = message(5, 4, 1, 4, "register3", { at: 31, cascade: ["state", "send"],
    effects: 2 });
  assert.equal(describeNode("server", example),
    "server, node 5, register3, at 31 ms, cascade state send, 2 effects");
  assert.equal(describeNode("alice", node(0, null, 0, 0)), "alice, node 0, n0, at 0 ms");
});

test("every handler has a glyph of its own, and a number where its name ends with one", () => {
  const names = ["connect", "close", "send", "state", "register1", "register3", "cc", "invite3"];
  const glyphs = assignGlyphs(names.map((name, colour) => ({ name, colour })));
  assert.equal(new Set(glyphs.values()).size, names.length);
  assert.equal(glyphs.get("register3"), "3");
  assert.equal(glyphs.get("connect"), "c");
});
