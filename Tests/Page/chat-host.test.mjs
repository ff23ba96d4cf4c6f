import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, test } from "node:test";
import { chat } from "./modules.mjs";

const { Core, CoreRefusal, CoreTrap } = await chat("core.js");
const { Host, HostStopped } = await chat("host.js");
const { MemoryStorage } = await chat("storage.js");
const { sendableCode, sendableReason, Sockets } = await chat("sockets.js");
const { makeIdentity, Suite } = await chat("suite.js");

const wasm = new URL("../../Sources/SimpaticoWeb/Public/chat/simpatico.wasm", import.meta.url);
const module = new WebAssembly.Module(readFileSync(wasm));
const newCore = () => new Core(new WebAssembly.Instance(module, {}).exports);
const identity = await makeIdentity();

/** A socket that does what the test says. */
class FakeSocket {
  readyState = 0;
  sent = [];
  closed = [];
  constructor(url) { this.url = url; }
  send(text) { this.sent.push(text); }
  close(...how) { this.closed.push(how); }
  open() { this.readyState = 1; this.onopen(); }
  end(code, reason = "") { this.readyState = 3; this.onclose?.({ code, reason }); }
}

// A host that a failed test leaves running would keep this process alive by its timers.
const hosts = [];
afterEach(() => { for (const host of hosts.splice(0)) host.stop(); });

/** A host on the real core with sockets and storage of the test. */
async function begin(storage = new MemoryStorage(), core = newCore()) {
  const sockets = [];
  const failures = [];
  const changes = [];
  const host = new Host({
    core, storage, suite: new Suite(identity),
    changed: (changed) => changes.push(...changed), failed: (error) => failures.push(error),
    makeSocket: (url) => {
      sockets.push(new FakeSocket(url));
      return sockets.at(-1);
    },
  });
  hosts.push(host);
  await storage.mark("identity", identity);
  await host.open(await storage.read(), "Alice");
  return { host, sockets, failures, changes, storage };
}

const start = { handler: "start", websocketURL: "ws://relay/ws" };
const tell = (host, branch, message) => host.input({ command: "tell", branch, message });

test("what is kept comes back: the name, and an invitation with its secret", async () => {
  const { host, storage } = await begin();
  await tell(host, 1, { handler: "invite", note: "a note" });
  await host.input({ command: "end", branch: 99 });
  const [invitation] = host.ask({ command: "view" }).invitations;
  assert.equal(invitation.phase, "INVITED");
  const command = { command: "link", page: "https://r/chat", invitation: invitation.invitation };
  const { link } = host.ask(command);
  host.stop();
  const again = await begin(storage);
  assert.equal(again.host.ask({ command: "view" }).home.name, "Alice");
  assert.deepEqual(again.host.ask(command), { link });
});

test("half of a surrogate pair becomes the sign for what is no character", async () => {
  const { host } = await begin();
  const half = "\ud83d \ude00\ud83d\ud83d\ude00 \\ud83d";
  await tell(host, 1, { handler: "rename", name: half });
  assert.equal(host.ask({ command: "view" }).home.name, half.toWellFormed());
});

test("nothing is told to the outside before it is kept", async () => {
  const order = [];
  class Watched extends MemoryStorage {
    async write(...what) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      await super.write(...what);
      order.push("kept");
    }
  }
  const { host, sockets } = await begin(new Watched());
  order.length = 0;
  const told = tell(host, 1, start);
  assert.equal(sockets.length, 0);
  await told;
  order.push(`${sockets.length} socket`);
  assert.deepEqual(order, ["kept", "1 socket"]);
});

test("what cannot be kept is not done, and the host stops", async () => {
  class Full extends MemoryStorage {
    isFull = false;
    async write(...what) {
      if (this.isFull) throw new DOMException("no room", "QuotaExceededError");
      await super.write(...what);
    }
  }
  const storage = new Full();
  const { host, sockets, failures } = await begin(storage);
  storage.isFull = true;
  await assert.rejects(() => tell(host, 1, start), HostStopped);
  assert.equal(sockets.length, 0);
  assert.equal(failures.length, 1);
  storage.isFull = false;
  await assert.rejects(() => tell(host, 1, start), HostStopped);
});

test("a journal that has grown becomes a snapshot, and opens as before", async () => {
  const { host, storage } = await begin();
  for (let turn = 0; turn < 120; turn += 1) {
    await tell(host, 1, { handler: "rename", name: `${turn}` });
    await tell(host, 1, { handler: "invite", note: "n".repeat(250) });
  }
  const kept = await storage.read();
  assert.notEqual(kept.snapshot, null);
  assert.ok(kept.journal.length < 600);
  const view = host.ask({ command: "view" });
  host.stop();
  const again = await begin(storage);
  const seen = again.host.ask({ command: "view" });
  assert.equal(seen.home.name, "119");
  assert.deepEqual(seen.invitations.map((each) => each.invitation).sort(),
    view.invitations.map((each) => each.invitation).sort());
});

test("a journal that cannot be compacted is whole: it is tried again later", async () => {
  class Tight extends MemoryStorage {
    tries = 0;
    isTight = true;
    async compact(snapshot) {
      this.tries += 1;
      if (this.isTight) throw new DOMException("no room", "QuotaExceededError");
      await super.compact(snapshot);
    }
  }
  const storage = new Tight();
  const { host, failures } = await begin(storage);
  const grow = async () => {
    const tries = storage.tries;
    for (let turn = 0; storage.tries === tries; turn += 1) {
      const note = `${turn}`.repeat(80);
      assert.equal((await tell(host, 1, { handler: "invite", note })).refused, undefined);
    }
    return JSON.stringify((await storage.read()).journal).length;
  };
  const [first, second] = [await grow(), await grow()];
  assert.ok(second > 1.9 * first && second < 2.1 * first, `${first} ${second}`);
  storage.isTight = false;
  assert.ok(await grow() < first);
  assert.notEqual((await storage.read()).snapshot, null);
  assert.deepEqual(failures, []);
});

test("a stop that comes while something is written compacts no more", async () => {
  class Replaced extends MemoryStorage {
    grown = 0;
    snapshots = 0;
    async write(journal, secrets) {
      await super.write(journal, secrets);
      this.grown += JSON.stringify(journal).length;
      // As an import does, which then replaces what is kept.
      if (this.grown >= 100_000) this.host.stop();
    }
    async compact(snapshot) {
      this.snapshots += 1;
      await super.compact(snapshot);
    }
  }
  const storage = new Replaced();
  const { host, failures } = await begin(storage);
  storage.host = host;
  await assert.rejects(async () => {
    for (;;) await tell(host, 1, { handler: "invite", note: "n".repeat(250) });
  }, HostStopped);
  assert.equal(storage.snapshots, 0);
  assert.deepEqual(failures, []);
});

test("a refused command is the caller's to hear and stops nothing", async () => {
  const { host } = await begin();
  const answer = await tell(host, 1, { handler: "rename", name: "x".repeat(65) });
  assert.match(answer.refused, /rename/);
  await assert.rejects(() => host.input({ command: "tell" }), CoreRefusal);
  assert.equal((await tell(host, 1, { handler: "rename", name: "x" })).refused, undefined);
});

test("a socket that never opens is errored, closed and ended, and tried again", async () => {
  const { host, sockets } = await begin();
  await tell(host, 1, start);
  sockets[0].end(1006);
  await host.input({ command: "end", branch: 99 });
  const { home } = host.ask({ command: "view" });
  assert.equal(home.session, "WAITING");
  assert.ok(home.retryAt > Date.now() - 1000);
  await tell(host, 1, { handler: "wake" });
  assert.equal(sockets.length, 2);
});

test("a binary frame ends the connection", async () => {
  const { host, sockets } = await begin();
  await tell(host, 1, start);
  sockets[0].open();
  sockets[0].onmessage({ data: new ArrayBuffer(1) });
  await host.input({ command: "end", branch: 99 });
  assert.equal(sockets[0].closed.length, 1);
});

test("a trap stops the host", async () => {
  const core = newCore();
  const { host, failures } = await begin(new MemoryStorage(), core);
  core.call = () => { throw new CoreTrap("unreachable"); };
  await assert.rejects(() => tell(host, 1, start), HostStopped);
  assert.equal(failures.length, 1);
});

test("codes and reasons are such as a page may send", () => {
  assert.deepEqual([1000, 1001, 1006, 1008, 2999, 3000, 4001, 4999, 5000].map(sendableCode),
    [1000, undefined, undefined, undefined, undefined, 3000, 4001, 4999, undefined]);
  assert.equal(sendableReason("short"), "short");
  const long = sendableReason("é".repeat(100));
  assert.equal(new TextEncoder().encode(long).length, 122);
});

test("a socket that is given up while connecting says so at once, and nothing later", () => {
  const told = [];
  const made = [];
  const sockets = new Sockets({
    tell: (branch, message) => told.push([branch, message.handler, message.code]),
    frame: () => told.push("frame"), violation: () => told.push("violation"),
    end: (branch) => told.push([branch, "end"]),
  }, (url) => {
    made.push(new FakeSocket(url));
    return made.at(-1);
  });
  sockets.connect({ id: 7, branch: 2, url: "ws://relay/ws" });
  sockets.close({ _socket: 7, branch: 2, code: 1000, reason: "" });
  made[0].end(1006);
  sockets.close({ _socket: 7, branch: 2, code: 1000, reason: "" });
  sockets.send({ _socket: 7, message: {} });
  assert.deepEqual(told, [[2, "closed", 1006], [2, "end"]]);
  assert.deepEqual(made[0].sent, []);
});
