import assert from "node:assert/strict";
import { test } from "node:test";
import { lab } from "./modules.mjs";

const { commandForFile, packLink, unpackLink } = await lab("permalink.js");
const { fieldsOf, messageOf, placeOfByte } = await lab("pattern-form.js");
const { questionOf, nextFound } = await lab("find-bar.js");
const { commandFor } = await lab("keyboard.js");
const { toSvg } = await lab("picture.js");

test("a link opens to the document that was packed", async () => {
  const document = { simpatico: "universe", settings: { seed: 7 }, name: "größer 🐙",
    edits: Array.from({ length: 200 }, (_, at) => (
      { at, edit: "drop", event: "b814f85be2554c2f" })) };
  const link = await packLink(document);
  assert.match(link, /^#u=[A-Za-z0-9_-]+$/);
  assert.deepEqual(await unpackLink(link), document);
});

test("a fragment of others is none of ours, and a broken one says so", async () => {
  for (const other of ["", "#", "#legend"]) assert.equal(await unpackLink(other), null);
  for (const broken of ["#u=", "#u=????", "#u=AAAA", (await packLink({ a: 1 })).slice(0, -4)]) {
    await assert.rejects(unpackLink(broken), Error, broken);
  }
});

test("a link that unpacks to more than it may is refused", async () => {
  await assert.rejects(unpackLink(await packLink({ text: " ".repeat(400_000) })), /unpacked/);
});

test("a file is opened by its shape", () => {
  assert.equal(commandForFile('{"simpatico":"universe"}', "a.json").command, "import");
  assert.deepEqual(commandForFile("[1]", "journal.json"),
    { command: "open", name: "journal", tree: [1] });
  const entry = { node: 0, parent: 0, branch: 0, branches: 1, time: 0, value: {} };
  assert.deepEqual(commandForFile(JSON.stringify([entry]), "a.json").trees,
    [{ name: "a", role: "client", recording: [entry] }]);
  assert.deepEqual(commandForFile('{"trees":[]}', "x"), { command: "open", name: "x", trees: [] });
  assert.deepEqual(commandForFile('{"trees":{"alice":[1],"server":[2]}}', "x").trees, [
    { name: "server", role: "server", tree: [2] }, { name: "alice", role: "client", tree: [1] }]);
  assert.throws(() => commandForFile('{"a":1}', "x"), /neither/);
  assert.throws(() => commandForFile("{", "x"), /not JSON/);
});

const PATTERN = { handler: "closed", code: ["int", "between", 1000, 4999],
  reason: ["optional", "str"], more: ["obj"], is: ["bool"] };

test("a form has a field for each part of a pattern, with what it asks for", () => {
  const fields = fieldsOf(PATTERN, { handler: "closed", code: 1006, reason: "" });
  assert.deepEqual(fields.map(({ key, kind, isOptional }) => [key, kind, isOptional]), [
    ["code", "number", false], ["reason", "text", true], ["more", "json", false],
    ["is", "flag", false]]);
  assert.equal(fields[0].hint, "whole number, 1000 to 4999");
  assert.equal(fields[0].value, "1006");
});

test("fields become the message, without what is empty and optional", () => {
  const fields = fieldsOf(PATTERN, null);
  assert.deepEqual(messageOf("closed", fields,
    { code: "1001", reason: "", more: '{"a":[1]}', is: true }),
  { handler: "closed", code: 1001, more: { a: [1] }, is: true });
  assert.equal(messageOf("closed", fields, { code: "many", reason: "", more: "", is: false }).code,
    "many");
});

test("handles are no fields", () => {
  assert.deepEqual(fieldsOf(null, { handler: "connect", _socket: null }), []);
});

test("a byte leads to its line and column, past letters of many bytes", () => {
  assert.deepEqual(placeOfByte("{\n  x", 4), { at: 4, line: 2, column: 3 });
  assert.deepEqual(placeOfByte("é🐙x", 6), { at: 3, line: 1, column: 4 });
});

test("a question holds only what is asked, and a field's value in its own kind", () => {
  const none = { text: "", handler: "", party: "", phase: "", path: "", equals: "" };
  assert.equal(questionOf(none), null);
  assert.deepEqual(questionOf({ ...none, party: "bob" }), { party: "bob" });
  assert.deepEqual(questionOf({ ...none, path: "peer.0.name", equals: "alice" }),
    { path: ["peer", 0, "name"], equals: "alice" });
  assert.equal(questionOf({ ...none, path: "startedAt", equals: "12" }).equals, 12);
});

test("next and previous go from the cursor, and round", () => {
  const found = [{ step: 2 }, { step: 5 }, { step: 5 }, { step: 9 }];
  assert.equal(nextFound(found, { step: 3, index: -1 }, 1), 1);
  assert.equal(nextFound(found, { step: 5, index: 1 }, 1), 2);
  assert.equal(nextFound(found, { step: 9, index: 3 }, 1), 0);
  assert.equal(nextFound(found, { step: 3, index: -1 }, -1), 0);
  assert.equal(nextFound(found, { step: 2, index: 0 }, -1), 3);
  assert.equal(nextFound([], { step: 0, index: -1 }, 1), -1);
});

const key = (name, more = {}) => (
  { key: name, ctrlKey: false, metaKey: false, altKey: false, ...more });

test("arrows walk from a node, and step through time elsewhere", () => {
  const options = { usesLetters: true };
  assert.equal(commandFor(key("ArrowLeft"), "node", options), "left");
  assert.equal(commandFor(key("ArrowLeft"), "page", options), "back");
  assert.equal(commandFor(key("ArrowLeft"), "control", options), null);
  assert.equal(commandFor(key("N"), "control", options), "forward");
});

test("typing, and the browser's own keys, are left alone", () => {
  const options = { usesLetters: true };
  assert.equal(commandFor(key("n"), "text", options), null);
  assert.equal(commandFor(key("Escape"), "text", options), "close");
  assert.equal(commandFor(key("f", { ctrlKey: true }), "page", options), null);
  assert.equal(commandFor(key("n"), "page", { usesLetters: false }), null);
  assert.equal(commandFor(key(" "), "page", { usesLetters: false }), "toggle");
});

test("a picture holds its texts as texts, escaped", () => {
  const svg = toSvg({ width: 10, height: 10, ground: "rgb(1, 2, 3)", shapes: [{ kind: "text",
    matrix: [1, 0, 0, 1, 0, 0], geometry: { x: 1, y: 2 }, fill: "red", stroke: "none",
    strokeWidth: 0, dash: "none", opacity: 1, text: "a < b & c", font: "10px sans",
    clip: { x: 0, y: 0, width: 10, height: 10 } }] });
  assert.ok(svg.includes(">a &lt; b &amp; c</text>"));
  assert.ok(svg.startsWith("<svg xmlns="));
});
