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
export class BackupError extends Error {}

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
 * @param {import("./suite.js").Identity} identity
 * @param {{name: string, contacts: object[]}} people
 * @param {string} passphrase
 * @returns {Promise<string>} the file
 */
export async function sealBackup(identity, people, passphrase) {
  const content = JSON.stringify({
    privateKeyPem: await exportedKey(identity), publicKeyPem: identity.publicKeyPem, ...people,
  });
  const [salt, iv] = [randomBytes(16), randomBytes(12)];
  const key = await keyOf(passphrase, salt, ITERATIONS);
  const sealed = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv }, key, new TextEncoder().encode(content));
  return `${JSON.stringify({
    format: FORMAT, iterations: ITERATIONS, salt: toBase64(salt), iv: toBase64(iv),
    data: toBase64(new Uint8Array(sealed)),
  }, null, 1)}\n`;
}

/**
 * @param {string} file
 * @param {string} passphrase
 * @returns {Promise<{identity: import("./suite.js").Identity, name: string, contacts: object[]}>}
 * @throws {BackupError}
 */
export async function openBackup(file, passphrase) {
  try {
    if (file.length > BACKUP_CHARACTERS_AT_MOST) throw new Error("too large");
    const { format, iterations, salt, iv, data } = JSON.parse(file);
    if (format !== FORMAT) throw new Error("another format");
    if (!(iterations >= 1 && iterations <= ITERATIONS_AT_MOST)) throw new Error("iterations");
    const key = await keyOf(passphrase, fromBase64(salt), iterations);
    const opened = await crypto.subtle.decrypt(
      { name: "AES-GCM", iv: fromBase64(iv) }, key, fromBase64(data));
    const content = JSON.parse(new TextDecoder().decode(opened));
    const identity = await identityOf(
      fromPem("PRIVATE KEY", content.privateKeyPem), fromPem("PUBLIC KEY", content.publicKeyPem));
    return { identity, name: String(content.name ?? ""), contacts: content.contacts ?? [] };
  } catch (error) {
    throw new BackupError(String(error));
  }
}
