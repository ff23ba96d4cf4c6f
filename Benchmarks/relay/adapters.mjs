// How a client registers at each kind of server, and what it sends. In all of them the delivered
// bytes hold the same envelope; a broker's own protocol stands around it.
import { randomBytes, webcrypto } from 'node:crypto';

import { Client } from './client.mjs';

const { subtle } = webcrypto;
const CURVE = { name: 'ECDH', namedCurve: 'P-521' };
const PATIENCE_MILLISECONDS = 120_000;

/** 43 characters, like a fingerprint. */
const randomId = () => randomBytes(32).toString('base64url');

const envelope = (handler, from, to, box) =>
  `{"handler":"${handler}","from":"${from}","to":"${to}","box":"${box}"}`;

/** What `body` calls its function with, or an error after some time. */
function within(what, body) {
  return new Promise((resolve, reject) => {
    const late = () => reject(new Error(`${what} did not come`));
    const timer = setTimeout(late, PATIENCE_MILLISECONDS);
    body((value) => {
      clearTimeout(timer);
      resolve(value);
    }, reject);
  });
}

function pem(der) {
  const lines = Buffer.from(der).toString('base64').match(/.{1,64}/g);
  return ['-----BEGIN PUBLIC KEY-----', ...lines, '-----END PUBLIC KEY-----'].join('\n');
}

const importPem = (text) =>
  subtle.importKey(
    'spki', Buffer.from(text.replace(/-----[^-]+-----|\s/g, ''), 'base64'), CURVE, true, []);

/** The relay's key is the same for all, and imported once. */
const relayKeys = new Map();
function relayKey(text) {
  if (!relayKeys.has(text)) relayKeys.set(text, importPem(text));
  return relayKeys.get(text);
}

/** A client's key pair and what it agrees on with the relay's key: most of a client's work. */
async function makeIdentity(relayPem) {
  const pair = await subtle.generateKey(CURVE, true, ['deriveKey']);
  const der = await subtle.exportKey('spki', pair.publicKey);
  const fingerprint = Buffer.from(await subtle.digest('SHA-256', der)).toString('base64url');
  const key = await subtle.deriveKey(
    { name: 'ECDH', public: await relayKey(relayPem) }, pair.privateKey,
    { name: 'AES-CBC', length: 256 }, false, ['encrypt']);
  return { fingerprint, publicKey: pem(der), key };
}

/** Identities that were made before anybody needs them. */
const identities = [];

/** The classic suite's registration: the answer to a challenge, and the fingerprint. */
async function answer(challenge) {
  const { fingerprint, publicKey, key } =
    identities.pop() ?? await makeIdentity(challenge.publicKeyPem);
  const now = Date.now();
  const clearText = JSON.stringify({ t1: challenge.t1, t2: now, dt: now - challenge.t1 });
  const iv = randomBytes(16);
  const sealed = await subtle.encrypt({ name: 'AES-CBC', iv }, key, Buffer.from(clearText));
  const message = {
    handler: 'register3', clearText, publicKeySig: fingerprint, publicKey,
    cypherText: Buffer.concat([iv, Buffer.from(sealed)]).toString('hex'),
  };
  return { fingerprint, message };
}

/**
 * Each adapter: `path` and `protocol` of the upgrade, the `opcode` of its frames, `prepare`, which
 * is called before the socket opens, `greeted`, which waits for what the server says first,
 * `register`, which answers the client's id, `stock`, which does beforehand what many clients need
 * of what is theirs alone, once one has registered, and `body`, the whole message that a sender
 * emits.
 */
export const adapters = {
  router: {
    path: '/', opcode: 1,
    // Nothing is answered: the preflight of the load generator proves that it worked.
    async register(client) {
      const id = randomId();
      client.send(1, JSON.stringify({ handler: 'hello', publicKeySig: id }));
      return id;
    },
    body: (from, to, box) => Buffer.from(envelope('deliverEnvelop', from, to, box)),
  },

  simpatico: {
    path: '/ws', opcode: 1,
    prepare(client) {
      const received = {};
      const awaited = {};
      client.onPayload = (bytes) => {
        const message = JSON.parse(bytes);
        const take = awaited[message.handler];
        if (take) take(message);
        else received[message.handler] = message;
      };
      client.next = (name) =>
        within(name, (take) => {
          if (received[name]) take(received[name]);
          else awaited[name] = take;
        });
    },
    async greeted(client) {
      client.challenge ??= await client.next('register2');
    },
    async register(client) {
      await this.greeted(client);
      const { fingerprint, message } = await answer(client.challenge);
      client.send(1, JSON.stringify(message));
      const { state2 } = await client.next('register4');
      if (state2 !== 'VERIFIED') throw new Error(`register4 said ${state2}`);
      return fingerprint;
    },
    async stock(count) {
      const [relayPem] = relayKeys.keys();
      while (identities.length < count) identities.push(await makeIdentity(relayPem));
    },
    body: (from, to, box) => Buffer.from(envelope('deliverEnvelop', from, to, box)),
  },

  nats: {
    path: '/', opcode: 2,
    async register(client) {
      const id = randomId();
      await within('PONG', (take, fail) => {
        let text = '';
        client.onPayload = (bytes) => {
          text += bytes.toString('latin1');
          if (text.includes('-ERR')) fail(new Error(text));
          if (text.includes('PONG\r\n')) take();
        };
        const options = { verbose: false, pedantic: false, lang: 'js', version: '0', echo: false };
        client.send(2, `CONNECT ${JSON.stringify(options)}\r\nSUB ${id} 1\r\nPING\r\n`);
      });
      return id;
    },
    body(from, to, box) {
      const text = envelope('acceptEnvelop', from, to, box);
      return Buffer.from(`PUB ${to} ${text.length}\r\n${text}\r\n`);
    },
  },

  mqtt: {
    path: '/mqtt', protocol: 'mqtt', opcode: 2,
    async register(client) {
      const id = randomId();
      await within('SUBACK', (take, fail) => {
        let bytes = Buffer.alloc(0);
        client.onPayload = (more) => {
          bytes = Buffer.concat([bytes, more]);
          // CONNACK takes 4 bytes, SUBACK follows it (MQTT 3.1.1 sections 3.2 and 3.9).
          if (bytes.length >= 4 && bytes[3] !== 0) fail(new Error(`CONNACK ${bytes[3]}`));
          if (bytes.length >= 9 && bytes[4] === 0x90) take();
        };
        const name = Buffer.from(`c${id.slice(0, 20)}`);
        const topic = Buffer.from(id);
        client.send(2, Buffer.concat([
          Buffer.from([0x10, 12 + name.length, 0, 4]), Buffer.from('MQTT'),
          Buffer.from([4, 2, 0, 0, 0, name.length]), name,
          Buffer.from([0x82, 5 + topic.length, 0, 1, 0, topic.length]), topic, Buffer.from([0]),
        ]));
      });
      return id;
    },
    body(from, to, box) {
      const topic = Buffer.from(to);
      const text = Buffer.from(envelope('acceptEnvelop', from, to, box));
      const length = [];
      for (let rest = 2 + topic.length + text.length; rest > 0 || length.length === 0;) {
        const digit = rest % 128;
        rest = Math.floor(rest / 128);
        length.push(rest > 0 ? digit | 128 : digit);
      }
      return Buffer.concat([Buffer.from([0x30, ...length, 0, topic.length]), topic, text]);
    },
  },
};

/** A connection that is open and not yet registered. */
export async function connect(name, port, index) {
  const adapter = adapters[name];
  const client = new Client(index);
  try {
    adapter.prepare?.(client);
    await client.connect({ port, path: adapter.path, protocol: adapter.protocol });
    return client;
  } catch (error) {
    client.socket?.destroy();
    throw error;
  }
}

/** Opens and registers so many connections, a hundred at a time. */
export async function openAll(name, port, count) {
  const clients = new Array(count);
  let next = 0;
  const open = async (index, attempts) => {
    let client;
    try {
      client = await connect(name, port, index);
      client.id = await adapters[name].register(client);
      clients[index] = client;
    } catch (error) {
      client?.socket.destroy();
      if (attempts <= 1) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
      await open(index, attempts - 1);
    }
  };
  const worker = async () => {
    while (next < count) await open(next++, 3);
  };
  await Promise.all(Array.from({ length: Math.min(100, count) }, worker));
  return clients;
}
