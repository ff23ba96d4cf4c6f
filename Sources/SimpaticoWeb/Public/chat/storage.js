/**
 * What outlasts the page: the identity, the journal with its snapshot, the secrets, and marks.
 *
 * Everything that one step of the core gives is written in one transaction, before anything is told
 * to the outside.
 */

const VERSION = 1;
const NAMES = ["kept", "journal", "secrets"];
/** What browsers answer who let a page keep nothing: by a setting, or in a private window. */
const REFUSALS = new Set(["SecurityError", "InvalidStateError"]);

/** What is kept could not be opened: whoever went on without it would be somebody else. */
export class StorageError extends Error {
  name = "StorageError";
}

/** What was kept is gone while it was open: the browser's data was cleared, or the disk failed. */
export class StorageLost extends Error {
  name = "StorageLost";
  message = "the browser has closed the database";
}

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
 * @property {Promise<StorageLost>} lost for what is kept that goes while it is open
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
 * Of a transaction whose database the browser closes, nothing more is heard.
 * @param {IDBTransaction} transaction
 * @returns {Promise<void>}
 */
const done = (transaction) => new Promise((resolve, reject) => {
  const { db } = transaction;
  const closed = () => reject(new StorageLost());
  db.addEventListener("close", closed);
  transaction.oncomplete = () => {
    db.removeEventListener("close", closed);
    resolve();
  };
  transaction.onabort = () => {
    db.removeEventListener("close", closed);
    reject(transaction.error ?? new Error("the write was undone"));
  };
});

/** @implements {Storage} */
export class DatabaseStorage {
  isLasting = true;
  lost;
  #database;
  /** Drawn by whoever opened the database last; all others may write no more. */
  #turn = crypto.randomUUID();

  /** @param {IDBDatabase} database */
  constructor(database) {
    this.#database = database;
    // Another tab that forgets everything must not wait for this one.
    database.onversionchange = () => database.close();
    /** @type {Promise<StorageLost>} */
    this.lost = new Promise((resolve) => {
      database.onclose = () => resolve(new StorageLost());
    });
  }

  /** From now on only this one may write. */
  async begin() {
    const transaction = this.#database.transaction(NAMES, "readwrite");
    transaction.objectStore("kept").put(this.#turn, "turn");
    await done(transaction);
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

  /**
   * Whoever opens the database next has the turn: what was begun before comes too late.
   * @param {Partial<Kept>} kept
   */
  async replace({ identity = null, marks = {} }) {
    const transaction = this.#change();
    for (const name of NAMES) transaction.objectStore(name).clear();
    for (const [name, value] of Object.entries({ ...marks, identity })) {
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
  /** @type {Promise<StorageLost>} */
  lost = new Promise(() => {});
  #name;
  /** @type {Kept} */
  #kept = { identity: null, snapshot: null, journal: [], secrets: {}, marks: {} };

  /** @param {string} [name] of the database that the browser refuses */
  constructor(name = "") {
    this.#name = name;
  }

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
    await deleteDatabase(this.#name);
  }
}

/**
 * Whether the browser lets this page keep nothing, rather than fails to. Chromium's error for that
 * is the one for all failures, but it refuses the smaller storage with a name.
 * @param {unknown} error
 */
function isRefusal(error) {
  try {
    return REFUSALS.has(/** @type {Error} */ (error).name) || !globalThis.indexedDB
      || !globalThis.localStorage;
  } catch {
    return true;
  }
}

/**
 * Deletes the database of a name, whatever is in it.
 * @param {string} name
 */
export async function deleteDatabase(name) {
  try {
    await result(indexedDB.deleteDatabase(name));
  } catch (error) {
    // What is refused holds nothing of ours.
    if (!isRefusal(error)) throw error;
  }
}

/** @param {string} name */
function openDatabase(name) {
  const request = indexedDB.open(name, VERSION);
  request.onupgradeneeded = () => {
    for (const store of NAMES) {
      request.result.createObjectStore(store, { autoIncrement: store === "journal" });
    }
  };
  return result(request);
}

/**
 * The browser's database, or memory where it refuses one.
 * @param {string} name
 * @returns {Promise<Storage>}
 * @throws {StorageError} where there is one that cannot be opened
 */
export async function openStorage(name) {
  let database;
  try {
    database = await openDatabase(name);
  } catch (error) {
    if (isRefusal(error)) return new MemoryStorage(name);
    throw new StorageError(String(error));
  }
  const storage = new DatabaseStorage(database);
  await opening(() => storage.begin());
  storage.isLasting = !await isPrivateWindow();
  return storage;
}

/**
 * @template T
 * @param {() => Promise<T>} work that has to be done before there is a way on
 * @returns {Promise<T>}
 * @throws {StorageError}
 */
export async function opening(work) {
  try {
    return await work();
  } catch (error) {
    throw new StorageError(String(error));
  }
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
