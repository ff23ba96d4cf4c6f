// Joins the rows of the benchmark programs and prints them side by side.
// Usage: node bench-table.mjs NATIVE WASM YARDSTICK PAGE RESULT
// Each input holds one JSON row a line.
import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";

const WASM_PREFIX = "wasm.";
const PAGE_PREFIX = "lab.";

/** Rows of one program by name. A row is {name, value, unit}; anything else names its line. */
function readRows(path) {
  const rows = new Map();
  for (const [index, line] of readFileSync(path, "utf8").split("\n").entries()) {
    if (line.trim() === "") continue;
    const where = `${path}:${index + 1}`;
    let row;
    try {
      row = JSON.parse(line);
    } catch {
      throw new Error(`${where}: not a JSON row: ${line}`);
    }
    const whole = typeof row?.name === "string" && Number.isFinite(row.value)
      && typeof row.unit === "string";
    if (!whole) throw new Error(`${where}: a row needs a name, a finite value and a unit: ${line}`);
    if (rows.has(row.name)) throw new Error(`${where}: ${row.name} was measured twice`);
    rows.set(row.name, row);
  }
  return rows;
}

/** The yardstick's row for a row of ours, or null where plain JavaScript has no counterpart. */
function yardstickFor(row, yardstick) {
  const plainName = row.name.startsWith(WASM_PREFIX)
    ? row.name.slice(WASM_PREFIX.length) : row.name;
  const found = yardstick.get(plainName) ?? null;
  if (found !== null && found.unit !== row.unit) {
    throw new Error(`${row.name} is in ${row.unit}, its yardstick in ${found.unit}`);
  }
  return found;
}

/** Every row of ours with the yardstick's value beside it; the page's rows have none. */
function merge(native, wasm, yardstick, page) {
  for (const name of wasm.keys()) {
    if (!name.startsWith(WASM_PREFIX)) throw new Error(`${name} lacks the prefix ${WASM_PREFIX}`);
  }
  const unmatched = [...yardstick.keys()].filter((name) => !native.has(name));
  if (unmatched.length > 0) {
    throw new Error(`the yardstick measures what the native program does not: ${unmatched}`);
  }
  for (const name of page.keys()) {
    if (!name.startsWith(PAGE_PREFIX)) throw new Error(`${name} lacks the prefix ${PAGE_PREFIX}`);
  }
  return [...native.values(), ...wasm.values(), ...page.values()].map(({ name, value, unit }) => {
    const counterpart = yardstickFor({ name, unit }, yardstick);
    return { name, value, unit, yardstick: counterpart === null ? null : counterpart.value };
  });
}

/** Three figures are what a measurement on a shared machine can carry. */
const figure = (value) => (value == null ? "-" : String(Number(value.toPrecision(3))));
/** How many times less time (or memory) than plain JavaScript. */
const advantage = (row) => (row?.yardstick == null || row.value === 0
  ? "-" : `${(row.yardstick / row.value).toFixed(1)} x`);

/** The rows as a table: a line for each thing measured, native and wasm beside the yardstick. */
function table(rows) {
  const byName = new Map(rows.map((row) => [row.name, row]));
  const lines = [["", "unit", "native", "wasm", "JavaScript", "native is", "wasm is"]];
  const names = new Set(rows.map((row) =>
    row.name.startsWith(WASM_PREFIX) ? row.name.slice(WASM_PREFIX.length) : row.name));
  for (const name of names) {
    // The page runs the browser build.
    const isPage = name.startsWith(PAGE_PREFIX);
    const native = isPage ? undefined : byName.get(name);
    const wasm = byName.get(isPage ? name : WASM_PREFIX + name);
    const either = native ?? wasm;
    lines.push([name, either.unit, figure(native?.value), figure(wasm?.value),
      figure(either.yardstick), advantage(native), advantage(wasm)]);
  }
  const widths = lines[0].map((_, column) =>
    Math.max(...lines.map((line) => line[column].length)));
  const pad = (cell, column) =>
    column < 2 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]);
  return lines.map((line) => line.map(pad).join("  ")).join("\n");
}

const [nativePath, wasmPath, yardstickPath, pagePath, resultPath] = process.argv.slice(2);
try {
  const rows = merge(readRows(nativePath), readRows(wasmPath), readRows(yardstickPath),
    readRows(pagePath));
  writeFileSync(resultPath, JSON.stringify(rows, null, 1) + "\n");
  process.stdout.write(`${table(rows)}\n`);
} catch (error) {
  process.stderr.write(`error: ${error.message}\n`);
  process.exitCode = 1;
}
