// The vector files of the core, held against this machine's own JSON and against the core as the
// browser has it.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { chance, fromBits, lines, toBits }
  from "../SimpaticoTreeTests/Vectors/generate/numbers.mjs";
import { rawCore } from "./raw-core.mjs";

const folder = new URL("../SimpaticoTreeTests/Vectors/", import.meta.url);
const file = (name) => readFileSync(new URL(name, folder), "utf8");
const [accepted, refused] = ["accept", "reject"].map(
  (name) => JSON.parse(file(`json/${name}.json`)));

const bytesOf = (vector) => (vector.bytes === undefined
  ? Buffer.from(vector.document) : Buffer.from(vector.bytes.replaceAll(" ", ""), "hex"));
const textOf = (vector) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytesOf(vector));

/** JSON.stringify with the keys in the order of their bytes. */
function print(value) {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(print).join()}]`;
  const keys = Object.keys(value).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return `{${keys.map((key) => `${JSON.stringify(key)}:${print(value[key])}`).join()}}`;
}

test("the numbers are those that their generator prints", () => {
  assert.equal(file("numbers.txt"), `${lines().join("\n")}\n`);
});

test("every number is spelt and read as here", () => {
  for (const line of file("numbers.txt").trimEnd().split("\n")) {
    const [digits, text] = line.split(" ");
    const number = fromBits(BigInt(`0x${digits}`));
    assert.equal(JSON.stringify(number), text);
    if (number !== 0) assert.equal(toBits(JSON.parse(text)), BigInt(`0x${digits}`), line);
  }
});

test("accepted documents are accepted here and print the same", () => {
  for (const vector of accepted) {
    assert.equal(print(JSON.parse(vector.document)), vector.canonical, vector.document);
  }
});

test("refused documents are refused here, but for those that are marked", () => {
  for (const vector of refused) {
    let isAccepted = true;
    try { JSON.parse(textOf(vector)); } catch { isAccepted = false; }
    assert.equal(isAccepted, vector.acceptedElsewhere ?? false, JSON.stringify(vector));
  }
});

/** What the browser's core says of a document: "" where it is JSON, or the end of its sentence. */
function verdict(core, bytes) {
  const { error } = JSON.parse(Buffer.from(core(bytes)).toString());
  return error?.startsWith("the command is not JSON: ") ? error : "";
}

test("the core in the browser accepts and refuses the same, at the same bytes", () => {
  const core = rawCore();
  for (const vector of accepted) assert.equal(verdict(core, bytesOf(vector)), "", vector.document);
  for (const vector of refused) {
    const said = verdict(core, bytesOf(vector));
    assert.ok(said.endsWith(` at byte ${vector.offset}`), `${JSON.stringify(vector)}: ${said}`);
  }
});

/** How the browser's core spells a number that it has read, as a step that a universe lacks. */
function echo(core, spelling) {
  const request = `{"command":"moment","universe":0,"step":${spelling}}`;
  const answer = Buffer.from(core(Buffer.from(request))).toString();
  return /there is no step (.*): the newest is 0/.exec(answer)?.[1] ?? answer;
}

/** A core with one universe, at its start. */
function started() {
  const core = rawCore();
  core(Buffer.from('{"command":"start","settings":{"clients":1}}'));
  return core;
}

test("ten thousand whole numbers are read and spelt in the browser's core as here", () => {
  const core = started();
  const source = chance(11n);
  const next = () => source.next().value;
  for (let index = 0; index < 10_000; index += 1) {
    const integer = 1n + ((next() >> 1n) >> (next() % 63n));
    const number = Number(integer);
    const spellings = [
      JSON.stringify(number), String(integer), `${integer}.000`, `${integer}e0`,
      `${integer}0e-1`, number.toExponential(), number.toFixed(3),
    ];
    const spelling = spellings[index % spellings.length];
    assert.equal(echo(core, spelling), JSON.stringify(JSON.parse(spelling)), spelling);
  }
});

test("ten thousand doubles of any size are read and spelt in the browser's core as here", () => {
  const core = started();
  const source = chance(12n);
  for (let index = 0; index < 10_000; index += 1) {
    const number = fromBits(source.next().value);
    if (!Number.isFinite(number) || number === 0) continue;
    assert.equal(echo(core, JSON.stringify(number)), JSON.stringify(number));
  }
});
