/**
 * The glue to the core: one WebAssembly instance, JSON in, JSON out.
 *
 * Two things can go wrong, and they are different. A *refusal* is the core's own answer to a
 * request that makes no sense; nothing is broken. A *trap* leaves the instance inconsistent, so
 * every later call fails until `restart` has made a fresh one from the same compiled module.
 */

/** The file could not be fetched or compiled: the page cannot work without it. */
export class CoreLoadError extends Error {}

/** The instance trapped or answered nonsense, and was thrown away. */
export class CoreTrap extends Error {}

/** The core declined the request and says why. */
export class CoreRefusal extends Error {
  /**
   * @param {string} message
   * @param {string} [kind] a fixed word for the reason
   * @param {string} [at] the place in the request that is wrong, as a path
   */
  constructor(message, kind = "", at = "") {
    super(message);
    this.kind = kind;
    this.at = at;
  }
}

/**
 * @typedef {object} CoreExports
 * @property {WebAssembly.Memory} memory
 * @property {(bytes: number) => number} simpatico_alloc
 * @property {(pointer: number) => void} simpatico_free
 * @property {(pointer: number, length: number) => bigint} simpatico_call
 */

/**
 * Fetches and compiles the module.
 * @param {string} url
 * @returns {Promise<WebAssembly.Module>}
 */
export async function compile(url) {
  if (typeof WebAssembly !== "object") {
    throw new CoreLoadError("This browser has no WebAssembly, or it is switched off.");
  }
  let response;
  try {
    response = await fetch(url);
  } catch {
    throw new CoreLoadError(`${url} could not be reached. Is the relay still running?`);
  }
  if (!response.ok) {
    throw new CoreLoadError(`${url} was answered with HTTP status ${response.status}.`);
  }
  try {
    return await WebAssembly.compile(await response.arrayBuffer());
  } catch (error) {
    throw new CoreLoadError(`${url} is not a WebAssembly module that this browser can run: ${
      error instanceof Error ? error.message : error}`);
  }
}

/**
 * Fetches, compiles and starts the core.
 * @param {string} url
 */
export async function loadCore(url) {
  const module = await compile(url);
  return Core.start(async () => {
    const instance = await WebAssembly.instantiate(module);
    return /** @type {CoreExports} */ (/** @type {unknown} */ (instance.exports));
  });
}

export class Core {
  /** @type {() => Promise<CoreExports>} */
  #instantiate;
  /** @type {CoreExports | null} */
  #exports = null;
  #encoder = new TextEncoder();
  #decoder = new TextDecoder();

  /** @param {() => Promise<CoreExports>} instantiate */
  constructor(instantiate) {
    this.#instantiate = instantiate;
  }

  /**
   * @param {() => Promise<CoreExports>} instantiate makes a fresh instance each time it is called
   */
  static async start(instantiate) {
    const core = new Core(instantiate);
    await core.restart();
    return core;
  }

  /** True after a trap, until `restart`. */
  get isBroken() {
    return this.#exports === null;
  }

  /** Throws the instance away and makes a fresh one; every world is gone. */
  async restart() {
    this.#exports = null;
    try {
      this.#exports = await this.#instantiate();
    } catch (error) {
      throw new CoreLoadError(`The core could not be started: ${
        error instanceof Error ? error.message : error}`);
    }
  }

  /**
   * Sends one request and returns the answer.
   * @param {{command: string} & Record<string, unknown>} request
   * @returns {any} the shape that belongs to the command: see contract.js
   * @throws {CoreRefusal} when the core declines the request
   * @throws {CoreTrap} when the instance broke, now or earlier
   */
  call(request) {
    if (this.#exports === null) throw new CoreTrap("The core stopped earlier and needs a reset.");
    let answer;
    try {
      answer = JSON.parse(this.#exchange(this.#exports, JSON.stringify(request)));
      if (typeof answer !== "object" || answer === null) throw new Error("no answer");
    } catch (error) {
      this.#exports = null;
      throw new CoreTrap(`${request.command}: ${error instanceof Error ? error.message : error}`);
    }
    // An answer that is `ok: false` found fault with a text that it was asked to look at.
    if (typeof answer.error === "string" && answer.ok !== false) {
      throw new CoreRefusal(answer.error, answer.kind, answer.at);
    }
    return answer;
  }

  /**
   * @param {CoreExports} core
   * @param {string} text
   */
  #exchange(core, text) {
    const request = this.#encoder.encode(text);
    const pointer = core.simpatico_alloc(request.length) >>> 0;
    // The view is made anew around every call, because the memory may have grown.
    new Uint8Array(core.memory.buffer, pointer, request.length).set(request);
    const { start, length } = unpack(core.simpatico_call(pointer, request.length));
    core.simpatico_free(pointer);
    return this.#decoder.decode(new Uint8Array(core.memory.buffer, start, length));
  }
}

/**
 * Where an answer lies: its address in the upper half of the number, its length in the lower.
 * WebAssembly hands over 64 bits with a sign, so an address in the upper half of the memory makes
 * the number negative.
 * @param {bigint} answer
 */
export function unpack(answer) {
  const bits = BigInt.asUintN(64, answer);
  return { start: Number(bits >> 32n), length: Number(bits & 0xffffffffn) };
}
