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

/** A universe of these settings, played to its end. */
function play(core, settings) {
  const { universe } = core.call({ command: "start", settings });
  return core.call({ command: "play", universe, end: true });
}

const natively = (seed, clients) => JSON.parse(execFileSync(
  program, ["simulate", "--json", "--seed", seed, "--clients", clients], { encoding: "utf8" }));

for (let seed = 1; seed <= 24; seed += 1) {
  const clients = seed % 8 + 1;
  test(`seed ${seed} with ${clients} clients is one trace`, async () => {
    const core = await start();
    const end = play(core, { seed, clients });
    assert.equal(end.quiet, true);
    const native = natively(seed, clients);
    assert.deepEqual([end.digest, end.clock], [native.digest, native.clock]);
  });
}

test("another seed is another trace", async () => {
  const core = await start();
  assert.notEqual(play(core, { seed: 1, clients: 3 }).digest, natively(2, 3).digest);
});

test("a core that has played many universes holds no more than after the first", async () => {
  const { exports } = (await WebAssembly.instantiate(module, {})).instance;
  const core = await start(exports);
  const sizes = [];
  for (let round = 0; round < 30; round += 1) {
    play(core, { seed: round, clients: 8 });
    core.call({ command: "clear" });
    sizes.push(exports.memory.buffer.byteLength);
  }
  assert.equal(sizes.at(-1), sizes[5]);
});
