/**
 * The core as Brotli, which relays send as it is: `brotli.mjs write FILE` makes FILE.br, and
 * `brotli.mjs check FILE` fails where FILE.br does not hold FILE. Which bytes an encoder writes is
 * its own affair; what they decode to is not.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";

/** The window is as large as the file needs, and at most what every browser takes. */
const LARGEST_WINDOW_BITS = 24;
/** How many short distances have a code of their own (RFC 7932, 4): the smallest file is kept. */
const DIRECT_DISTANCES = Array.from({ length: 16 }, (_, count) => count);

const [task, path] = process.argv.slice(2);
const plain = readFileSync(path);
const packed = `${path}.br`;

/** @returns {boolean} whether the packed file is there and holds the plain one */
function holds() {
  try {
    return brotliDecompressSync(readFileSync(packed)).equals(plain);
  } catch {
    return false;
  }
}

// A file that holds the same is left as it is, so that another encoder changes nothing.
if (task === "write" && !holds()) {
  const tried = DIRECT_DISTANCES.map((count) => brotliCompressSync(plain, { params: {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_LGWIN]: LARGEST_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
    [constants.BROTLI_PARAM_NDIRECT]: count,
  } }));
  writeFileSync(packed, tried.reduce((one, other) => (other.length < one.length ? other : one)));
}
if (!holds()) {
  console.error(`${packed} does not hold ${path}: run \`make wasm\` and commit it`);
  process.exit(1);
}
console.log(`${packed}: ${readFileSync(packed).length} bytes`);
