// Memory and work of a server whose connections are registered and silent. Prints one JSON object.
//
//   node idle.mjs SERVER PORT PID CONNECTIONS
import { openAll } from './adapters.mjs';
import { processorMicroseconds, residentKiB } from './procfs.mjs';
import { servers } from './servers.mjs';

const IDLE_SECONDS = 3;
const name = process.argv[2];
const [port, pid, count] = process.argv.slice(3).map(Number);
const sleep = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

// What the first connections bring into memory is not theirs: caches, threads, tables of keys.
const warm = await openAll(servers[name].adapter, port, 100);
await sleep(0.5);
const before = residentKiB(pid);
const clients = await openAll(servers[name].adapter, port, count);
await sleep(1.5);
const quiet = processorMicroseconds(pid);
await sleep(IDLE_SECONDS);
const open = [...warm, ...clients].filter((client) => client.isOpen).length;
console.log(JSON.stringify({
  server: name, connections: count, open: open - warm.length,
  residentKiBPerConnection: (residentKiB(pid) - before) / count,
  idlePercent: (processorMicroseconds(pid) - quiet) / IDLE_SECONDS / 1e4,
}));
process.exit(0);
