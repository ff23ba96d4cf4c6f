import assert from "node:assert/strict";
import { test } from "node:test";
import { chat } from "./modules.mjs";

const { BackupError, openBackup, sealBackup } = await chat("backup.js");
const { exportedKey, makeIdentity } = await chat("suite.js");
const { MemoryStorage } = await chat("storage.js");
const { Timers } = await chat("timers.js");
const { dateOf, dayOf, shortTime, timeName } = await chat("text.js");
const { dayLong, dayName, fullTime, isPicture, partsOf, sizeOf } = await chat("writing.js");

const people = { name: "Alice", contacts: [{ name: "Bob" }], compared: { "compared:x": 7 } };
const passphrase = "correct horse battery";

test("a backup opens with its passphrase only, and brings back the same identity", async () => {
  const identity = await makeIdentity();
  const { file } = await sealBackup(identity, people, passphrase);
  assert.ok(!file.includes("Bob") && !file.includes("PRIVATE"));
  const { identity: again, ...rest } = await openBackup(file, passphrase);
  assert.deepEqual(rest, people);
  assert.equal(again.publicKeySig, identity.publicKeySig);
  assert.equal(again.privateKey.extractable, false);
  assert.equal(again.exportable, null);
  for (const wrong of ["correct horse batterY", ""]) {
    await assert.rejects(() => openBackup(file, wrong), BackupError);
  }
});

test("a saved key is opened by its own passphrase, and by nothing else", async () => {
  const identity = await makeIdentity();
  const pem = await exportedKey(identity);
  const { saved } = await sealBackup(identity, people, passphrase);
  assert.ok(!saved.includes(pem.slice(40, 80)));
  const kept = { ...identity, exportable: null, saved };
  const later = await sealBackup(kept, { ...people, name: "Alicia" }, passphrase);
  assert.equal(later.saved, saved);
  assert.equal((await openBackup(later.file, passphrase)).name, "Alicia");
  await assert.rejects(() => sealBackup(kept, people, "another passphrase"), BackupError);
  await assert.rejects(() => sealBackup({ ...kept, saved: null }, people, passphrase));
});

test("a new key is saved under any passphrase, the last of which counts from then on", async () => {
  const identity = await makeIdentity();
  const first = await sealBackup(identity, people, "a typing eror");
  const second = await sealBackup({ ...identity, saved: first.saved }, people, passphrase);
  assert.equal((await openBackup(second.file, passphrase)).identity.publicKeySig,
    identity.publicKeySig);
  const later = { ...identity, saved: second.saved, exportable: null };
  await sealBackup(later, people, passphrase);
  await assert.rejects(() => sealBackup(later, people, "a typing eror"), BackupError);
});

test("a damaged or foreign file is refused", async () => {
  const { file } = await sealBackup(await makeIdentity(), people, passphrase);
  const fields = JSON.parse(file);
  const data = (fields.data.startsWith("A") ? "B" : "A") + fields.data.slice(1);
  for (const wrong of [
    "", "{}", "null", "[]", "no JSON", file.slice(0, -9), JSON.stringify({ ...fields, data }),
    JSON.stringify({ ...fields, format: "simpatico-backup-9" }),
    JSON.stringify({ ...fields, iterations: 0 }),
    JSON.stringify({ ...fields, iterations: 1e12 }), JSON.stringify({ ...fields, salt: 7 }),
    " ".repeat(9_000_000),
  ]) await assert.rejects(() => openBackup(wrong, passphrase), BackupError, wrong.slice(0, 40));
});

test("memory keeps as a database does, and gives away no reference to it", async () => {
  const storage = new MemoryStorage();
  await storage.write([{ a: 1 }], { one: "secret", two: "other" });
  await storage.write([{ b: 2 }], { two: null });
  await storage.mark("notify", true);
  const kept = await storage.read();
  assert.deepEqual(kept.journal, [{ a: 1 }, { b: 2 }]);
  assert.deepEqual(kept.secrets, { one: "secret" });
  kept.journal.push("not kept");
  await storage.compact({ all: true });
  const { journal, snapshot, marks } = await storage.read();
  assert.deepEqual([journal, snapshot, marks], [[], { all: true }, { notify: true }]);
  await storage.forget();
  assert.deepEqual(await storage.read(),
    { identity: null, snapshot: null, journal: [], secrets: {}, marks: {} });
});

test("a timer elapses once with its branch, and never after it was cancelled", async () => {
  const elapsed = [];
  const timers = new Timers((id, branch) => elapsed.push([id, branch]));
  timers.start({ id: 1, branch: 4, milliseconds: 1 });
  timers.start({ id: 2, branch: 4, milliseconds: 1 });
  timers.start({ id: 3, branch: 5, milliseconds: 5 });
  timers.cancel(2);
  timers.cancel(9);
  await new Promise((done) => setTimeout(done, 20));
  timers.start({ id: 4, branch: 5, milliseconds: 1 });
  timers.cancelAll();
  await new Promise((done) => setTimeout(done, 10));
  assert.deepEqual(elapsed, [[1, 4], [3, 5]]);
});

test("a long text falls into parts that fit, lose nothing, and split no character", () => {
  const family = "👩‍👩‍👧‍👦";
  for (const text of [
    "word ".repeat(900).trim(), "x".repeat(5000), "😀".repeat(1024), family.repeat(150),
    "é".repeat(3000), `"${"\\\n".repeat(1200)}"`, "日本語".repeat(700),
  ]) {
    const parts = partsOf(text, 1743);
    assert.ok(parts.length > 1);
    for (const part of parts) assert.ok(sizeOf(part) <= 1743, part.slice(0, 20));
    assert.equal(parts.join("").replace(/\s/g, ""), text.replace(/\s/g, ""));
    if (text.includes(family)) {
      assert.ok(parts.every((part) => part.length % family.length === 0));
    }
  }
  const begun = performance.now();
  assert.equal(partsOf("word ".repeat(40_000), 1743).join(" "), "word ".repeat(40_000).trim());
  assert.ok(performance.now() - begun < 2000);
  assert.deepEqual(partsOf("short", 1743), ["short"]);
  assert.deepEqual(partsOf("  \n ", 1743), []);
});

test("a size is that of the text's JSON, in UTF-8", () => {
  for (const text of ["", "a", "é", "😀", "\n", "\"\\", "\u0000", "\ud800"]) {
    assert.equal(sizeOf(text), Buffer.byteLength(JSON.stringify(text)) - 2, JSON.stringify(text));
  }
});

test("a few emoji and nothing else are a picture", () => {
  for (const text of ["👍", "👩‍👩‍👧‍👦", "🏳️‍🌈❤️🇨🇭"]) assert.ok(isPicture(text), text);
  for (const text of ["", "1", "#", "ok 👍", "👍👍👍👍", "👍 👍 👍", "a"]) {
    assert.ok(!isPicture(text), text);
  }
});

test("a day is told as today, yesterday or by its date, in weeks of any clock", () => {
  const words = { today: "Today", yesterday: "Yesterday" };
  const now = new Date(2026, 2, 30, 0, 30).getTime();
  const before = (days, hour) => new Date(2026, 2, 30 - days, hour).getTime();
  assert.equal(dayName(now, now, words), "Today");
  // In zones with summer time, the day before may have had 23 or 25 hours.
  for (const hour of [0, 3, 23]) assert.equal(dayName(before(1, hour), now, words), "Yesterday");
  assert.equal(dayName(before(2, 23), now, words), dayName(before(2, 0), now, words));
  assert.match(dayName(before(2, 23), now, words), /28/);
  assert.doesNotMatch(dayName(before(2, 23), now, words), /2026/);
  assert.match(dayName(new Date(2025, 11, 31).getTime(), now, words), /2025/);
});

test("a moment beyond all dates is drawn as the last or the first one", () => {
  const words = { today: "Today", yesterday: "Yesterday" };
  for (const at of [8.64e15 + 1, 2 ** 53, -(2 ** 53), Infinity, -Infinity, NaN]) {
    dateOf(at).toISOString();
    const names = [dayOf(at), timeName(at), shortTime(at, Date.now()), dayLong(at), fullTime(at),
      dayName(at, Date.now(), words)];
    for (const name of names) assert.doesNotMatch(name, /Invalid/, String(at));
  }
  assert.equal(dateOf(8.7e15).getTime(), 8.64e15);
  assert.equal(dateOf(7).getTime(), 7);
});
