/**
 * The glue to the core's chat: one WebAssembly instance, JSON in, JSON out.
 *
 * A *refusal* is the core's own answer to a command that makes no sense; nothing is broken. A
 * *trap* leaves the instance inconsistent, so the page starts anew from what it has kept.
 */

/** The file could not be fetched or compiled: the page cannot work without it. */
export class CoreLoadError extends Error {
  name = "CoreLoadError";
}

/** The instance trapped or answered nonsense. */
export class CoreTrap extends Error {}

/** The core declined the command and says why. */
export class CoreRefusal extends Error {
  name = "CoreRefusal";
}

/**
 * @typedef {object} CoreExports
 * @property {WebAssembly.Memory} memory
 * @property {(bytes: number) => number} simpatico_alloc
 * @property {(pointer: number) => void} simpatico_free
 * @property {(pointer: number, length: number) => bigint} simpatico_call
 */

/** Where the core lies: beside this module, so that both are of one version. */
export const coreURL = new URL("simpatico.wasm", import.meta.url);

/**
 * Fetches, compiles and starts the core.
 * @param {URL} url
 * @returns {Promise<Core>}
 */
export async function loadCore(url) {
  if (typeof WebAssembly !== "object") throw new CoreLoadError("no WebAssembly");
  let response;
  try {
    response = await fetch(url);
  } catch {
    throw new CoreLoadError("the core could not be reached");
  }
  if (!response.ok) throw new CoreLoadError(`HTTP status ${response.status}`);
  try {
    const { instance } = await WebAssembly.instantiate(await response.arrayBuffer());
    return new Core(/** @type {CoreExports} */ (/** @type {unknown} */ (instance.exports)));
  } catch (error) {
    throw new CoreLoadError(String(error));
  }
}

/** How JSON spells half of a surrogate pair: text that was cut within a character has one. */
const HALF = /\\ud[89a-f]/;

/** @param {object} command whose texts become whole, since the core takes no others */
function spelled(command) {
  const text = JSON.stringify(command);
  return !HALF.test(text) ? text : text.replace(
    /\\(?:ud[89a-f]..|.)/g, (escape) => (HALF.test(escape) ? "\\ufffd" : escape));
}

export class Core {
  /** @type {CoreExports | null} */
  #exports;
  #encoder = new TextEncoder();
  #decoder = new TextDecoder();

  /** @param {CoreExports} exports of a fresh instance */
  constructor(exports) {
    this.#exports = exports;
  }

  /**
   * Performs one command of `ChatSession`.
   * @param {{command: string} & Record<string, unknown>} command
   * @returns {any} the shape that belongs to the command
   * @throws {CoreRefusal} when the core declines the command
   * @throws {CoreTrap} when the instance broke, now or earlier
   */
  call(command) {
    const exports = this.#exports;
    if (exports === null) throw new CoreTrap("the core stopped earlier");
    let answer;
    try {
      answer = JSON.parse(this.#exchange(exports, spelled(command)));
    } catch (error) {
      this.#exports = null;
      throw new CoreTrap(`${command.command}: ${error}`);
    }
    if (typeof answer?.error === "string") throw new CoreRefusal(answer.error);
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
    const place = BigInt.asUintN(64, core.simpatico_call(pointer, request.length));
    core.simpatico_free(pointer);
    const start = Number(place >> 32n);
    return this.#decoder.decode(
      new Uint8Array(core.memory.buffer, start, Number(place & 0xffffffffn)));
  }
}
