// Lists the lines that no test reaches, and fails where one is not explained:
//   node coverage.mjs FILE.lcov EXPLAINED.md
// Explained are the lines in the fenced blocks of EXPLAINED.md, each `path: text of the line`. The
// text is compared and not the line's number, so an explanation lives as long as its line.
import { readFileSync } from "node:fs";
import process from "node:process";

const [lcovPath, explainedPath] = process.argv.slice(2);
const isBracketsOnly = (text) => /^[\s)}\]]*$/.test(text);

// Per file, in lcov's order: how many lines there are, and those that were never run.
const readReport = (text) => text.split("end_of_record\n").filter(Boolean).map((record) => {
  const path = record.match(/^SF:(.*)$/m)[1];
  const source = readFileSync(path, "utf8").split("\n");
  const lines = [...record.matchAll(/^DA:(\d+),(\d+)/gm)]
    .map(([, number, runs]) => ({ number: Number(number), runs: Number(runs) }))
    .map((line) => ({ ...line, text: source[line.number - 1].trim() }))
    .filter((line) => !isBracketsOnly(line.text));
  const name = path.slice(path.indexOf("/Sources/") + "/Sources/".length);
  return { name, count: lines.length, missed: lines.filter((line) => line.runs === 0) };
});

const readExplained = (text) => new Set(
  [...text.matchAll(/^```text\n([^]*?)^```/gm)].flatMap((block) => block[1].trim().split("\n")));

const files = readReport(readFileSync(lcovPath, "utf8"));
const explained = readExplained(readFileSync(explainedPath, "utf8"));
const used = new Set();
const unexplained = [];
for (const { name, missed } of files) {
  for (const { number, text } of missed) {
    const key = `${name}: ${text}`;
    if (explained.has(key)) used.add(key); else unexplained.push({ name, number, text });
  }
}

const percent = (missed, count) => `${(100 * (1 - missed / (count || 1))).toFixed(1)} %`;
for (const { name, count, missed } of files) {
  console.log(name.padEnd(48), `${missed.length} of ${count}`.padStart(12),
    percent(missed.length, count).padStart(9));
}
const count = files.reduce((sum, file) => sum + file.count, 0);
const missed = files.reduce((sum, file) => sum + file.missed.length, 0);
console.log("lines that no test reaches".padEnd(48), `${missed} of ${count}`.padStart(12),
  percent(missed, count).padStart(9));

for (const { name, number, text } of unexplained) {
  console.error(`Sources/${name}:${number}: no test reaches: ${text}`);
}
const stale = [...explained].filter((key) => !used.has(key));
for (const key of stale) {
  console.error(`${explainedPath}: reached or gone, so it needs no explanation: ${key}`);
}
if (count === 0 || unexplained.length + stale.length > 0) {
  console.error(`FAILED: ${unexplained.length} lines are not explained, ${stale.length} explained`
    + ` for nothing: write a test, remove the line, or tell in ${explainedPath} why not`);
  process.exit(1);
}
console.log(`every line is reached, or explained in ${explainedPath}`);
