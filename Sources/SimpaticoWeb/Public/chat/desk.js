/**
 * What one tab does for all: it opens what was kept, runs the host, and answers commands. Views
 * never touch the core or the storage; they ask a desk, in this tab or in another one.
 */

import { coreURL, loadCore } from "./core.js";
import { Host } from "./host.js";
import { opening, openStorage } from "./storage.js";
import { makeIdentity, Suite } from "./suite.js";

const READS = new Set(["view", "messages", "link", "readLink", "qr", "transcript"]);
/** What marks of compared numbers begin with; the contact's fingerprint follows. */
export const COMPARED = "compared:";
const INPUTS = new Set(["tell", "accept"]);

/**
 * What was kept. An identity is made only where there is none.
 * @param {import("./storage.js").Storage} storage
 * @returns {Promise<import("./storage.js").Kept & {identity: import("./suite.js").Identity}>}
 */
async function keptIn(storage) {
  const kept = await opening(() => storage.read());
  if (kept.identity !== null) return { ...kept, identity: kept.identity };
  const identity = await makeIdentity();
  await opening(() => storage.mark("identity", identity));
  return { ...kept, identity };
}

/** The relay's WebSocket, beside its pages. */
const socketURL = () => `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`;

export class Desk {
  #storage;
  #host;
  #identity;
  #marks;
  /** @type {Record<string, {count: number, message: any}>} the newest message of each contact */
  #newest = {};
  #probed = 0;

  /**
   * Opens what was kept, or begins anew, and connects.
   * @param {string} name of the database
   * @param {(changes: import("./host.js").Change[]) => void} changed
   * @param {(error: Error) => void} failed
   * @param {AbortSignal} end of all work, also of the opening; nothing is told to anyone
   */
  static async open(name, changed, failed, end) {
    const [core, storage] = await Promise.all([loadCore(coreURL), openStorage(name)]);
    end.throwIfAborted();
    const kept = await keptIn(storage);
    /** @type {Desk | undefined} */
    let desk;
    const host = new Host({
      core, storage, suite: new Suite(kept.identity), failed,
      changed: (changes) => {
        if (desk !== undefined) desk.#probe();
        changed(changes);
      },
    });
    storage.lost.then((error) => host.fail(error));
    desk = new Desk(storage, host, kept.identity, kept.marks);
    end.throwIfAborted();
    end.addEventListener("abort", () => host.stop());
    await host.open(kept, kept.marks.name ?? "");
    await desk.#meetAgain();
    await desk.#tellHome({ handler: "start", websocketURL: socketURL() });
    return desk;
  }

  /**
   * @param {import("./storage.js").Storage} storage
   * @param {Host} host
   * @param {import("./suite.js").Identity} identity
   * @param {Record<string, any>} marks
   */
  constructor(storage, host, identity, marks) {
    this.#storage = storage;
    this.#host = host;
    this.#identity = identity;
    this.#marks = marks;
  }

  /**
   * Performs one command: of the core, or of this page (`overview`, `home`, `start`, `mark`,
   * `export`, `import`, `lockIn`, `forget`).
   * @param {{command: string} & Record<string, any>} command
   * @returns {Promise<any>}
   */
  async perform(command) {
    if (READS.has(command.command)) return this.#host.ask(command);
    if (INPUTS.has(command.command)) return this.#input(command);
    switch (command.command) {
      case "overview": return this.#overview();
      case "home": return this.#tellHome(command.message);
      case "start": return this.#tellHome({ handler: "start", websocketURL: socketURL() });
      case "mark": return this.#mark(command.name, command.value);
      case "export": return this.#export(command.passphrase);
      case "import": return this.#import(command.file, command.passphrase);
      case "lockIn": return this.#keepKey({ saved: null, exportable: null });
      case "forget":
        this.#host.stop();
        return this.#storage.forget();
      default: throw new Error(`unknown command '${command.command}'`);
    }
  }

  /** @param {{command: string} & Record<string, any>} command */
  #input(command) {
    // Another message is the newest then, and their number tells nothing of it.
    if (command.message?.handler === "deleteMessage") this.#newest = {};
    return this.#host.input(command);
  }

  #overview() {
    this.#lockInTime();
    const view = this.#host.ask({ command: "view" });
    for (const { contact, count = 0 } of view.contacts) {
      const sig = contact.publicKeySig;
      const known = this.#newest[sig];
      // The newest message's phase changes without its number.
      if (known?.count === count && known.message?.own !== true) continue;
      const { messages } = this.#host.ask({ command: "messages", contact: sig, limit: 1 });
      this.#newest[sig] = { count, message: messages[0] ?? null };
    }
    const newest = Object.fromEntries(
      Object.entries(this.#newest).map(([sig, { message }]) => [sig, message]));
    const { exportable, saved } = this.#identity;
    return {
      view, newest, marks: this.#marks, isLasting: this.#storage.isLasting,
      key: { isSaved: saved !== null, openUntil: exportable?.until ?? null },
    };
  }

  /** A new connection is asked for a sign of life at once, which also tells how clocks differ. */
  #probe() {
    const { home } = this.#host.ask({ command: "view" });
    if (home?.session !== "ONLINE" || home.link === this.#probed) return;
    this.#probed = home.link;
    this.#tellHome({ handler: "wake" }).catch(() => {});
  }

  /** @param {Record<string, unknown>} message */
  #tellHome(message) {
    const { home } = this.#host.ask({ command: "view" });
    return this.#host.input({ command: "tell", branch: home.branch, message });
  }

  /**
   * @param {string} name
   * @param {unknown} value
   */
  async #mark(name, value) {
    await this.#storage.mark(name, value);
    if (value === null) delete this.#marks[name];
    else this.#marks[name] = value;
  }

  /** @param {string} passphrase */
  async #export(passphrase) {
    this.#lockInTime();
    const { home, contacts } = this.#host.ask({ command: "view" });
    const compared = Object.fromEntries(Object.entries(this.#marks)
      .filter(([name]) => name.startsWith(COMPARED)));
    const { sealBackup } = await import("./backup.js");
    const { file, saved } = await sealBackup(this.#identity, {
      name: home.name, compared,
      contacts: contacts.filter((/** @type {any} */ each) => each.standing === "KNOWN")
        .map((/** @type {any} */ each) => each.contact),
    }, passphrase);
    // The file is good also where this cannot be kept, and is all the better to have then.
    await this.#keepKey({ saved }).catch(() => {});
    return file;
  }

  /** What can be saved of a key goes when its time is over, also where the page stays open. */
  #lockInTime() {
    const isOver = (this.#identity.exportable?.until ?? Infinity) < Date.now();
    if (isOver) this.#keepKey({ exportable: null }).catch(() => {});
  }

  /** @param {Partial<import("./suite.js").Identity>} change in how the key can be saved */
  #keepKey(change) {
    Object.assign(this.#identity, change);
    return this.#storage.mark("identity", this.#identity);
  }

  /**
   * Forgets what is here for what a backup holds.
   * @param {string} file
   * @param {string} passphrase
   */
  async #import(file, passphrase) {
    const { openBackup } = await import("./backup.js");
    const { identity, name, contacts, compared } = await openBackup(file, passphrase);
    this.#host.stop();
    await this.#storage.replace({ identity, marks: { ...compared, name, arriving: contacts } });
  }

  /** Contacts of a backup begin new conversations: their old numbers are not to be used again. */
  async #meetAgain() {
    for (const contact of this.#marks.arriving ?? []) {
      await this.#tellHome({ handler: "contact", ...contact });
    }
    if (this.#marks.arriving !== undefined) await this.#mark("arriving", null);
  }
}
