import assert from "node:assert/strict";
import { test } from "node:test";
import { lab } from "./modules.mjs";

const { isOver, partyStatus } = await lab("status.js");

const branch = (peer, connection, registration) => ({ peer, connection, registration });
const server = (...branches) => ({ name: "server", role: "server",
  branches: [branch("", "", ""), ...branches] });

test("a server shows how many of its clients have come, and its slowest connection", () => {
  const told = partyStatus(server(branch("alice", "OPEN", "VERIFIED"),
    branch("bob", "OPEN", "CHALLENGED")), { clients: 3, parties: [] });
  assert.equal(told.connection, "2/3 OPEN");
  assert.equal(told.registration, "1/3 VERIFIED");
  assert.equal(told.registrationPhase, "");
  assert.equal(told.isVerified, false);
});

test("a client that was closed has not come", () => {
  const told = partyStatus(server(branch("alice", "CLOSED", "VERIFIED")),
    { clients: 1, parties: [] });
  assert.equal(told.connectionPhase, "CLOSED");
});

test("whoever has come back counts once", () => {
  const told = partyStatus(server(branch("alice", "CLOSED", "VERIFIED"),
    branch("bob", "OPEN", "VERIFIED"), branch("alice", "OPEN", "VERIFIED")),
  { clients: 2, parties: [] });
  assert.equal(told.connection, "2/2 OPEN");
  assert.ok(told.isVerified);
});

test("a real relay's closed connections are over, and have not failed", () => {
  const told = partyStatus(server(branch("", "CLOSED", "VERIFIED"), branch("", "CLOSED", ""),
    branch("", "OPEN", "VERIFIED"), branch("", "OPEN", "VERIFIED")), { clients: 0, parties: [] });
  assert.equal(told.connection, "2/2 OPEN");
  assert.equal(told.registration, "2/2 VERIFIED");
  assert.ok(told.isVerified);
  const empty = partyStatus(server(branch("", "CLOSED", "VERIFIED")), { clients: 0, parties: [] });
  assert.deepEqual([empty.connection, empty.registration], ["NO ONE CONNECTED", ""]);
  assert.equal(empty.connectionPhase, "");
});

test("a closed connection is over, but one that failed has failed", () => {
  assert.ok(isOver(branch("", "CLOSED", "VERIFIED")) && isOver(branch("", "CLOSED", "")));
  assert.ok(!isOver(branch("", "CLOSED", "ERROR")) && !isOver(branch("", "OPEN", "VERIFIED")));
});
