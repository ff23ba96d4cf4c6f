import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { lab } from "./modules.mjs";

const { lineStream } = await lab("live.js");
const { sourceOf } = await lab("live-source.js");
const { DEEDS, editOf } = await lab("act-form.js");
const { commandForLink, packLink } = await lab("permalink.js");
const { Spares, Written } = await lab("written.js");

test("a fragment names a channel, or the relay with its token", () => {
  assert.deepEqual(sourceOf("#live=simpatico-tree"), { kind: "channel", name: "simpatico-tree" });
  assert.deepEqual(sourceOf("#live=relay&token=abc_-9"), { kind: "relay", token: "abc_-9" });
  for (const other of ["", "#u=abc", "#live=", "#lively"]) assert.equal(sourceOf(other), null);
});

test("lines are whole, however their text arrives", async () => {
  const text = '{"a":1}\n\n{"b":"größer"}\n{"c":3}\nrest';
  for (const size of [1, 3, 7, text.length]) {
    const stream = lineStream();
    const writer = stream.writable.getWriter();
    const written = (async () => {
      for (let at = 0; at < text.length; at += size) await writer.write(text.slice(at, at + size));
      await writer.close();
    })();
    const lines = [];
    for await (const part of stream.readable) lines.push(...part);
    await written;
    assert.deepEqual(lines, ['{"a":1}', "", '{"b":"größer"}', '{"c":3}'], `${size}`);
  }
});

test("a deed becomes the edit that the core knows, with what it needs and no more", () => {
  assert.deepEqual(editOf("write", 1, { with: "0", text: "hi", down: "5" }),
    { edit: "act", act: { client: 1, do: "write", with: 0, text: "hi" } });
  assert.deepEqual(editOf("tamper misname", 2, { with: "1" }),
    { edit: "act", act: { client: 2, do: "tamper", how: "misname", with: 1 } });
  assert.deepEqual(editOf("stop", 0, {}), { edit: "act", act: { client: 0, do: "stop" } });
});

test("the core knows every deed of the form", async () => {
  const source = await readFile(new URL("../../Sources/SimpaticoWorld/Deed+JSON.swift",
    import.meta.url), "utf8");
  const words = [...source.matchAll(/words: StaticString =\s*(?:"""\s*([^"]+)"""|"([^"]+)")/g)]
    .flatMap(([, long, short]) => (long ?? short).replaceAll("\\\n", " ").split(/\s+/));
  for (const { name } of DEEDS) {
    for (const word of name.split(" ")) assert.ok(words.includes(word), word);
  }
});

test("a link opens a file as it is, packed or plain, and says what is broken", async () => {
  const recording = { simpatico: "recording", version: 1, name: "räte", trees: [{ name: "a",
    transcript: [] }], messages: [] };
  const wanted = { command: "open", name: "räte", trees: recording.trees, messages: [] };
  const plain = Buffer.from(JSON.stringify(recording)).toString("base64url");
  assert.deepEqual(await commandForLink(`#open=${plain}`), wanted);
  const packed = (await packLink(recording)).slice("#u=".length);
  assert.deepEqual(await commandForLink(`#open=${packed}`), wanted);
  assert.deepEqual(await commandForLink(await packLink({ simpatico: "universe" })),
    { command: "import", document: { simpatico: "universe" }, go: true });
  assert.equal(await commandForLink("#legend"), null);
  for (const broken of ["#open=", "#open=%%%", "#open=AAAA"]) {
    await assert.rejects(commandForLink(broken), Error, broken);
  }
});

test("what is free is used again by those who look alike, and only what differs is written", () => {
  const spares = new Spares();
  for (const [kind, mark] of [["a", 1], ["b", 2], ["a", 3]]) spares.add(kind, mark);
  assert.equal(spares.take("a"), 1);
  assert.equal(spares.take("c"), undefined);
  assert.deepEqual(spares.rest.sort(), [2, 3]);
  const writes = [];
  const element = { setAttribute: (name, value) => writes.push([name, value]),
    removeAttribute: (name) => writes.push([name, null]) };
  const written = new Written(element);
  written.assign({ x: 1, y: null });
  written.assign({ x: 1, y: null });
  written.assign({ x: 2, y: 3 });
  assert.deepEqual(writes, [["x", "1"], ["y", null], ["x", "2"], ["y", "3"]]);
});
