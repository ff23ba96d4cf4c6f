/**
 * What outlasts the page: the identity, the journal with its snapshot, the secrets, and marks.
 *
 * Everything that one step of the core gives is written in one transaction, before anything is told
 * to the outside.
 */

const VERSION = 1;
const NAMES = ["kept", "journal", "secrets"];

/**
 * @typedef {object} Kept
 * @property {import("./suite.js").Identity | null} identity
 * @property {unknown} snapshot
 * @property {unknown[]} journal
 * @property {Record<string, string>} secrets
 * @property {Record<string, any>} marks what the page notes for itself
 */

/**
 * @typedef {object} Storage
 * @property {boolean} isLasting
 * @property {() => Promise<Kept>} read
 * @property {(journal: unknown[], secrets: Record<string, string | null>) => Promise<void>} write
 * @property {(snapshot: unknown) => Promise<void>} compact puts a snapshot in the journal's place
 * @property {(name: string, value: unknown) => Promise<void>} mark null removes
 * @property {(kept: Partial<Kept>) => Promise<void>} replace forgets all but this
 * @property {() => Promise<void>} forget all of it; there is no way on
 */

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
const result = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

/**
 * @param {IDBTransaction} transaction
 * @returns {Promise<void>}
 */
const done = (transaction) => new Promise((resolve, reject) => {
  transaction.oncomplete = () => resolve();
  transaction.onabort = () => reject(transaction.error ?? new Error("the write was undone"));
});

/** @implements {Storage} */
export class DatabaseStorage {
  isLasting = true;
  #database;
  /** Drawn by whoever opened the database last; all others may write no more. */
  #turn = crypto.randomUUID();

  /** @param {IDBDatabase} database */
  constructor(database) {
    this.#database = database;
    // Another tab that forgets everything must not wait for this one.
    database.onversionchange = () => database.close();
  }

  /**
   * @param {string} name
   * @throws {unknown} where the browser refuses
   */
  static async open(name) {
    const request = indexedDB.open(name, VERSION);
    request.onupgradeneeded = () => {
      for (const store of NAMES) {
        request.result.createObjectStore(store, { autoIncrement: store === "journal" });
      }
    };
    const storage = new DatabaseStorage(await result(request));
    const transaction = storage.#database.transaction(NAMES, "readwrite");
    transaction.objectStore("kept").put(storage.#turn, "turn");
    await done(transaction);
    return storage;
  }

  async read() {
    const transaction = this.#database.transaction(NAMES);
    const [kept, journal, secrets] = NAMES.map((name) => transaction.objectStore(name));
    const [names, values, entries, secretNames, secretValues] = await Promise.all([
      result(kept.getAllKeys()), result(kept.getAll()), result(journal.getAll()),
      result(secrets.getAllKeys()), result(secrets.getAll()),
    ]);
    const { identity = null, snapshot = null, turn: _, ...marks } = Object.fromEntries(
      names.map((name, at) => [name, values[at]]));
    return {
      identity, snapshot, marks, journal: entries,
      secrets: Object.fromEntries(secretNames.map((name, at) => [name, secretValues[at]])),
    };
  }

  /**
   * @param {unknown[]} journal
   * @param {Record<string, string | null>} secrets
   */
  async write(journal, secrets) {
    const transaction = this.#change();
    for (const entry of journal) transaction.objectStore("journal").add(entry);
    for (const [name, secret] of Object.entries(secrets)) {
      put(transaction.objectStore("secrets"), name, secret);
    }
    await done(transaction);
  }

  /** @param {unknown} snapshot */
  async compact(snapshot) {
    const transaction = this.#change();
    transaction.objectStore("kept").put(snapshot, "snapshot");
    transaction.objectStore("journal").clear();
    await done(transaction);
  }

  /**
   * @param {string} name
   * @param {unknown} value
   */
  async mark(name, value) {
    const transaction = this.#change();
    put(transaction.objectStore("kept"), name, value);
    await done(transaction);
  }

  /** @param {Partial<Kept>} kept */
  async replace({ identity = null, marks = {} }) {
    const transaction = this.#change();
    for (const name of NAMES) transaction.objectStore(name).clear();
    for (const [name, value] of Object.entries({ ...marks, identity, turn: this.#turn })) {
      put(transaction.objectStore("kept"), name, value);
    }
    await done(transaction);
  }

  forget() {
    this.#database.close();
    return deleteDatabase(this.#database.name);
  }

  /** A transaction that is undone where another tab has opened the database since. */
  #change() {
    const transaction = this.#database.transaction(NAMES, "readwrite", { durability: "strict" });
    const turn = transaction.objectStore("kept").get("turn");
    turn.onsuccess = () => {
      if (turn.result !== this.#turn) transaction.abort();
    };
    return transaction;
  }
}

/**
 * @param {IDBObjectStore} store
 * @param {string} name
 * @param {unknown} value
 */
function put(store, name, value) {
  if (value === null) store.delete(name);
  else store.put(value, name);
}

/**
 * For a browser that keeps nothing: all is forgotten with the page.
 * @implements {Storage}
 */
export class MemoryStorage {
  isLasting = false;
  /** @type {Kept} */
  #kept = { identity: null, snapshot: null, journal: [], secrets: {}, marks: {} };

  async read() {
    return structuredClone(this.#kept);
  }

  /**
   * @param {unknown[]} journal
   * @param {Record<string, string | null>} secrets
   */
  async write(journal, secrets) {
    this.#kept.journal.push(...journal);
    for (const [name, secret] of Object.entries(secrets)) {
      if (secret === null) delete this.#kept.secrets[name];
      else this.#kept.secrets[name] = secret;
    }
  }

  /** @param {unknown} snapshot */
  async compact(snapshot) {
    Object.assign(this.#kept, { snapshot, journal: [] });
  }

  /**
   * @param {string} name
   * @param {unknown} value
   */
  async mark(name, value) {
    if (name === "identity") this.#kept.identity = /** @type {any} */ (value);
    else if (value === null) delete this.#kept.marks[name];
    else this.#kept.marks[name] = value;
  }

  /** @param {Partial<Kept>} kept */
  async replace({ identity = null, marks = {} }) {
    this.#kept = { identity, snapshot: null, journal: [], secrets: {}, marks };
  }

  async forget() {
    await this.replace({});
  }
}

/**
 * Deletes the database of a name, whatever is in it.
 * @param {string} name
 */
export async function deleteDatabase(name) {
  await result(indexedDB.deleteDatabase(name));
}

/**
 * The browser's database, or memory where it refuses one.
 * @param {string} name
 * @returns {Promise<Storage>}
 */
export async function openStorage(name) {
  let storage;
  try {
    storage = await DatabaseStorage.open(name);
  } catch {
    return new MemoryStorage();
  }
  storage.isLasting = !await isPrivateWindow();
  return storage;
}

/**
 * Private windows of Firefox and Safari have a database that goes with the window, and tell
 * themselves by refusing files. Those of Chromium cannot be told from others.
 */
async function isPrivateWindow() {
  try {
    await navigator.storage?.getDirectory?.();
    return false;
  } catch {
    return true;
  }
}
