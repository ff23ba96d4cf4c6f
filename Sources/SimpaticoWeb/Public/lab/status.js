/** What a party's branches amount to: the status that its panel, and the page, announce. */

/**
 * @typedef {{name: string, role: string, branches: Branch[]}} Party
 * @typedef {{clients: number, parties: Party[]}} View `clients` is 0 where nobody knows how many
 */
/** @typedef {import('./contract.js').Branch} Branch */

/**
 * @typedef {object} PartyStatus
 * @property {string} connection short text, such as `OPEN` or `2/3 OPEN`
 * @property {string} connectionPhase the phase that the text's icon shows
 * @property {string} registration short text, such as `VERIFIED` or `2/3 VERIFIED`; empty where
 *   there is nobody
 * @property {string} registrationPhase the phase that the text's icon shows
 * @property {boolean} isVerified every connection that is expected is verified
 */

/** From nothing to proven; a party shows the phase of its slowest connection. */
const REGISTRATION_ORDER = [
  "", "UNREGISTERED", "CHALLENGED", "COMPUTING", "RESPONDED", "VERIFIED",
];
const CONNECTION_ORDER = ["", "CONNECTING", "OPEN"];

/**
 * A branch that is a connection, not the trunk that installs handlers.
 * @param {Branch} branch
 */
export function isConnection(branch) {
  return branch.peer !== "" || branch.connection !== "" || branch.registration !== "";
}

/** A connection that was closed, and had not failed. @param {Branch} branch */
export function isOver({ connection, registration }) {
  return connection === "CLOSED" && registration !== "ERROR" && registration !== "UNVERIFIED";
}

/**
 * The connections that count: of each peer the newest, for an older one was given up. Where nobody
 * says how many there shall be, those that were closed are over, and none of them has failed.
 * @param {Party} party
 * @param {View} view
 */
function countedConnections({ branches }, { clients }) {
  const connections = branches.filter(isConnection);
  const newest = new Map(connections.map((branch) => [branch.peer, branch]));
  return connections.filter((branch) => (branch.peer === "" || newest.get(branch.peer) === branch)
    && (clients > 0 || branch.connection !== "CLOSED"));
}

/**
 * How many connections a party will have once all have come up.
 * @param {Party} party
 * @param {View} view
 */
export function expectedConnections(party, view) {
  return party.role === "server" ? view.clients : 1;
}

/**
 * @param {Party} party
 * @param {View} view
 * @returns {PartyStatus}
 */
export function partyStatus(party, view) {
  const branches = countedConnections(party, view);
  const expected = Math.max(expectedConnections(party, view), branches.length);
  const missing = branches.length < expected;
  const connections = branches.map((branch) => branch.connection);
  const registrations = branches.map((branch) => branch.registration);
  if (missing) {
    connections.push("");
    registrations.push("");
  }
  const connectionPhase = slowest(connections, CONNECTION_ORDER);
  const registrationPhase = slowest(registrations, REGISTRATION_ORDER);
  return {
    connection: expected === 0 ? "NO ONE CONNECTED"
      : summarise(connections, "OPEN", expected, connectionPhase || "NOT CONNECTED"),
    connectionPhase,
    registration: expected === 0 ? "" : summarise(
      registrations, "VERIFIED", expected, registrationPhase || "UNREGISTERED"),
    registrationPhase,
    isVerified: registrationPhase === "VERIFIED",
  };
}

/**
 * The phase furthest from its end; a phase outside the order (a failure) comes before all.
 * @param {string[]} phases
 * @param {string[]} order
 */
function slowest(phases, order) {
  return phases.reduce((slow, phase) => (
    order.indexOf(phase) < order.indexOf(slow) ? phase : slow), phases[0] ?? "");
}

/**
 * @param {string[]} phases
 * @param {string} goal
 * @param {number} expected
 * @param {string} single what to say of a lone connection
 */
function summarise(phases, goal, expected, single) {
  if (expected <= 1) return single;
  return `${phases.filter((phase) => phase === goal).length}/${expected} ${goal}`;
}

/**
 * What to say aloud when the world moved on: every party that has just become verified.
 * @param {View | null} before
 * @param {View} after
 * @returns {string[]}
 */
export function newlyVerified(before, after) {
  const known = new Map(before?.parties.map((party) => [
    party.name, partyStatus(party, before).isVerified]) ?? []);
  return after.parties
    .filter((party) => partyStatus(party, after).isVerified && !known.get(party.name))
    .map((party) => party.name);
}
