// Measures the browser build of the benchmarks in Node: one JSON row a line, {name, value, unit}.
// Usage: node wasm.mjs BENCHMARKS.wasm TREE.wasm LAB.wasm CHAT.wasm; the others are only weighed:
// the tree alone, and what each page loads.
import { readFileSync } from "node:fs";
import process from "node:process";
import { gzipSync } from "node:zlib";

const NAMES = [
  "tree.add.small", "tree.handler", "tree.cascade2", "tree.add.32keys", "tree.add.200keys",
  "tree.branch.depth10", "tree.branch.depth100000", "tree.fork", "json.parse.mixed",
  "json.parse.envelope", "json.print.mixed", "world.register3", "world.fork", "server.envelope",
];
const SIZES = ["tree.node.bytes", "tree.node.bytes.200keys"];
const ROUNDS = 5;

const [benchmarks, ...weighed] = process.argv.slice(2);
const { instance } = await WebAssembly.instantiate(readFileSync(benchmarks), {});
const { simpatico_benchmark: run, simpatico_node_bytes: nodeBytes } = instance.exports;

const report = (name, value, unit) =>
  process.stdout.write(`${JSON.stringify({ name, value: Number(value.toPrecision(4)), unit })}\n`);

for (const [index, name] of NAMES.entries()) {
  const count = run(index, -1);
  let best = Infinity;
  for (let round = 0; round <= ROUNDS; round++) {
    const start = performance.now();
    if (!(run(index, count) > 0)) throw new Error(`${name} gave no result`);
    if (round > 0) best = Math.min(best, performance.now() - start);
  }
  report(`wasm.${name}`, (best * 1000) / count, "µs");
}
for (const [index, name] of SIZES.entries()) report(`wasm.${name}`, nodeBytes(index), "bytes");
for (const [index, name] of ["", ".lab", ".chat"].entries()) {
  const { length } = gzipSync(readFileSync(weighed[index]), { level: 9 });
  report(`wasm.gzip.bytes${name}`, length, "bytes");
}
