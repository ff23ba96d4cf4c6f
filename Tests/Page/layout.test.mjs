import assert from "node:assert/strict";
import { test } from "node:test";
import { lab } from "./modules.mjs";
import { LAYOUT, node } from "./examples.mjs";

const { cascadeLetters, columnAt, columnEdge, describeNode, nearestColumn, rowAt, rowTop, windowOf }
  = await lab("layout.js");
const { glyphFor } = await lab("glyphs.js");
const { Palette } = await lab("session.js");

test("every point of a column lies in it, and its edges meet", () => {
  for (let column = 0; column < LAYOUT.columns; column += 1) {
    const [left, right] = [columnEdge(LAYOUT, column), columnEdge(LAYOUT, column + 1)];
    assert.equal(right - left, column < 3 ? 26 : 46);
    for (const x of [left, left + 1, right - 0.5]) assert.equal(columnAt(LAYOUT, x), column);
  }
  assert.equal(columnEdge(LAYOUT, LAYOUT.columns) + LAYOUT.margin, LAYOUT.width);
});

test("every point of a row lies in it, with and without a low first row", () => {
  for (const layout of [LAYOUT, { ...LAYOUT, lowRow: false }]) {
    for (let row = 0; row < layout.rows; row += 1) {
      assert.equal(rowAt(layout, rowTop(layout, row)), row);
      assert.equal(rowAt(layout, rowTop(layout, row + 1) - 0.5), row);
    }
  }
});

test("a window holds all that is seen, in whole blocks, and nothing beyond the tree", () => {
  const large = { ...LAYOUT, rows: 1000, columns: 100_000 };
  const view = { left: 40_000, top: 3000, width: 700, height: 400 };
  const { rows, columns } = windowOf(large, view);
  assert.ok(rows[0] <= rowAt(large, view.top) && rows[1] > rowAt(large, view.top + view.height));
  assert.ok(columns[0] <= columnAt(large, view.left));
  assert.ok(columns[1] > columnAt(large, view.left + view.width));
  assert.equal(columns[0] % 2, 0);
  assert.ok((rows[1] - rows[0]) * (columns[1] - columns[0]) < 1000);
  assert.deepEqual(windowOf(LAYOUT, { left: 0, top: 0, width: 9000, height: 9000 }),
    { rows: [0, 3], columns: [0, 8] });
});

test("scrolling within a block asks for the same window", () => {
  const large = { ...LAYOUT, rows: 100, columns: 1000 };
  const at = (left) => windowOf(large, { left, top: 0, width: 100, height: 100 });
  assert.deepEqual(at(columnEdge(large, 80)), at(columnEdge(large, 80) + 60));
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
  const example = node(5, 4, 1, 4, { label: "register3", at: 31, cascade: ["state", "send"],
    effects: 2 });
  assert.equal(describeNode("server", example),
    "server, node 5, register3, at 31 ms, cascade state send, 2 effects");
  assert.equal(describeNode("alice", node(0, null, 0, 0)), "alice, node 0, n0, at 0 ms");
});

test("the nearest column wins, and an empty row has none", () => {
  const row = [node(1, 0, 0, 2), node(2, 1, 0, 9)];
  assert.equal(nearestColumn(row, 4)?.node, 1);
  assert.equal(nearestColumn(row, 8)?.node, 2);
  assert.equal(nearestColumn([], 8), undefined);
});

test("every handler has a glyph of its own, and a number where its name ends with one", () => {
  const names = ["connect", "close", "send", "state", "register1", "register3", "cc", "invite3",
    ...Array.from({ length: 60 }, (_, at) => `h${at}x`)];
  const taken = new Set();
  const glyphs = names.map((name) => {
    const glyph = glyphFor(name, taken);
    taken.add(glyph);
    return glyph;
  });
  assert.equal(taken.size, names.length);
  assert.deepEqual([glyphs[0], glyphs[1], glyphs[5]], ["c", "l", "3"]);
});

test("a palette holds the handlers that were met, in that order, each in its colour", () => {
  const palette = new Palette();
  palette.learn([{ name: "state", colour: 8 }, { name: "never", colour: 2 }]);
  palette.meet([node(0, null, 0, 0, { handler: null, colour: null }),
    node(1, 0, 0, 1, { handler: "send", colour: 9, cascade: ["state"] })]);
  assert.deepEqual(palette.handlers, [{ name: "send", colour: 9 }, { name: "state", colour: 8 }]);
  const before = palette.glyph("send");
  palette.meet([node(2, 1, 0, 2, { handler: "seek", colour: 1 })]);
  assert.equal(palette.glyph("send"), before);
  assert.notEqual(palette.glyph("seek"), before);
});
