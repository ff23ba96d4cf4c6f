// Small views for the tests: a trunk of plain values, then a branch for each connection.

/** A node with everything that a view must say of it. */
export function node(id, parent, branch, column, more = {}) {
  return { node: id, parent, branch, column, label: `n${id}`, handler: null, colour: null, at: 0,
    step: 0, cascade: [], effects: 0, ...more };
}

export function message(id, parent, branch, column, handler, more = {}) {
  return node(id, parent, branch, column, { label: handler, handler, colour: 1, ...more });
}

export function branch(number, parent, leaf, more = {}) {
  return { branch: number, parent, leaf, peer: "", connection: "", registration: "", ...more };
}

/** A server with two connections that both spring from the trunk's last node. */
export function server(registrations = ["", ""]) {
  return {
    name: "server", role: "server",
    branches: [
      branch(0, null, 2),
      branch(1, 2, 4, { peer: "alice", connection: "OPEN", registration: registrations[0] }),
      branch(2, 2, 5, { peer: "bob", connection: "OPEN", registration: registrations[1] }),
    ],
    nodes: [
      node(0, null, 0, 0), node(1, 0, 0, 1), node(2, 1, 0, 2),
      message(3, 2, 1, 3, "connect"), message(4, 3, 1, 4, "register3"),
      message(5, 2, 2, 3, "connect"),
    ],
  };
}

export function client(name, registration = "") {
  return {
    name, role: "client",
    branches: [branch(0, null, 1), branch(1, 1, 2, { peer: "server", registration })],
    nodes: [node(0, null, 0, 0), node(1, 0, 0, 1), message(2, 1, 1, 2, "connect")],
  };
}

export function view(parties, more = {}) {
  return { world: 0, seed: 1, clients: 2, clock: 0, step: 0, quiet: false, digest: "00",
    next: { at: 5, kind: "message", party: "alice", text: "register2" }, handlers: [], parties,
    ...more };
}
