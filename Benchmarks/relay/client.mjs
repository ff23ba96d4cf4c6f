// A small WebSocket client (RFC 6455) whose socket can be handed over to another program.
import { createHash, randomBytes } from 'node:crypto';
import net from 'node:net';

/**
 * The mask of every frame: not zero, so that every server really unmasks, and always the same, so
 * that frames can be prepared ahead of time. Good on loopback, and nowhere else.
 */
export const MASK = randomBytes(4).map((byte) => byte | 1);

/** A whole frame from a client, masked. */
export function frame(opcode, payload) {
  const length = payload.length;
  const headerLength = length < 126 ? 6 : length < 65536 ? 8 : 14;
  const bytes = Buffer.allocUnsafe(headerLength + length);
  bytes[0] = 0x80 | opcode;
  if (length < 126) {
    bytes[1] = 0x80 | length;
  } else if (length < 65536) {
    bytes[1] = 0x80 | 126;
    bytes.writeUInt16BE(length, 2);
  } else {
    bytes[1] = 0x80 | 127;
    bytes.writeBigUInt64BE(BigInt(length), 2);
  }
  bytes.set(MASK, headerLength - 4);
  for (let index = 0; index < length; index++) {
    bytes[headerLength + index] = payload[index] ^ MASK[index & 3];
  }
  return bytes;
}

/**
 * One connection. `onPayload` gets the payload of each data frame, `onClose` the end and what the
 * server's close frame said.
 */
export class Client {
  index;
  socket = null;
  isOpen = false;
  onPayload = null;
  onClose = null;
  /** Bytes of a frame that is not whole yet. */
  rest = null;
  /** What the server's close frame said. */
  farewell = 'without a close frame';

  constructor(index) {
    this.index = index;
  }

  /** Connects and completes the opening handshake. */
  connect({ port, path, protocol }) {
    return new Promise((resolve, reject) => {
      const key = randomBytes(16).toString('base64');
      const socket = net.connect({ host: '127.0.0.1', port, noDelay: true });
      this.socket = socket;
      socket.once('error', reject);
      socket.on('close', () => {
        this.isOpen = false;
        if (this.onClose) this.onClose(this.farewell);
        else reject(new Error(`the connection was closed ${this.farewell}`));
      });
      socket.write(
        `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\n` +
          `Connection: Upgrade\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n` +
          (protocol ? `Sec-WebSocket-Protocol: ${protocol}\r\n\r\n` : '\r\n'),
      );
      let received = Buffer.alloc(0);
      const readHead = (bytes) => {
        received = Buffer.concat([received, bytes]);
        const end = received.indexOf('\r\n\r\n');
        if (end < 0) return;
        socket.off('data', readHead);
        const problem = whatIsWrong(received.toString('latin1', 0, end), key);
        if (problem) return reject(new Error(problem));
        this.isOpen = true;
        socket.off('error', reject);
        socket.on('error', () => {});
        socket.on('data', (more) => this.take(more));
        resolve();
        const more = received.subarray(end + 4);
        if (more.length > 0) setImmediate(() => this.take(more));
      };
      socket.on('data', readHead);
    });
  }

  /** Takes bytes of frames. */
  take(bytes) {
    const input = this.rest ? Buffer.concat([this.rest, bytes]) : bytes;
    this.rest = null;
    let start = 0;
    while (input.length - start >= 2) {
      const head = headerOf(input, start);
      if (!head || input.length < head.end) break;
      const payload = input.subarray(head.start, head.end);
      if (head.opcode === 9) this.socket.write(frame(10, payload));
      else if (head.opcode === 8) this.end(payload);
      else if (head.opcode !== 10) this.onPayload?.(payload);
      start = head.end;
    }
    if (start < input.length) this.rest = Buffer.from(input.subarray(start));
  }

  /** The server closes; the payload is a code and a reason (RFC 6455 section 5.5.1). */
  end(payload) {
    const code = payload.length < 2 ? 'no code' : payload.readUInt16BE(0);
    this.farewell = `with ${code} ${payload.toString('utf8', 2)}`.trim();
    this.socket.end();
  }

  send(opcode, payload) {
    this.socket.write(frame(opcode, Buffer.from(payload)));
  }
}

/** Where the payload of a server's frame lies; null while the header is not whole. */
function headerOf(input, at) {
  const form = input[at + 1] & 127;
  const length = form === 126 ? 4 : form === 127 ? 10 : 2;
  if (input.length - at < length) return null;
  let payload = form;
  if (form === 126) payload = input.readUInt16BE(at + 2);
  if (form === 127) payload = Number(input.readBigUInt64BE(at + 2));
  return { opcode: input[at] & 15, start: at + length, end: at + length + payload };
}

/** What is wrong with the answer to an upgrade request; null where nothing is. */
function whatIsWrong(head, key) {
  if (!head.startsWith('HTTP/1.1 101')) return `no upgrade: ${head.split('\r\n')[0]}`;
  const text = `${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
  const wanted = createHash('sha1').update(text).digest('base64');
  const accept = /sec-websocket-accept:\s*(\S+)/i.exec(head);
  return accept?.[1] === wanted ? null : 'the wrong Sec-WebSocket-Accept';
}
