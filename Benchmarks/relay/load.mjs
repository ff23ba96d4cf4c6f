// Puts a load on a server: every connection keeps so many messages in flight, each to a random
// other connection. Node registers the connections and proves that each gets what is sent to it;
// then blast.c takes them over. Prints one JSON object.
//
//   node load.mjs SERVER PORT PID CONNECTIONS WINDOW BOX SECONDS BLAST
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { adapters, openAll } from './adapters.mjs';
import { MASK, frame } from './client.mjs';
import { processorMicroseconds, residentKiB } from './procfs.mjs';
import { servers } from './servers.mjs';

const [name, blast] = [process.argv[2], process.argv[9]];
const [port, pid, count, window, box, seconds] = process.argv.slice(3, 9).map(Number);
const WARM_MILLISECONDS = 2000;
const TICKET_LENGTH = 16;
const filling = 'c0ffee5eed0123456789abcdef'.repeat(box).slice(0, box - TICKET_LENGTH);
const adapter = adapters[servers[name].adapter];

function fail(message) {
  console.error(`load: ${message}`);
  process.exit(1);
}

/** Each connection gets one message from the one before it, which is compared in full. */
function preflight(clients) {
  const text = '0'.repeat(TICKET_LENGTH) + filling;
  return new Promise((resolve) => {
    let left = count;
    const late = () => fail(`${left} of ${count} messages did not arrive`);
    const timer = setTimeout(late, 20_000 + 10 * count);
    clients.forEach((client, index) => {
      const from = clients[(index + count - 1) % count].id;
      let received = '';
      client.onPayload = (bytes) => {
        received += bytes.toString('latin1');
        // A broker's own words may stand around the envelope, whose keys come in any order.
        const start = received.indexOf('{');
        const end = received.indexOf('}', start);
        if (start < 0 || end < 0) return;
        const text = received.slice(start, end + 1);
        const message = JSON.parse(text);
        const isRight = message.handler === 'acceptEnvelop' && message.from === from &&
          message.to === client.id && message.box.length === box;
        if (!isRight) fail(`the wrong message arrived: ${text.slice(0, 300)}`);
        if (!text.includes('"box":"')) fail('the server must write compact JSON');
        client.onPayload = null;
        left -= 1;
        if (left > 0) return;
        clearTimeout(timer);
        resolve();
      };
    });
    // Who registers without an answer needs a moment.
    setTimeout(() => {
      clients.forEach((client, index) => {
        const to = clients[(index + 1) % count].id;
        client.socket.write(frame(adapter.opcode, adapter.body(client.id, to, text)));
      });
    }, 300);
  });
}

/** Templates of frames, masked already; recipients and tickets are patched in. */
function plan(clients) {
  const recipient = '~'.repeat(43);
  const ticket = '!'.repeat(TICKET_LENGTH);
  const body = (client) => adapter.body(client.id, recipient, ticket + filling);
  const sample = body(clients[0]);
  const frames = clients.map((client) => frame(adapter.opcode, body(client)));
  const headerLength = frames[0].length - sample.length;
  const places = [];
  for (let at = sample.indexOf(recipient); at >= 0; at = sample.indexOf(recipient, at + 43)) {
    places.push(headerLength + at);
  }
  const numbers = [
    count, window, box, seconds * 1000, WARM_MILLISECONDS, pid, frames[0].length, headerLength,
    headerLength + sample.indexOf(ticket), places.length, places[0], places[1] ?? 0, 0, 0, 0,
  ];
  const head = Buffer.alloc(64);
  numbers.forEach((number, index) => head.writeUInt32LE(number, 4 * index));
  head.set(MASK, 60);
  const ids = Buffer.from(clients.map((client) => client.id).join(''));
  return Buffer.concat([head, ids, ...frames]);
}

/** Runs blast.c with the connections as its file descriptors 3, 4, …, and answers its figures. */
function run(clients) {
  for (const client of clients) {
    if (client.rest) fail('bytes are left over after the preflight');
    client.socket.pause();
    client.socket._handle.readStop();
  }
  const folder = mkdtempSync(join(tmpdir(), 'bench-relay-'));
  const path = join(folder, 'plan');
  writeFileSync(path, plan(clients));
  const descriptors = clients.map((client) => client.socket._handle.fd);
  const child = spawn(blast, [path], { stdio: ['ignore', 'pipe', 'inherit', ...descriptors] });
  let text = '';
  child.stdout.on('data', (data) => {
    text += data;
  });
  return new Promise((resolve) => {
    child.on('close', (code) => {
      rmSync(folder, { recursive: true });
      if (code !== 0) fail(`blast ended with ${code}`);
      resolve(JSON.parse(text));
    });
  });
}

const before = { resident: residentKiB(pid), processor: processorMicroseconds(pid) };
const clients = await openAll(servers[name].adapter, port, count);
const opened = processorMicroseconds(pid) - before.processor;
for (const client of clients) {
  client.onClose = (farewell) => fail(`the server closed a connection ${farewell}`);
}
await preflight(clients);
const connected = residentKiB(pid);
const figures = await run(clients);
const { messages } = figures;
if (messages === 0) fail('no message arrived');
console.log(JSON.stringify({
  server: name, connections: count, window, box,
  microsecondsPerMessage: figures.serverMicroseconds / messages,
  messagesPerSecond: Math.round(messages / figures.seconds),
  p50Milliseconds: figures.p50Milliseconds, p99Milliseconds: figures.p99Milliseconds,
  serverPercent: figures.serverMicroseconds / figures.seconds / 1e4,
  generatorPercent: figures.generatorMicroseconds / figures.seconds / 1e4,
  lost: figures.lost, wrong: figures.wrong, messages,
  residentMiB: figures.residentEndKiB / 1024,
  residentBytesPerMessage:
    ((figures.residentEndKiB - figures.residentStartKiB) * 1024) / messages,
  residentKiBPerConnection: (connected - before.resident) / count,
  microsecondsPerRegistration: opened / count,
}));
process.exit(0);
