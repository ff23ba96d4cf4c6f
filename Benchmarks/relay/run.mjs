// Compares the relay with routers and brokers that do less, on this machine and in one run: a table
// for people, and rows for machines. `make bench-relay` calls it.
//
//   node run.mjs BLAST YARDSTICK JSON [only=relay,ws] [runs=3] [seconds=8] [pin=1:0]
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';

import { here, launcher, servers, start } from './servers.mjs';

const [blast, yardstick, jsonPath, ...words] = process.argv.slice(2);
const options = { only: Object.keys(servers).join(','), runs: '3', seconds: '8', pin: '1:0' };
for (const word of words) {
  const [key, value] = word.split('=');
  if (!(key in options) || !value) {
    console.error(`unknown option ${word}; there are ${Object.keys(options).join(', ')}`);
    process.exit(2);
  }
  options[key] = value;
}
const names = options.only.split(',');
const [serverProcessor, ownProcessor] = options.pin === 'none' ? [] : options.pin.split(':');
const runs = Number(options.runs);

/**
 * The loads of the table: connections, messages in flight on each, bytes of a box; and in how many
 * pieces a run is cut, where what one finds differs much from the next.
 */
const LOADS = {
  '100 connections': { connections: 100, window: 8, box: 512 },
  '1,000 connections': { connections: 1000, window: 2, box: 512, pieces: 3 },
  '4,096 bytes': { connections: 100, window: 8, box: 4096 },
  'low load': { connections: 10, window: 1, box: 512, pieces: 4 },
};
const IDLE_CONNECTIONS = 2000;
/** Each is the bare agreement, 450 times, and a hundred registrations. */
const REGISTRATION_TURNS = 6;

/** Runs a program of this folder on the generator's processor, and answers what it prints. */
function measure(program, words, seconds) {
  const [command, ...more] = launcher(ownProcessor);
  const child = spawn(command, [...more, process.execPath, join(here, program), ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  let said = '';
  child.stdout.on('data', (data) => { printed += data; });
  child.stderr.on('data', (data) => { said += data; });
  const timer = setTimeout(() => child.kill('SIGKILL'), (seconds + 120) * 1000);
  return new Promise((resolve, reject) => {
    child.on('close', (code) => {
      clearTimeout(timer);
      if (code === 0) resolve(JSON.parse(printed));
      else reject(new Error(`${program} ended with ${code}: ${said.trim()}`));
    });
  });
}

/** One run of each server after the other, so that a busy minute does not hit one alone. */
async function rounds(
  count, program, wordsOf, seconds, { chosen = names, isPinned = true } = {},
) {
  const rows = new Map(chosen.map((name) => [name, []]));
  for (let turn = 0; turn < count; turn++) {
    for (const name of chosen) {
      const server = await start(name, { processor: isPinned ? serverProcessor : undefined });
      try {
        const words = [name, server.port, server.pid, ...wordsOf].map(String);
        rows.get(name).push(await measure(program, words, seconds));
      } finally {
        await server.stop();
      }
    }
  }
  return rows;
}

/** The row in the middle of a field's order; of an even number the lower one in the middle. */
function median(rows, field) {
  const sorted = [...rows].sort((left, right) => left[field] - right[field]);
  return sorted[(sorted.length - 1) >> 1];
}

const pad = (text, width) => String(text).padStart(width);

function line(label, cells) {
  console.log(label.padEnd(26) + cells.map((cell) => pad(cell, 11)).join(''));
}

const results = { options, loadAverage: loadavg()[0], rows: [] };

/** Prints one line of the table: a figure of each server, and how the relay compares. */
function report(label, unit, rows, field, digits) {
  const values = names.map((name) => median(rows.get(name), field)[field]);
  const ours = values[names.indexOf('relay')];
  line(`${label}, ${unit}`, values.map((value) => value.toFixed(digits)));
  if (ours === undefined) return;
  line('  relay is', values.map((value) => `${(ours / value).toFixed(2)} x`));
}

console.log(`${runs} runs of ${options.seconds} s (two loads in pieces), the median; ` +
  `load average ${loadavg()[0].toFixed(2)}; processors ${options.pin}`);
line('', names);
for (const [label, load] of Object.entries(LOADS)) {
  const { connections, window, box, pieces = 1 } = load;
  const seconds = Number(options.seconds) / pieces;
  const words = [connections, window, box, seconds, blast];
  const rows = await rounds(runs * pieces, 'load.mjs', words, seconds);
  results.rows.push(...[...rows.values()].flat());
  const bad = [...rows.values()].flat().filter((row) => row.wrong > 0 || row.lost > 0);
  if (bad.length > 0) console.log(`  lost or wrong: ${JSON.stringify(bad)}`);
  if (label === 'low load') {
    report(label, 'ms p50', rows, 'p50Milliseconds', 3);
  } else {
    report(label, 'µs', rows, 'microsecondsPerMessage', 2);
    line('  server busy, %',
      names.map((name) => median(rows.get(name), 'serverPercent').serverPercent.toFixed(0)));
  }
}

const idle = await rounds(runs, 'idle.mjs', [IDLE_CONNECTIONS], 60);
results.rows.push(...[...idle.values()].flat());
report(`${IDLE_CONNECTIONS} idle`, 'KiB each', idle, 'residentKiBPerConnection', 2);

if (names.includes('relay')) {
  if (serverProcessor !== undefined) {
    // With an event loop on each processor it is several parties, which all know where a key is.
    const free = { chosen: ['relay'], isPinned: false };
    const rows = (await rounds(runs, 'idle.mjs', [IDLE_CONNECTIONS], 60, free)).get('relay');
    results.rows.push(...rows.map((row) => ({ ...row, isPinned: false })));
    const field = 'residentKiBPerConnection';
    const value = median(rows, field)[field].toFixed(2);
    line('  on all processors', names.map((name) => (name === 'relay' ? value : '')));
  }
  const words = [serverProcessor ?? '', yardstick, runs * REGISTRATION_TURNS];
  const row = (await rounds(1, 'registration.mjs', words, 300, { chosen: ['relay'] }))
    .get('relay')[0];
  results.rows.push(row);
  const bare = row.bareMicroseconds;
  const beside = (value) => `${value.toFixed(0)} µs (${(value / bare).toFixed(2)} x)`;
  const { microsecondsPerOpening: opening, microsecondsPerRegistration: registration } = row;
  console.log(`the bare P-521 agreement with its key import takes ${bare.toFixed(0)} µs, a ` +
    `registration ${beside(registration)}, with the connection it comes on ` +
    beside(opening + registration));
}
writeFileSync(jsonPath, `${JSON.stringify(results, null, 1)}\n`);
