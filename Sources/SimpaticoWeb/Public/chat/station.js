/**
 * One desk for all tabs: the tab that holds the lock runs it, the others ask it over a channel and
 * show the same, live. When its tab closes, or does not answer, another one takes over.
 */

const LOCK = "simpatico-chat";
const CHANNEL = "simpatico-chat";
/** A tab that does not answer for so long is asleep or hung. */
const PATIENCE_MILLISECONDS = 4000;
/** Commands that change what an overview tells, but nothing in the core. */
const NOTED = new Set(["mark", "lockIn", "export"]);

/**
 * @typedef {object} StationEvents
 * @property {(changes: import("./host.js").Change[]) => void} changed
 * @property {(isOwner: boolean) => void} role this tab runs the desk now, or does not
 * @property {(error: Error) => void} failed
 * @property {() => void} renewed all is another: begin anew
 */

export class Station {
  #events;
  #openDesk;
  /** @type {import("./desk.js").Desk | null} */
  #desk = null;
  #channel = new BroadcastChannel(CHANNEL);
  #isOwning = false;
  /** @type {Map<string, Record<"heard" | "resolve" | "reject", (value?: any) => void>>} */
  #asked = new Map();
  /** @type {Promise<void>} */
  #ready;
  #becomeReady = () => {};
  #isOver = false;
  /**
   * Why there is no desk.
   * @type {Error | null}
   */
  #failure = null;

  /**
   * @param {(changed: any, failed: any) => Promise<import("./desk.js").Desk>} openDesk
   * @param {StationEvents} events
   */
  constructor(openDesk, events) {
    this.#openDesk = openDesk;
    this.#events = events;
    this.#ready = new Promise((resolve) => { this.#becomeReady = resolve; });
    this.#channel.onmessage = ({ data }) => this.#heard(data);
    this.#enlist();
  }

  get isOwner() {
    return this.#desk !== null;
  }

  /**
   * Performs a command of `Desk`, here or in the tab that runs it.
   * @param {{command: string} & Record<string, any>} command
   * @returns {Promise<any>}
   */
  async perform(command) {
    await this.#ready;
    const desk = this.#desk;
    if (desk !== null) return this.#settled(command, await desk.perform(command));
    if (this.#failure !== null) throw this.#failure;
    return this.#ask(command);
  }

  /**
   * @param {any} command
   * @param {any} value
   */
  #settled(command, value) {
    if (command.command === "forget" || command.command === "import") this.renew();
    else if (NOTED.has(command.command)) this.#tellChanges([]);
    return value;
  }

  #enlist() {
    if (navigator.locks === undefined) this.#own();
    else this.#request({ ifAvailable: true });
  }

  /** @param {LockOptions} options */
  #request(options) {
    navigator.locks.request(LOCK, options, (lock) => {
      if (lock !== null) return this.#hold();
      this.#follow();
      this.#request({});
      return undefined;
    }).catch(() => this.#lose());
  }

  /** Another tab runs the desk. */
  #follow() {
    this.#events.role(false);
    this.#becomeReady();
  }

  /** Runs the desk for as long as the lock is held, which is until the tab closes. */
  async #hold() {
    if (this.#isOver) return;
    this.#isOwning = true;
    await this.#own();
    await new Promise(() => {});
  }

  async #own() {
    try {
      this.#desk = await this.#openDesk(
        (/** @type {any} */ changes) => this.#tellChanges(changes),
        (/** @type {Error} */ error) => this.#fail(error));
    } catch (error) {
      this.#fail(/** @type {Error} */ (error));
      return;
    }
    for (const { reject } of this.#asked.values()) reject(new Error("the other tab was closed"));
    this.#asked.clear();
    this.#becomeReady();
    this.#events.role(true);
    this.#channel.postMessage({ kind: "changed", changes: [] });
  }

  /** Takes the lock from a tab that does not answer. */
  #takeOver() {
    if (this.#desk !== null || this.#isOver) return;
    this.#request({ steal: true });
  }

  /** Another tab took over: this one shows what it does. */
  #lose() {
    this.#desk?.stop();
    this.#desk = null;
    this.#isOwning = false;
    if (this.#isOver) return;
    this.#follow();
    this.#request({});
  }

  /** @param {any} command */
  #ask(command) {
    const id = crypto.randomUUID();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#asked.delete(id);
        reject(new Error("the other tab does not answer"));
        this.#takeOver();
      }, PATIENCE_MILLISECONDS);
      const end = (/** @type {(value: any) => void} */ then) => (/** @type {any} */ value) => {
        clearTimeout(timer);
        then(value);
      };
      const heard = () => clearTimeout(timer);
      this.#asked.set(id, { heard, resolve: end(resolve), reject: end(reject) });
      this.#channel.postMessage({ kind: "ask", id, command });
    });
  }

  /** @param {any} data */
  #heard(data) {
    if (data.kind === "ask" && this.#isOwning) this.#serve(data);
    else if (data.kind === "heard") this.#asked.get(data.id)?.heard();
    else if (data.kind === "answer") {
      const asked = this.#asked.get(data.id);
      this.#asked.delete(data.id);
      if (data.error === undefined) asked?.resolve(data.value);
      else asked?.reject(Object.assign(new Error(data.error), { name: data.name }));
    } else if (data.kind === "changed" && this.#desk === null) this.#events.changed(data.changes);
    else if (data.kind === "renewed") this.#end();
  }

  /** @param {{id: string, command: any}} question */
  async #serve({ id, command }) {
    this.#channel.postMessage({ kind: "heard", id });
    try {
      await this.#ready;
      if (this.#desk === null) throw this.#failure ?? new Error("not started");
      const value = await this.#desk.perform(command);
      this.#channel.postMessage({ kind: "answer", id, value });
      this.#settled(command, value);
    } catch (error) {
      const { name, message } = /** @type {Error} */ (error);
      this.#channel.postMessage({ kind: "answer", id, error: message, name });
    }
  }

  /** @param {import("./host.js").Change[]} changes */
  #tellChanges(changes) {
    this.#channel.postMessage({ kind: "changed", changes });
    this.#events.changed(changes);
  }

  /** @param {Error} error */
  #fail(error) {
    if (this.#desk === null) this.#failure = error;
    this.#becomeReady();
    this.#events.failed(error);
  }

  /** Has all tabs begin anew. */
  renew() {
    this.#channel.postMessage({ kind: "renewed" });
    this.#end();
  }

  #end() {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#desk?.stop();
    this.#events.renewed();
  }
}
