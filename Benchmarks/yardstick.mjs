// The yardstick: the work of the native benchmarks in plain JavaScript, written the way a good
// JavaScript programmer would write it: immutable plain objects, spread copies, the engine's JSON.
// It keeps for every node what ours keeps: value, residue, branch, cascade and effects.
//
// Prints one JSON row a line: {name, value, unit}; a time is the best of several rounds. One
// operation of each row is:
//
//   tree.add.small             {a: 1} onto a branch's leaf; the residue is {a, name, open}
//   tree.add.32keys, .200keys  a one-key object onto a residue of that many numbers, keys in turn
//   tree.handler               a message whose handler returns one value to merge
//   tree.cascade2              a message whose handler sends two messages of that kind
//   tree.branch.depth10, …     {a: 1} onto an inner node that deep, which opens a branch
//   tree.fork                  a copy of a tree of 1,000 nodes, and {a: 1} onto the copy's leaf
//   tree.node.bytes, …         what one more node of tree.add.small, .200keys keeps in memory
//   json.parse.mixed           UTF-8 bytes of the mixed document to a value
//   json.parse.envelope        UTF-8 bytes of an envelope to a value
//   json.print.mixed           the mixed document to text, keys sorted
//   world.register3            a world of a server and three clients, until nothing more happens
//   world.fork                 a copy of a world of 100,000 nodes, and one event in the copy
//   server.envelope            a relay's party reads an envelope, passes it on and prints it
//
// The last three are not done here: plain JavaScript has no such world and no such relay.
import process from "node:process";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const CASCADE_LIMIT = 64;
const DELETE = Symbol("delete");
const NONE = Object.freeze([]);

/** What `null` on the right leaves of a value: the zero of its type. */
function zeroOf(value) {
  switch (typeof value) {
    case "number": return 0;
    case "string": return "";
    case "boolean": return !value;
    default: return Array.isArray(value) ? [] : {};
  }
}

/** `b` acts on `a`. `record` collects the cascade and the effects of this add. */
function combine(a, b, record, depth) {
  if (a === null || a === undefined || b === DELETE) return b;
  if (b === undefined) return a;
  if (b === null) return zeroOf(a);
  if (Array.isArray(a)) return a.concat(b);
  if (typeof a !== typeof b || Array.isArray(b)) throw new Error("these do not combine");
  if (typeof a === "number") return a + b;
  if (typeof a !== "object") return b;
  if (typeof b.handler === "string" && a.handlers !== undefined) {
    return dispatch(a, b, record, depth);
  }
  const merged = { ...a };
  for (const key in b) {
    const value = b[key];
    if (value === DELETE) delete merged[key];
    else merged[key] = key in a ? combine(a[key], value, record, depth) : value;
  }
  return merged;
}

function dispatch(residue, message, record, depth) {
  if (depth >= CASCADE_LIMIT) throw new Error("the cascade is too deep");
  const handler = residue.handlers[message.handler];
  if (handler === undefined) throw new Error(`no handler ${message.handler}`);
  if (record.cascade === NONE) record.cascade = [];
  record.cascade.push(message.handler);
  for (const outcome of handler(residue, message)) {
    if (outcome.effect !== undefined) {
      if (record.effects === NONE) record.effects = [];
      record.effects.push(outcome.effect);
    } else {
      residue = combine(residue, outcome, record, depth + 1);
    }
  }
  return residue;
}

class Tree {
  constructor(root) {
    this.nodes = [
      { parent: -1, branch: 0, value: root, residue: root, cascade: NONE, effects: NONE },
    ];
    this.leaves = [0];
  }

  /** Adds below a node: below a leaf it grows that branch, elsewhere it opens one. */
  add(value, parent) {
    const { residue: before, branch: parentBranch } = this.nodes[parent];
    const record = { cascade: NONE, effects: NONE };
    const residue = combine(before, value, record, 0);
    const branch = this.leaves[parentBranch] === parent ? parentBranch : this.leaves.length;
    const { cascade, effects } = record;
    this.leaves[branch] = this.nodes.push({ parent, branch, value, residue, cascade, effects }) - 1;
  }

  addLeaf(value, branch = 0) { this.add(value, this.leaves[branch]); }

  residue(branch = 0) { return this.nodes[this.leaves[branch]].residue; }

  /** Nodes never change once added, so the copy shares them. */
  fork() {
    const copy = Object.create(Tree.prototype);
    copy.nodes = this.nodes.slice();
    copy.leaves = this.leaves.slice();
    return copy;
  }
}

/**
 * Text with sorted keys, equal for equal values. Sorting a copy and leaving the rest to the engine
 * is the fastest way there is; that keys which look like integers still come first, we let pass.
 */
const canonicalText = (value) => JSON.stringify(withSortedKeys(value));

function withSortedKeys(value) {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(withSortedKeys);
  const sorted = {};
  for (const key of Object.keys(value).sort()) sorted[key] = withSortedKeys(value[key]);
  return sorted;
}

// The workloads.

const SMALL = { a: 0, name: "alice", open: true };
const ADD_ONE = { a: 1 };
const keyName = (index) => `key${String(index).padStart(3, "0")}`;
const numbers = (count) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [keyName(index), index]));
const oneKeyEach = (count) =>
  Array.from({ length: count }, (_, index) => ({ [keyName(index)]: 1 }));

const COUNTER = {
  count: 0,
  handlers: {
    bump: (residue, message) => [{ count: message.by }],
    twice: () => [{ handler: "bump", by: 1 }, { handler: "bump", by: 10 }],
  },
};

const MIXED = {
  ...Object.fromEntries(Array.from({ length: 24 }, (_, index) => [
    `field${String(index).padStart(2, "0")}`,
    {
      id: index * 7919, name: `name of thing ${index}`, on: true, price: index + 0.25,
      tags: ["red", "green", "a longer tag with text"], note: null,
    },
  ])),
  last: [1, 2, 3, 0.1, 2.5e-7, 1e22, 123456789],
};
const ENVELOPE = {
  handler: "deliverEnvelop",
  from: "kA3xJ0mVtq7bYw5cLd9RfZs2HnPeUg8iXoTy1BvMaQE",
  to: "Qz8LwVn4KfTb6YxGm2RjDs9HcPuEo3aXi7WtZy5BvNM",
  box: "0123456789abcdef".repeat(16),
};

function grownTree(root, values, count) {
  const tree = new Tree(root);
  for (let index = 0; index < count; index++) tree.addLeaf(values[index % values.length]);
  return tree;
}

// Measuring.

/** Nothing that is measured may be optimised away: its result ends here. */
let sink = 0;

/** Microseconds of one operation: the best of the rounds, after one to warm up. */
function microseconds(count, rounds, operations) {
  let best = Infinity;
  for (let round = 0; round <= rounds; round++) {
    const start = performance.now();
    sink += operations(count);
    const elapsed = performance.now() - start;
    if (round > 0) best = Math.min(best, elapsed);
  }
  return (best * 1000) / count;
}

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc");

function heapUsedBytes() {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** Bytes that a tree of so many nodes holds, per node. */
function bytesPerNode(root, values, count) {
  sink += grownTree(root, values, 100).residue() === undefined ? 1 : 0;
  const before = heapUsedBytes();
  const tree = grownTree(root, values, count);
  const after = heapUsedBytes();
  sink += tree.nodes.length;
  return (after - before) / count;
}

const print = (name, value, unit) =>
  process.stdout.write(`${JSON.stringify({ name, value: Number(value.toPrecision(4)), unit })}\n`);

const measureAdds = (name, root, values, count) =>
  print(name, microseconds(count, 5, (n) => grownTree(root, values, n).nodes.length), "µs");

function measureBranches(name, depth) {
  const trunk = grownTree(SMALL, [ADD_ONE], depth + 1);
  print(name, microseconds(20_000, 5, (count) => {
    const tree = trunk.fork();
    for (let index = 0; index < count; index++) tree.add(ADD_ONE, depth);
    return tree.leaves.length;
  }), "µs");
}

function measureFork() {
  const trunk = grownTree(SMALL, [ADD_ONE], 1_000);
  print("tree.fork", microseconds(20_000, 5, (count) => {
    let nodes = 0;
    for (let index = 0; index < count; index++) {
      const copy = trunk.fork();
      copy.addLeaf(ADD_ONE);
      nodes += copy.nodes.length;
    }
    return nodes;
  }), "µs");
}

function measureParse(name, value, count) {
  const decoder = new TextDecoder();
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  print(name, microseconds(count, 5, (n) => {
    let objects = 0;
    for (let index = 0; index < n; index++) {
      objects += typeof JSON.parse(decoder.decode(bytes)) === "object" ? 1 : 0;
    }
    return objects;
  }), "µs");
}

function measurePrint() {
  print("json.print.mixed", microseconds(5_000, 5, (n) => {
    let length = 0;
    for (let index = 0; index < n; index++) length += canonicalText(MIXED).length;
    return length;
  }), "µs");
}

measureAdds("tree.add.small", SMALL, [ADD_ONE], 100_000);
print("tree.node.bytes", bytesPerNode(SMALL, [ADD_ONE], 50_000), "bytes");
measureAdds("tree.handler", COUNTER, [{ handler: "bump", by: 1 }], 100_000);
measureAdds("tree.cascade2", COUNTER, [{ handler: "twice" }], 50_000);
measureAdds("tree.add.32keys", numbers(32), oneKeyEach(32), 50_000);
measureAdds("tree.add.200keys", numbers(200), oneKeyEach(200), 5_000);
print("tree.node.bytes.200keys", bytesPerNode(numbers(200), oneKeyEach(200), 5_000), "bytes");
measureBranches("tree.branch.depth10", 10);
measureBranches("tree.branch.depth100000", 100_000);
measureFork();
measureParse("json.parse.mixed", MIXED, 10_000);
measureParse("json.parse.envelope", ENVELOPE, 100_000);
measurePrint();
if (!Number.isFinite(sink)) throw new Error("a workload gave no result");
