/** A row of a tree in shapes: each node is drawn once, those that look alike together. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { lab } from "./modules.mjs";

const { rowArt } = await lab("row-art.js");
const { Palette } = await lab("session.js");

/** The circles of a shape, by their left ends. */
const places = ({ attributes: { d } }) => d.split("Z").slice(0, -1)
  .map((circle) => circle.match(/-?[0-9.]+/g).slice(0, 2).map(Number));

/** Every third is a message with an effect, and the last one sets off others. */
const row = (count, left = 0) => Array.from({ length: count }, (_, index) => {
  const isMessage = index % 3 === 0;
  return { node: 2000 + index, x: left + 20 + 46 * index, y: 72, radius: isMessage ? 13 : 8,
    handler: isMessage ? "log" : null, colour: isMessage ? 15 : null, isPlain: !isMessage,
    effects: isMessage ? 1 : 0, cascade: index === count - 1 ? ["state", "send"] : [] };
});

const look = (more = {}) => {
  const palette = new Palette();
  palette.meet([{ handler: "log", colour: 15, cascade: ["state", "send"] }]);
  return { left: 0, cascadeDrop: 27, palette, mark: () => null, isNew: () => false,
    selected: null, ...more };
};

const shapes = (art, name) => [...art.values()]
  .filter(({ attributes }) => attributes.class.split(" ")[0] === name);

test("each node has one disc, whatever the row's length, and the number of shapes stays", () => {
  const counts = [4, 7, 40].map((count) => {
    const art = rowArt(row(count), look());
    const discs = shapes(art, "disc").flatMap(places);
    assert.deepEqual(discs.map(([x]) => x).sort((one, other) => one - other),
      row(count).map(({ x, radius }) => x - radius));
    assert.equal(shapes(art, "effect-mark").flatMap(places).length, Math.ceil(count / 3));
    return art.size;
  });
  assert.deepEqual(counts, [counts[0], counts[0], counts[0]]);
});

test("a window further on that looks the same is drawn the same", () => {
  assert.deepEqual(rowArt(row(10, 46_000), look({ left: 46_000 })), rowArt(row(10), look()));
});

test("glyphs stand at their nodes, in one text where each is one character", () => {
  const [{ text, attributes, parts }] = shapes(rowArt(row(5), look()), "glyph");
  assert.equal(text, "ll");
  assert.equal(attributes.x, "20 158");
  assert.deepEqual(parts, []);
  const low = row(2).map((node) => ({ ...node, node: node.node - 1990 }));
  const numbers = shapes(rowArt(low, look()), "glyph")
    .find((one) => one.attributes.class.includes("plain"));
  assert.deepEqual(numbers.parts, [{ x: 66, text: "11" }]);
});

test("a cascade's letters have the colours of their handlers", () => {
  const [{ parts, attributes }] = shapes(rowArt(row(4), look()), "cascade");
  assert.equal(parts.map(({ text }) => text).join("").length, 2);
  assert.deepEqual([attributes.x, attributes.y], [158, 99]);
});

test("what is selected, marked or new is drawn by itself, and says so", () => {
  const nodes = row(9);
  const art = rowArt(nodes, look({ selected: 2000, mark: (node) => (node > 2004 ? "new" : null),
    isNew: ({ node }) => node === 2008 }));
  const of = (word) => shapes(art, "disc")
    .filter(({ attributes }) => attributes.class.split(" ").includes(word)).flatMap(places).length;
  assert.deepEqual([of("is-selected"), of("mark-new"), of("is-new")], [1, 4, 1]);
  assert.equal(shapes(art, "disc").flatMap(places).length, nodes.length);
});
