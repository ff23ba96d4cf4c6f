// Small pieces of answers for the tests, in the shapes that the core gives them.

/** Where the nodes of a small tree stand: three narrow columns, then wide ones; a low first row. */
export const LAYOUT = { width: 14 + 3 * 26 + 5 * 46 + 14, height: 36 + 2 * 52, rows: 3, columns: 8,
  narrowColumns: 3, lowRow: true, margin: 14, wideColumn: 46, narrowColumn: 26, messageRow: 52,
  plainRow: 36, messageCentre: 20, messageRadius: 13, plainRadius: 8, cascadeDrop: 27 };

/** A node with everything that the core says of it. */
export function node(id, parent, branch, column, more = {}) {
  return { node: id, parent, branch, column, label: `n${id}`, handler: "send", colour: 1, at: 0,
    step: 0, cascade: [], effects: 0, isPlain: false, ...more };
}

export function message(sentStep, arrivedStep, more = {}) {
  return { message: "01", kind: "frame", socket: "alice/1", handler: "register2", text: "register2",
    colour: 3, from: { party: "server", node: 5 }, to: { party: "alice", node: 6 }, sentAt: 10,
    sentStep, arrivesAt: 20, arrivedStep, fate: arrivedStep === null ? "pending" : "arrived",
    touched: [], ...more };
}

export function universe(number, parent, step, steps, more = {}) {
  return { universe: number, parent, step, steps, name: `u${number}`, text: "", end: "verified",
    clock: 0, kind: "world", children: 0, ...more };
}
