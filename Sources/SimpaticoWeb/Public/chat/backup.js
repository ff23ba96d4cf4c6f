/**
 * An identity and its contacts as a file, sealed by a passphrase: PBKDF2 with SHA-256 and AES-GCM
 * (NIST SP 800-132, SP 800-38D). What was said is not in it: message numbers are used once.
 */

import { fromBase64, randomBytes, toBase64 } from "./bytes.js";
import { exportedKey, fromPem, identityOf } from "./suite.js";

const FORMAT = "simpatico-backup-1";
const ITERATIONS = 600_000;
const ITERATIONS_AT_MOST = 10_000_000;
/** A file larger than this is none of ours. */
export const BACKUP_CHARACTERS_AT_MOST = 8_000_000;

/** The file is damaged or the passphrase is another one: which of both cannot be told. */
export class BackupError extends Error {
  name = "BackupError";
}

/**
 * @param {string} passphrase
 * @param {Uint8Array} salt
 * @param {number} iterations
 */
async function keyOf(passphrase, salt, iterations) {
  const material = await crypto.subtle.importKey(
    "raw", new TextEncoder().encode(passphrase.normalize("NFC")), "PBKDF2", false, ["deriveKey"]);
  return crypto.subtle.deriveKey({ name: "PBKDF2", hash: "SHA-256", salt, iterations }, material,
    { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/**
 * @param {string} text
 * @param {string} passphrase
 * @returns {Promise<string>} JSON
 */
async function sealText(text, passphrase) {
  const [salt, iv] = [randomBytes(16), randomBytes(12)];
  const key = await keyOf(passphrase, salt, ITERATIONS);
  const sealed = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv }, key, new TextEncoder().encode(text));
  const file = {
    format: FORMAT, iterations: ITERATIONS, salt: toBase64(salt), iv: toBase64(iv),
    data: toBase64(new Uint8Array(sealed)),
  };
  return `${JSON.stringify(file, null, 1)}\n`;
}

/**
 * @param {string} sealed
 * @param {string} passphrase
 */
async function openText(sealed, passphrase) {
  const { format, iterations, salt, iv, data } = JSON.parse(sealed);
  if (format !== FORMAT) throw new Error("another format");
  if (!(iterations >= 1 && iterations <= ITERATIONS_AT_MOST)) throw new Error("iterations");
  const key = await keyOf(passphrase, fromBase64(salt), iterations);
  const opened = await crypto.subtle.decrypt(
    { name: "AES-GCM", iv: fromBase64(iv) }, key, fromBase64(data));
  return new TextDecoder().decode(opened);
}

/**
 * What is saved of people: the person's name, the contacts, and when their numbers were compared.
 * @typedef {{name: string, contacts: any[], compared: Record<string, number>}} Saved
 */

/**
 * For as long as a new key can be saved, under any passphrase; from then on it has to be the one of
 * the last file, because only that opens the key once more.
 * @param {import("./suite.js").Identity} identity
 * @param {Saved} people
 * @param {string} passphrase
 * @returns {Promise<{file: string, saved: string}>} and the key as the browser keeps it from now on
 * @throws {BackupError} where the passphrase has to be another one
 */
export async function sealBackup(identity, people, passphrase) {
  const { exportable, saved, publicKeyPem } = identity;
  const isOld = exportable === null && saved !== null;
  const privateKeyPem = isOld ? await openText(saved, passphrase).catch((error) => {
    throw new BackupError(String(error));
  }) : await exportedKey(identity);
  return {
    file: await sealText(JSON.stringify({ privateKeyPem, publicKeyPem, ...people }), passphrase),
    saved: isOld ? saved : await sealText(privateKeyPem, passphrase),
  };
}

/**
 * @param {string} file
 * @param {string} passphrase
 * @returns {Promise<{identity: import("./suite.js").Identity} & Saved>}
 * @throws {BackupError}
 */
export async function openBackup(file, passphrase) {
  try {
    if (file.length > BACKUP_CHARACTERS_AT_MOST) throw new Error("too large");
    const content = JSON.parse(await openText(file, passphrase));
    const identity = await identityOf(
      fromPem("PRIVATE KEY", content.privateKeyPem), fromPem("PUBLIC KEY", content.publicKeyPem));
    identity.saved = await sealText(content.privateKeyPem, passphrase);
    const { name = "", contacts = [], compared = {} } = content;
    return { identity, name: String(name), contacts, compared };
  } catch (error) {
    throw new BackupError(String(error));
  }
}
