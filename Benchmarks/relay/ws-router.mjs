// The fastest honest router on the `ws` package: who has said hello may send to others who have, in
// its own name. An envelope is recognised by its layout and cut into the delivered form; anything
// else is read as JSON. It keeps no history and proves no key.
//
//   node ws-router.mjs PORT
import { isUtf8 } from 'node:buffer';
import { createRequire } from 'node:module';

// Debian's modules lie where not every Node looks.
const modules = process.env.NODE_MODULES ?? '/usr/share/nodejs';
const { WebSocketServer } = createRequire(import.meta.url)(`${modules}/ws`);

const HEAD = '{"handler":"deliverEnvelop","from":"';
const TO = '","to":"';
const BOX = '","box":"';
const ID_LENGTH = 43;
const TO_AT = HEAD.length + ID_LENGTH + TO.length;
const BOX_AT = TO_AT + ID_LENGTH;
const PLAIN = /^[A-Za-z0-9+/=_-]*$/;
const TEXT = { binary: false };
/** One byte shorter than what is received, so it fits over its start. */
const ACCEPT = Buffer.from('{"handler":"acceptEnvelop');

const registry = new Map();

function route(socket, data) {
  const text = data.latin1Slice(0, data.length);
  const isEnvelope = text.startsWith(HEAD) && text.startsWith(socket.id, HEAD.length) &&
    text.startsWith(TO, TO_AT - TO.length) && text.startsWith(BOX, BOX_AT) &&
    text.endsWith('"}') && PLAIN.test(text.slice(BOX_AT + BOX.length, -2));
  const peer = isEnvelope ? registry.get(text.slice(TO_AT, BOX_AT)) : undefined;
  if (!peer) return read(socket, data);
  ACCEPT.copy(data, 1);
  peer.send(data.subarray(1), TEXT);
}

function read(socket, data) {
  let message;
  try {
    message = isUtf8(data) ? JSON.parse(data) : null;
  } catch {
    message = null;
  }
  if (message?.handler === 'hello' && socket.id === undefined) {
    socket.id = message.publicKeySig;
    registry.set(socket.id, socket);
  } else if (message?.handler === 'deliverEnvelop' && message.from === socket.id) {
    const { from, to, box } = message;
    const text = JSON.stringify({ handler: 'acceptEnvelop', from, to, box });
    registry.get(to)?.send(text, TEXT);
  } else {
    socket.close(1008);
  }
}

const server = new WebSocketServer({
  host: '127.0.0.1', port: Number(process.argv[2]), perMessageDeflate: false,
  // Its own check is in JavaScript; the layout above admits ASCII only, and `read` checks.
  clientTracking: false, skipUTF8Validation: true, maxPayload: 1 << 20, backlog: 4096,
});
server.on('connection', (socket) => {
  socket.on('message', (data) => (socket.id === undefined ? read : route)(socket, data));
  socket.on('close', () => registry.delete(socket.id));
  socket.on('error', () => {});
});
