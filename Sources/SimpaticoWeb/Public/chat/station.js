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

/** @typedef {import("./desk.js").Desk} Desk */

/**
 * @typedef {object} StationEvents
 * @property {(changes: import("./host.js").Change[]) => void} changed
 * @property {(isOwner: boolean) => void} role this tab runs the desk now, or does not
 * @property {(error: Error) => void} failed
 * @property {() => void} renewed all is another: begin anew
 */

/**
 * @typedef {object} Question
 * @property {() => void} heard somebody works on it
 * @property {(value: any) => void} resolve
 * @property {(error: Error) => void} reject
 */

export class Station {
  #events;
  #openDesk;
  /** @type {Desk | null} */
  #desk = null;
  #channel = new BroadcastChannel(CHANNEL);
  /**
   * Ends the desk's work; there is one from when the lock is held, before the desk is open.
   * @type {AbortController | null}
   */
  #tenure = null;
  /** @type {Map<string, Question>} */
  #asked = new Map();
  /**
   * Keeps commands waiting until it is known which tab runs the desk, and it is open.
   * @type {Promise<void>}
   */
  #ready;
  /** @type {(opening?: Promise<void>) => void} */
  #becomeReady = () => {};
  #isOver = false;
  /**
   * Why there is no desk.
   * @type {Error | null}
   */
  #failure = null;

  /**
   * @param {(changed: any, failed: any, end: AbortSignal) => Promise<Desk>} openDesk
   * @param {StationEvents} events
   */
  constructor(openDesk, events) {
    this.#openDesk = openDesk;
    this.#events = events;
    this.#ready = new Promise((resolve) => { this.#becomeReady = resolve; });
    this.#channel.onmessage = ({ data }) => this.#heard(data);
    if (navigator.locks === undefined) this.#own();
    else this.#request({ ifAvailable: true });
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

  /**
   * Runs the desk for as long as the lock is held, which is until the tab closes or another one
   * takes it; from then on follows, and waits for it again.
   * @param {LockOptions} options
   */
  async #request(options) {
    let isHeld = false;
    try {
      await navigator.locks.request(LOCK, options, (lock) => {
        isHeld = lock !== null && !this.#isOver;
        return isHeld ? this.#own() : undefined;
      });
    } catch (error) {
      // A browser that may keep nothing has no locks to give either.
      if (!isHeld && /** @type {Error} */ (error).name === "SecurityError") this.#own();
      if (!isHeld) return;
      this.#endTenure();
    }
    if (!this.#isOver) this.#follow();
  }

  /** Another tab runs the desk. */
  #follow() {
    this.#ready = Promise.resolve();
    this.#becomeReady();
    this.#events.role(false);
    this.#request({});
  }

  /** This tab runs the desk, for ever. */
  #own() {
    this.#tenure = new AbortController();
    this.#ready = this.#open(this.#tenure.signal);
    this.#becomeReady(this.#ready);
    // What the tab that ran the desk before was asked, it will not answer.
    this.#channel.postMessage({ kind: "owned" });
    this.#refuseAll("the other tab was closed");
    return new Promise(() => {});
  }

  /** @param {AbortSignal} end */
  async #open(end) {
    try {
      const desk = await this.#openDesk(
        (/** @type {any} */ changes) => this.#tellChanges(changes),
        (/** @type {Error} */ error) => this.#fail(error, end), end);
      if (end.aborted) return;
      this.#desk = desk;
    } catch (error) {
      this.#fail(/** @type {Error} */ (error), end);
      return;
    }
    this.#events.role(true);
    this.#channel.postMessage({ kind: "changed", changes: [] });
  }

  #endTenure() {
    this.#tenure?.abort();
    this.#tenure = this.#desk = this.#failure = null;
  }

  /** @param {any} command */
  #ask(command) {
    const id = crypto.randomUUID();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#takeOver(), PATIENCE_MILLISECONDS);
      const end = (/** @type {(value: any) => void} */ then) => (/** @type {any} */ value) => {
        this.#asked.delete(id);
        clearTimeout(timer);
        then(value);
      };
      const heard = () => clearTimeout(timer);
      this.#asked.set(id, { heard, resolve: end(resolve), reject: end(reject) });
      this.#channel.postMessage({ kind: "ask", id, command });
    });
  }

  /** Takes the lock from a tab that does not answer. */
  #takeOver() {
    this.#refuseAll("the other tab does not answer");
    if (this.#tenure === null && !this.#isOver) this.#request({ steal: true });
  }

  /** @param {string} reason */
  #refuseAll(reason) {
    for (const { reject } of [...this.#asked.values()]) reject(new Error(reason));
  }

  /** @param {any} data */
  #heard(data) {
    const question = this.#asked.get(data.id);
    switch (data.kind) {
      case "ask": return this.#tenure === null ? undefined : this.#serve(data);
      case "heard": return question?.heard();
      case "answer": return data.error === undefined ? question?.resolve(data.value)
        : question?.reject(Object.assign(new Error(data.error), { name: data.name }));
      case "owned": return this.#refuseAll("the other tab was closed");
      case "changed": return this.#desk === null ? this.#events.changed(data.changes) : undefined;
      case "renewed": return this.#end();
      default: return undefined;
    }
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

  /**
   * @param {Error} error
   * @param {AbortSignal} end of the desk that had it, after which it concerns nobody
   */
  #fail(error, end) {
    if (end.aborted) return;
    if (this.#desk === null) this.#failure = error;
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
    this.#endTenure();
    this.#events.renewed();
  }
}
