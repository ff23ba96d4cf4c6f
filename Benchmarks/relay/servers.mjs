// The servers that are compared, and how each is started: afresh for every run.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const here = dirname(fileURLToPath(import.meta.url));

/** What a relay's limits would cut short: what is measured is the work, not the limits. */
const UNLIMITED = [
  '--messages-per-second', '0', '--bytes-per-second', '0', '--registrations-per-second', '0',
  '--connections-per-second', '0',
  '--max-connections', '100000', '--max-connections-per-address', '100000',
  '--max-unregistered', '100000', '--max-waiting-registrations', '100000',
  '--max-message-characters', '16384', '--max-outbound-bytes', '67108864',
];

/** Each: which adapter its clients speak, and its command for a port and a folder of its own. */
export const servers = {
  relay: {
    adapter: 'simpatico',
    command: (port) => [
      process.env.SIMPATICO_BIN ?? join(here, '../../.build/release/simpatico'), 'serve',
      '--port', String(port), ...UNLIMITED, ...(process.env.RELAY_OPTIONS?.split(' ') ?? []),
    ],
  },
  ws: {
    adapter: 'router',
    command: (port) => [process.execPath, join(here, 'ws-router.mjs'), String(port)],
  },
  nats: {
    adapter: 'nats',
    command: (port) => [
      'nats-server', '-c', join(here, 'nats.conf'), '-a', '127.0.0.1', '-p', String(port + 1),
    ],
  },
  mosquitto: {
    adapter: 'mqtt',
    command(port, folder) {
      const path = join(folder, 'mosquitto.conf');
      const text = readFileSync(join(here, 'mosquitto.conf'), 'utf8');
      writeFileSync(path, text.replace('@PORT@', port).replace('@OTHER_PORT@', port + 1));
      return ['mosquitto', '-c', path];
    },
  },
};

/**
 * The words before a command that let it open as many files as it may, on one processor if one is
 * named: left alone, the kernel likes to wake the reader on the writer's processor.
 */
export const launcher = (processor) => [
  '/bin/sh', '-c', 'ulimit -n "$(ulimit -Hn)"; exec "$@"', 'sh',
  ...(processor === undefined ? [] : ['taskset', '-c', String(processor)]),
];

const isFree = (port) =>
  new Promise((resolve) => {
    const server = net.createServer();
    server.on('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

/** A port that is free together with the next one, below the range of outgoing ports. */
async function freePort() {
  for (;;) {
    const port = 10_000 + 2 * Math.floor(Math.random() * 10_000);
    if (await isFree(port) && await isFree(port + 1)) return port;
  }
}

const canConnect = (port) =>
  new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Starts a server and waits until it listens: its process id, its port and how to stop it. */
export async function start(name, { processor } = {}) {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'bench-relay-'));
  const words = [...launcher(processor), ...servers[name].command(port, folder)];
  const child = spawn(words[0], words.slice(1), {
    env: { ...process.env, WS_PORT: String(port) }, stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  let ended = null;
  child.stderr.on('data', (data) => {
    if (said.length < 4000) said += data;
  });
  child.on('exit', (code, signal) => {
    ended = code ?? signal;
  });
  const stop = async () => {
    if (ended === null) child.kill('SIGTERM');
    for (let turn = 0; ended === null; turn++) {
      if (turn === 400) child.kill('SIGKILL');
      await sleep(20);
    }
    rmSync(folder, { recursive: true, force: true });
  };
  for (let turn = 0; !(await canConnect(port)); turn++) {
    if (ended !== null || turn > 300) {
      await stop();
      throw new Error(`${name} does not listen (${ended ?? 'still running'}): ${said}`);
    }
    await sleep(50);
  }
  await sleep(300);
  return { pid: child.pid, port, stop };
}
