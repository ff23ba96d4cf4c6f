// The same trace gives the same digests natively and in WebAssembly: every node of every party, and
// the residues that they came to. Here by the tool, as people run it; by the hundred, and byte by
// byte, in Tests/SimpaticoWorldTests/BrowserTraceTests.swift.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import process from "node:process";
import { test } from "node:test";
import { lab } from "./modules.mjs";

const { Core } = await lab("core.js");
const root = new URL("../../", import.meta.url);
const program = process.env.SIMPATICO_BIN ?? new URL(".build/debug/simpatico", root).pathname;
const module = readFileSync(new URL("Sources/SimpaticoWeb/Public/lab/simpatico.wasm", root));

/** The page's own core, on the file that the page loads. */
async function start(exports) {
  const loaded = exports ?? (await WebAssembly.instantiate(module, {})).instance.exports;
  return Core.start(async () => loaded);
}

const natively = (seed, clients) => JSON.parse(execFileSync(
  program, ["simulate", "--json", "--seed", seed, "--clients", clients], { encoding: "utf8" }));

for (let seed = 1; seed <= 24; seed += 1) {
  const clients = seed % 8 + 1;
  test(`seed ${seed} with ${clients} clients is one trace`, async () => {
    const core = await start();
    core.call({ command: "new", world: 0, seed, clients });
    const view = core.call({ command: "run", world: 0, steps: 100_000 });
    assert.equal(view.quiet, true);
    const native = natively(seed, clients);
    assert.deepEqual([view.digest, view.clock], [native.digest, native.clock]);
  });
}

test("another seed is another trace", async () => {
  const core = await start();
  core.call({ command: "new", world: 0, seed: 1, clients: 3 });
  assert.notEqual(core.call({ command: "run", world: 0 }).digest, natively(2, 3).digest);
});

test("a core that has run many worlds holds no more memory than after the first", async () => {
  const { exports } = (await WebAssembly.instantiate(module, {})).instance;
  const core = await start(exports);
  const sizes = [];
  for (let round = 0; round < 30; round += 1) {
    core.call({ command: "new", world: 0, seed: round, clients: 8 });
    core.call({ command: "run", world: 0 });
    sizes.push(exports.memory.buffer.byteLength);
  }
  assert.equal(sizes.at(-1), sizes[5]);
});
