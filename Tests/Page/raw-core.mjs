// The core for the browser without the page's own glue: bytes in, bytes out, so that a test sees
// every digit and can send what is no JSON at all.
import { readFileSync } from "node:fs";

const file = new URL("../../Sources/SimpaticoWeb/Public/lab/simpatico.wasm", import.meta.url);
const module = new WebAssembly.Module(readFileSync(file));

/** A fresh instance: a function from the bytes of a command to the bytes of its answer. */
export function rawCore() {
  const { exports } = new WebAssembly.Instance(module, {});
  return (bytes) => {
    const pointer = exports.simpatico_alloc(bytes.length);
    new Uint8Array(exports.memory.buffer, pointer, bytes.length).set(bytes);
    const answer = BigInt.asUintN(64, exports.simpatico_call(pointer, bytes.length));
    exports.simpatico_free(pointer);
    const length = Number(answer & 0xffffffffn);
    return new Uint8Array(exports.memory.buffer, Number(answer >> 32n), length).slice();
  };
}
