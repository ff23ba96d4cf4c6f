/**
 * A universe in a link: what `export` says (seed, settings, edits, the step and its digest, never a
 * secret), packed into the URL's fragment, which browsers do not send to anyone. Pure.
 *
 * `#u=` holds a universe, `#open=` any file that the lab opens: in base64url, packed by raw DEFLATE
 * (RFC 1951) or, for `#open=`, as it is.
 */

const PREFIX = "#u=";
const OPEN_PREFIX = "#open=";
/** What a link may hold when it is unpacked, in bytes. */
const LIMIT = 262_144;
const OPEN_LIMIT = 16_777_216;

/**
 * @param {Record<string, unknown>} document
 * @returns {Promise<string>} with the `#`
 */
export async function packLink(document) {
  const bytes = new TextEncoder().encode(JSON.stringify(document));
  const packed = await through(bytes, new CompressionStream("deflate-raw"));
  let binary = "";
  for (const byte of packed) binary += String.fromCharCode(byte);
  return PREFIX + btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * @param {string} fragment
 * @returns {Promise<Record<string, unknown> | null>} null where the fragment is no link of ours
 * @throws {Error} where it is one, but broken
 */
export async function unpackLink(fragment) {
  if (!fragment.startsWith(PREFIX)) return null;
  return readDocument(await unpack(fragment.slice(PREFIX.length), LIMIT));
}

/**
 * What a fragment asks the core for, or null where it asks for nothing.
 * @param {string} fragment
 * @returns {Promise<{command: string} & Record<string, unknown> | null>}
 * @throws {Error} where it is a link of ours, but broken
 */
export async function commandForLink(fragment) {
  if (fragment.startsWith(OPEN_PREFIX)) {
    return commandForFile(await unpack(fragment.slice(OPEN_PREFIX.length), OPEN_LIMIT), "a link");
  }
  const document = await unpackLink(fragment);
  return document === null ? null : { command: "import", document, go: true };
}

/**
 * @param {string} text in base64url
 * @param {number} limit
 */
async function unpack(text, limit) {
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const plain = new TextDecoder().decode(bytes);
    if (isJSON(plain)) return plain;
    return new TextDecoder().decode(
      await through(bytes, new DecompressionStream("deflate-raw"), limit));
  } catch {
    throw new Error("The link is broken: it cannot be unpacked.");
  }
}

/** @param {string} text */
function isJSON(text) {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}

/**
 * @param {string} text
 * @returns {Record<string, unknown>}
 */
export function readDocument(text) {
  let document;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new Error(`This is not JSON: ${error instanceof Error ? error.message : error}`);
  }
  if (typeof document !== "object" || document === null) throw new Error("This is no document.");
  return document;
}

/**
 * @param {Uint8Array} bytes
 * @param {CompressionStream | DecompressionStream} stream
 * @param {number} limit
 */
async function through(bytes, stream, limit = OPEN_LIMIT) {
  const writer = stream.writable.getWriter();
  const written = writer.write(/** @type {BufferSource} */ (bytes)).then(() => writer.close());
  written.catch(() => {});
  const reader = stream.readable.getReader();
  const chunks = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > limit) throw new Error("too long");
    chunks.push(value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/**
 * Whether an array holds a journal's entries, as `simpatico export` prints them; else it is a tree
 * in its flat form.
 * @param {any[]} array
 */
function isJournal([first]) {
  return typeof first === "object" && first !== null && typeof first.node === "number"
    && typeof first.branches === "number";
}

/**
 * Trees under the names of their parties, as the tool writes them; the server comes first.
 * @param {Record<string, unknown>} trees
 */
function treesByName(trees) {
  return Object.entries(trees)
    .map(([name, tree]) => ({ name, role: name === "server" ? "server" : "client", tree }))
    .sort((one, two) => Number(two.role === "server") - Number(one.role === "server"));
}

/**
 * What a file holds, by its shape: a universe, or one tree or several that somebody has written
 * down.
 * @param {string} text
 * @param {string} name
 * @returns {{command: string} & Record<string, unknown>}
 */
export function commandForFile(text, name) {
  const document = readDocument(text);
  if (document.simpatico === "universe") return { command: "import", document };
  if (document.simpatico === "recording") {
    const { trees, messages } = document;
    return { command: "open", name: String(document.name ?? name), trees, messages };
  }
  const title = name.replace(/\.json$/i, "");
  const { seed, clients, digest, steps } = document;
  if (typeof seed === "number" && typeof clients === "number" && typeof digest === "string") {
    // What `simpatico simulate` prints: the same seed gives the same world, digest for digest.
    return { command: "import", document: { simpatico: "universe", version: 1, name: title,
      settings: { seed, clients }, edits: [], step: steps ?? 0, digest } };
  }
  if (Array.isArray(document)) {
    return isJournal(document)
      ? { command: "open", name: title, trees: [{ name: title, role: "client",
        recording: document }] }
      : { command: "open", name: title, tree: document };
  }
  const { trees, tree } = document;
  if (Array.isArray(trees)) return { command: "open", name: title, trees };
  if (Array.isArray(tree)) return { command: "open", name: title, tree };
  if (typeof trees === "object" && trees !== null) {
    return { command: "open", name: title, trees: treesByName(trees) };
  }
  throw new Error("This is neither a universe nor a saved tree.");
}
