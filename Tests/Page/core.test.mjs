import assert from "node:assert/strict";
import { test } from "node:test";
import { lab } from "./modules.mjs";

const { Core, CoreLoadError, CoreRefusal, CoreTrap, unpack } = await lab("core.js");

/** A core in JavaScript: real memory that grows with every call, answers by `reply`. */
function fake(reply) {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const freed = [];
  return {
    memory, freed,
    simpatico_alloc: () => 1024,
    simpatico_free: (pointer) => freed.push(pointer),
    simpatico_call(pointer, length) {
      const text = new TextDecoder().decode(new Uint8Array(memory.buffer, pointer, length));
      const answer = new TextEncoder().encode(reply(text));
      const place = memory.grow(1) * 65536;
      new Uint8Array(memory.buffer, place, answer.length).set(answer);
      return BigInt.asIntN(64, (BigInt(place) << 32n) | BigInt(answer.length));
    },
  };
}

test("a request arrives and its answer returns, though the memory grows", async () => {
  const exports = fake((text) => JSON.stringify({ echo: JSON.parse(text) }));
  const core = await Core.start(async () => exports);
  for (let call = 0; call < 3; call += 1) {
    const request = { command: "view", text: "größer: 🐙", call };
    assert.deepEqual(core.call(request), { echo: request });
  }
  assert.deepEqual(exports.freed, [1024, 1024, 1024]);
});

test("an answer may lie in the upper half of the memory", () => {
  const answer = BigInt.asIntN(64, (0xfffffff0n << 32n) | 0x80000001n);
  assert.ok(answer < 0n);
  assert.deepEqual(unpack(answer), { start: 0xfffffff0, length: 0x80000001 });
});

test("a refusal leaves the core in order", async () => {
  let replies = 0;
  const core = await Core.start(async () => fake(() => (
    replies++ === 0 ? '{"error":"no such world"}' : "{}")));
  assert.throws(() => core.call({ command: "view" }), (error) => (
    error instanceof CoreRefusal && error.message === "no such world"));
  assert.equal(core.isBroken, false);
  assert.deepEqual(core.call({ command: "view" }), {});
});

test("after a trap every call fails until a restart", async () => {
  let starts = 0;
  const core = await Core.start(async () => {
    starts += 1;
    return starts === 1 ? fake(() => { throw new WebAssembly.RuntimeError("unreachable"); })
      : fake(() => "{}");
  });
  assert.throws(() => core.call({ command: "step" }), CoreTrap);
  assert.equal(core.isBroken, true);
  assert.throws(() => core.call({ command: "step" }), CoreTrap);
  await core.restart();
  assert.deepEqual(core.call({ command: "step" }), {});
});

test("an answer that is no JSON object counts as a trap", async () => {
  for (const reply of ["no", "", "null", "7"]) {
    const core = await Core.start(async () => fake(() => reply));
    assert.throws(() => core.call({ command: "step" }), CoreTrap);
    assert.equal(core.isBroken, true);
  }
});

test("an instance that cannot be made is a failure to load", async () => {
  await assert.rejects(
    Core.start(async () => { throw new WebAssembly.LinkError("import"); }), CoreLoadError);
});
