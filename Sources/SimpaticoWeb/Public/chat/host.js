/**
 * The host of the core's party, as `PartyHost` is natively: it takes one input after another, keeps
 * what came of it, and only then performs the effects. It decides nothing about the protocol.
 */

import { randomBytes, toBase64URL, toHex } from "./bytes.js";
import { Sockets } from "./sockets.js";
import { Timers } from "./timers.js";

/** The journal may grow to this, or to the size of the last snapshot, before the next one. */
const SNAPSHOT_CHARACTERS = 100_000;

/** @param {unknown} snapshot */
const dueAfter = (snapshot) => Math.max(SNAPSHOT_CHARACTERS, JSON.stringify(snapshot).length);

/** Something could not be kept, or the core broke: the host does nothing any more. */
export class HostStopped extends Error {
  name = "HostStopped";
}

/**
 * @typedef {object} Change
 * @property {number} branch
 * @property {string} kind home, connection, conversation or invitation
 * @property {string} [contact]
 * @property {string[]} [messages] the places of the messages that are new or different
 */

/**
 * @typedef {object} HostParts
 * @property {{call: (command: any) => any}} core
 * @property {import("./storage.js").Storage} storage
 * @property {import("./suite.js").Suite} suite
 * @property {(changes: Change[]) => void} changed
 * @property {(error: Error) => void} failed
 * @property {() => number} [now]
 * @property {(url: string) => WebSocket} [makeSocket]
 */

export class Host {
  #parts;
  #sockets;
  #timers;
  /** @type {Promise<unknown>} */
  #last = Promise.resolve();
  /** @type {Error | null} */
  #failure = null;
  #hasFailed = false;
  #grown = 0;
  /** The journal is compacted when it has grown to this. */
  #due = SNAPSHOT_CHARACTERS;

  /** @param {HostParts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.#sockets = new Sockets({
      tell: (branch, message) => this.#answer(branch, message),
      frame: (branch, text) => this.#quietly({ command: "frame", branch, text }),
      violation: (branch, reason) => this.#quietly({ command: "violation", branch, reason }),
      end: (branch) => this.#quietly({ command: "end", branch }),
    }, parts.makeSocket);
    this.#timers = new Timers((id, branch) => (
      this.#answer(branch, { handler: "elapsed", request: id })));
  }

  /**
   * Begins, or takes back what was kept.
   * @param {import("./storage.js").Kept} kept
   * @param {string} name how the person is called, in a new home
   */
  open(kept, name) {
    const { snapshot, journal, secrets } = kept;
    const { publicKeyPem, publicKeySig } = /** @type {import("./suite.js").Identity} */ (
      kept.identity);
    if (snapshot !== null) this.#due = dueAfter(snapshot);
    this.#grown = JSON.stringify(journal).length;
    return this.input({
      command: "open", home: { publicKeyPem, publicKeySig, name }, snapshot, journal, secrets,
    });
  }

  /**
   * Gives the core an input. The answer comes when it is kept and its effects are begun.
   * @param {{command: string} & Record<string, unknown>} command
   * @returns {Promise<{refused?: string, changed: Change[]}>}
   */
  input(command) {
    const next = this.#last.then(() => this.#take(command));
    this.#last = next.catch(() => {});
    return next;
  }

  /**
   * Asks the core for something that changes nothing.
   * @param {{command: string} & Record<string, unknown>} command
   */
  ask(command) {
    return this.#parts.core.call(command);
  }

  /**
   * Stops because of an error, and tells it, but where there was a stop before. Where all that was
   * kept is gone, a write that fails for it may be heard of first.
   * @param {Error} error
   * @returns {Error} why the host has stopped
   */
  fail(error) {
    const explains = this.#hasFailed && error.name === "StorageLost"
      && this.#failure?.name !== error.name;
    if (this.#failure !== null && !explains) return this.#failure;
    this.stop(error);
    this.#hasFailed = true;
    this.#failure = error;
    this.#parts.failed(error);
    return error;
  }

  /** Stops for good; nothing is told to anyone. */
  stop(error = new HostStopped("the host was stopped")) {
    if (this.#failure !== null) return;
    this.#failure = error;
    this.#timers.cancelAll();
    this.#sockets.closeAll();
  }

  /** @param {{command: string} & Record<string, unknown>} command */
  async #take(command) {
    if (this.#failure !== null) throw this.#failure;
    let answer;
    try {
      const at = Math.floor((this.#parts.now ?? Date.now)());
      answer = this.#parts.core.call({ ...command, at, random: toHex(randomBytes(8)) });
      await this.#keep(answer.journal ?? [], answer.secrets ?? {});
    } catch (caught) {
      const error = /** @type {Error} */ (caught);
      if (error.name === "CoreRefusal") throw error;
      // Where all that was kept is gone, something else helps.
      throw this.fail(error.name === "StorageLost" ? error : new HostStopped(String(error)));
    }
    // A stop that came while the write was under way stands.
    if (this.#failure !== null) throw this.#failure;
    for (const effect of answer.effects ?? []) this.#perform(effect);
    if (answer.changed?.length > 0) this.#parts.changed(answer.changed);
    await this.#compactInTime();
    return answer;
  }

  /**
   * @param {unknown[]} journal
   * @param {Record<string, string | null>} secrets
   */
  async #keep(journal, secrets) {
    const { storage } = this.#parts;
    if (journal.length === 0 && Object.keys(secrets).length === 0) return;
    await storage.write(journal, secrets);
    this.#grown += JSON.stringify(journal).length;
  }

  /** A journal that could not be compacted is whole all the same: that is tried again later. */
  async #compactInTime() {
    if (this.#grown < this.#due) return;
    try {
      await this.#compact();
    } catch {
      this.#due = 2 * this.#grown;
    }
  }

  /** Puts what is in the place of all that ever was. */
  async #compact() {
    const { storage, core } = this.#parts;
    const { snapshot } = core.call({ command: "snapshot" });
    await storage.compact(snapshot);
    this.#due = dueAfter(snapshot);
    this.#grown = 0;
  }

  /**
   * What was removed is not to be found in what is kept either. Where that fails, the core asks
   * again when the page is next opened.
   * @param {{id: number, branch: number}} effect
   */
  #forgetHistory({ id, branch }) {
    const done = this.#last.then(() => (this.#failure === null ? this.#compact() : undefined));
    this.#last = done.catch(() => {});
    done.then(() => this.#answer(branch, { handler: "forgotten", request: id }), () => {});
  }

  /** @param {any} effect as in `Effect.swift`, with its branch */
  #perform(effect) {
    switch (effect.effect) {
      case "connect": return this.#sockets.connect(effect);
      case "send": return this.#sockets.send(effect);
      case "close": return this.#sockets.close(effect);
      case "startTimer": return this.#timers.start(effect);
      case "cancelTimer": return this.#timers.cancel(effect._timer);
      case "answer": return this.#answer(effect.branch, effect.message);
      case "seal":
        return this.#cipher(effect, "sealed", this.#parts.suite.seal(effect.clearText, effect.to));
      case "unseal":
        return this.#cipher(effect, "unsealed", this.#parts.suite.unseal(effect.box, effect.from));
      case "makeSecret":
        return this.#answer(effect.branch, {
          handler: "secretMade", request: effect.id, secretName: effect.secretName,
          secret: toBase64URL(randomBytes(16)),
        });
      case "forgetHistory": return this.#forgetHistory(effect);
      default: return undefined;
    }
  }

  /**
   * @param {{id: number, branch: number}} effect
   * @param {string} handler
   * @param {Promise<object>} operation
   */
  async #cipher({ id, branch }, handler, operation) {
    let message;
    try {
      message = { handler, request: id, ...await operation };
    } catch (error) {
      message = { handler: "failed", request: id, reason: String(error) };
    }
    this.#answer(branch, message);
  }

  /**
   * @param {number} branch
   * @param {Record<string, unknown>} message
   */
  #answer(branch, message) {
    this.#quietly({ command: "tell", branch, message });
  }

  /**
   * What nobody waits for.
   * @param {{command: string} & Record<string, unknown>} command
   */
  #quietly(command) {
    // A failure has stopped the host and was told already; a refusal is the core's own business.
    this.input(command).catch(() => {});
  }
}
