// Compares instructions per operation with a table of what they were:
//   node bench-check.mjs PROGRAM TABLE.json [--update]
// A row of the table is what was measured; `tolerance` is how much more passes. --update writes the
// table anew and keeps the tolerances.
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import process from "node:process";
import { promisify } from "node:util";

const run = promisify(execFile);
const [program, path, option] = process.argv.slice(2);

// Enough operations that what grows by doubling is paid for, few enough that counting is quick.
const OPERATIONS = { default: 512, "json.parse.mixed": 16, "json.print.mixed": 16,
  "world.register3": 4, "tree.add.200keys": 256 };
const TOLERANCE = 0.05;

// Instructions of a whole run. Nothing in it may depend on chance.
const counted = async (name, operations) => {
  const { stderr } = await run("valgrind", [
    "--tool=callgrind", "--callgrind-out-file=/dev/null", program,
    "--operations", String(operations), name,
  ], { env: { ...process.env, SWIFT_DETERMINISTIC_HASHING: "1" } });
  const match = stderr.match(/Collected : (\d+)/);
  if (!match) throw new Error(`valgrind counted nothing for ${name}:\n${stderr}`);
  return Number(match[1]);
};

// Twice as many operations cost as many more: the set-up is in both and falls out.
const perOperation = async (name) => {
  const operations = OPERATIONS[name] ?? OPERATIONS.default;
  const once = await counted(name, operations);
  const twice = await counted(name, 2 * operations);
  return Math.round((twice - once) / operations);
};

// Runs as many at a time as there are processors, which no count depends on.
const measureAll = async (names) => {
  const measured = {};
  const waiting = [...names];
  const worker = async () => {
    for (let name = waiting.shift(); name; name = waiting.shift()) {
      measured[name] = await perOperation(name);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return measured;
};

const readTable = () => {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    if (error.code === "ENOENT" && option === "--update") return {};
    throw error;
  }
};

const verdict = (measured, row) => {
  if (!row) return "not in the table";
  if (measured === undefined) return "not measured";
  if (measured > row.instructions * (1 + row.tolerance)) return "MORE";
  return measured < row.instructions * (1 - row.tolerance) ? "less: update the table" : "";
};

const names = (await run(program, ["--names"])).stdout.trim().split("\n");
const table = readTable();
const measured = await measureAll(names);

const line = (cells) =>
  console.log(cells.map((cell, index) => (index ? cell.padStart(9) : cell.padEnd(27))).join(" "));
line(["instructions an operation", "measured", "table", "ratio", "at most"]);
const failed = [];
for (const name of new Set([...names, ...Object.keys(table)])) {
  const row = table[name];
  const said = verdict(measured[name], row);
  const ratio = row && measured[name] ? (measured[name] / row.instructions).toFixed(3) : "";
  const atMost = row ? (1 + row.tolerance).toFixed(2) : "";
  const end = said && `  ${said}`;
  line([name, String(measured[name] ?? ""), String(row?.instructions ?? ""), ratio, atMost + end]);
  if (["MORE", "not in the table", "not measured"].includes(said)) failed.push(name);
}

if (option === "--update") {
  const rows = names.map((name) => [name,
    { instructions: measured[name], tolerance: table[name]?.tolerance ?? TOLERANCE }]);
  const lines = rows.map(([name, row]) => `  ${JSON.stringify(name)}: ${JSON.stringify(row)}`);
  writeFileSync(path, `{\n${lines.join(",\n")}\n}\n`);
  console.log(`${path} now says what was measured`);
} else if (failed.length > 0) {
  console.error(`FAILED: ${failed.join(", ")}. Where that is the price of something, say which in`
    + ` the commit and run: make bench-check ARGS=--update`);
  process.exitCode = 1;
} else {
  console.log("no operation takes more than the table allows");
}
