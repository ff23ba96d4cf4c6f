// What opening a connection and registering on it cost a relay, in turns with the bare agreement on
// the same processor: its pace changes from one second to the next. Prints one JSON object.
//
//   node registration.mjs SERVER PORT PID PROCESSOR YARDSTICK TURNS
import { execFileSync } from 'node:child_process';

import { adapters, connect, openAll } from './adapters.mjs';
import { processorMicroseconds } from './procfs.mjs';
import { launcher, servers } from './servers.mjs';

/** Connections of a turn: all are open before the first of them registers. */
const CONNECTIONS = 100;
const [name, port, pid, processor, yardstick, turns] = process.argv.slice(2);
const adapter = adapters[servers[name].adapter];
const [command, ...more] = launcher(processor || undefined);

// Caches and threads come with the first; the clients' own keys do not have the server wait.
await openAll(servers[name].adapter, port, 50);
await adapter.stock(turns * CONNECTIONS);

const spent = { bare: 0, opening: 0, registration: 0 };
for (let turn = 0; turn < turns; turn++) {
  spent.bare += Number(execFileSync(command, [...more, yardstick], { encoding: 'utf8' }));
  const before = processorMicroseconds(pid);
  const clients = await Promise.all(Array.from({ length: CONNECTIONS }, async (_, index) => {
    const client = await connect(servers[name].adapter, port, index);
    await adapter.greeted(client);
    return client;
  }));
  const opened = processorMicroseconds(pid);
  await Promise.all(clients.map((client) => adapter.register(client)));
  spent.opening += (opened - before) / CONNECTIONS;
  spent.registration += (processorMicroseconds(pid) - opened) / CONNECTIONS;
}
console.log(JSON.stringify({
  server: name,
  bareMicroseconds: spent.bare / turns,
  microsecondsPerOpening: spent.opening / turns,
  microsecondsPerRegistration: spent.registration / turns,
}));
process.exit(0);
