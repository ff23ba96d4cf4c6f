/**
 * The WebSockets that the core asks for, by the id of the request.
 *
 * What happens to a socket goes to its branch: `opened`, frames, `errored` and `closed`, and after
 * the last `closed` an end. A socket that was given up says nothing more.
 */

/** A browser waits up to a minute for the other side's close frame; this page does not. */
const CLOSE_PATIENCE_MILLISECONDS = 3000;
const ABNORMAL = 1006;
/** RFC 6455 section 5.5.1: 125 bytes with the code. */
const REASON_BYTES_AT_MOST = 123;

/**
 * @typedef {object} SocketEvents
 * @property {(branch: number, message: Record<string, unknown>) => void} tell
 * @property {(branch: number, text: string) => void} frame
 * @property {(branch: number, reason: string) => void} violation
 * @property {(branch: number) => void} end
 */

/**
 * The code that a page may send: 1000 and 3000 to 4999 (WebSockets Standard, `close`); any other
 * is left out.
 * @param {number} code
 */
export const sendableCode = (code) => (
  code === 1000 || (code >= 3000 && code <= 4999) ? code : undefined);

/** @param {string} reason */
export function sendableReason(reason) {
  let text = reason;
  while (new TextEncoder().encode(text).length > REASON_BYTES_AT_MOST) {
    text = Array.from(text).slice(0, -1).join("");
  }
  return text;
}

export class Sockets {
  /** @type {Map<number, {socket: WebSocket, branch: number, timer?: any}>} */
  #open = new Map();
  #events;
  #make;

  /**
   * @param {SocketEvents} events
   * @param {(url: string) => WebSocket} make
   */
  constructor(events, make = (url) => new WebSocket(url)) {
    this.#events = events;
    this.#make = make;
  }

  /** @param {{id: number, branch: number, url: string}} effect */
  connect({ id, branch, url }) {
    let socket;
    try {
      socket = this.#make(url);
    } catch (error) {
      this.#events.tell(branch, { handler: "errored", message: String(error) });
      this.#finish(branch, ABNORMAL, "never opened");
      return;
    }
    let wasOpen = false;
    this.#open.set(id, { socket, branch });
    socket.onopen = () => {
      wasOpen = true;
      this.#events.tell(branch, { handler: "opened" });
    };
    socket.onmessage = ({ data }) => {
      if (typeof data === "string") this.#events.frame(branch, data);
      else this.#events.violation(branch, "a binary frame");
    };
    socket.onclose = ({ code, reason }) => {
      if (!this.#forget(id)) return;
      if (!wasOpen) {
        this.#events.tell(branch, { handler: "errored", message: "the relay was not reached" });
      }
      this.#finish(branch, code, reason);
    };
  }

  /** @param {{_socket: number, message: unknown}} effect */
  send({ _socket, message }) {
    const entry = this.#open.get(_socket);
    if (entry?.socket.readyState === 1) entry.socket.send(JSON.stringify(message));
  }

  /** @param {{_socket: number, branch: number, code: number, reason: string}} effect */
  close({ _socket, branch, code, reason }) {
    const entry = this.#open.get(_socket);
    if (entry === undefined) return;
    if (entry.socket.readyState === 0) {
      // The party need not wait for what may never come.
      this.#giveUp(_socket);
      this.#finish(branch, ABNORMAL, "never opened");
      return;
    }
    const sent = sendableCode(code);
    if (sent === undefined) entry.socket.close();
    else entry.socket.close(sent, sendableReason(reason));
    entry.timer = setTimeout(() => {
      if (this.#giveUp(_socket)) this.#finish(branch, ABNORMAL, "no answer to the close");
    }, CLOSE_PATIENCE_MILLISECONDS);
  }

  /** Closes all, without a word to the core. */
  closeAll() {
    for (const id of [...this.#open.keys()]) this.#giveUp(id);
  }

  /** @param {number} id */
  #giveUp(id) {
    const socket = this.#open.get(id)?.socket;
    const isKnown = this.#forget(id);
    socket?.close();
    return isKnown;
  }

  /** @param {number} id */
  #forget(id) {
    const entry = this.#open.get(id);
    if (entry === undefined) return false;
    clearTimeout(entry.timer);
    const { socket } = entry;
    socket.onopen = socket.onmessage = socket.onclose = null;
    return this.#open.delete(id);
  }

  /**
   * @param {number} branch
   * @param {number} code
   * @param {string} reason
   */
  #finish(branch, code, reason) {
    this.#events.tell(branch, { handler: "closed", code, reason });
    this.#events.end(branch);
  }
}
