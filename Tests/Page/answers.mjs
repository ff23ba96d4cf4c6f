// Answers commands as the browser would, for the Swift test that holds the answers against native
// ones. A line in is "call" and a command in base64, or "new" for a fresh core; a line out is the
// hash of an answer: 32-bit FNV-1a, from two starts.
import { readFileSync, writeSync } from "node:fs";
import { Buffer } from "node:buffer";
import { rawCore } from "./raw-core.mjs";

function hash(bytes, start) {
  let state = start;
  for (const byte of bytes) state = Math.imul(state ^ byte, 16777619);
  return (state >>> 0).toString(16).padStart(8, "0");
}

const lines = readFileSync(0, "utf8").split("\n").filter((line) => line !== "");
const answers = [];
let core = rawCore();
for (const line of lines) {
  if (line === "new") {
    core = rawCore();
    continue;
  }
  const answer = core(Buffer.from(line.slice("call ".length), "base64"));
  answers.push(hash(answer, 2166136261) + hash(answer, 1));
}
const text = Buffer.from(`${answers.join("\n")}\n`);
for (let written = 0; written < text.length;) written += writeSync(1, text, written);
