/**
 * The classic suite by WebCrypto: ECDH on P-521, AES-256-CBC, SHA-256 (docs/PROTOCOL.md).
 *
 * A box is IV(16) ‖ ciphertext in hexadecimal; its key is the first 32 bytes of the shared secret.
 * Keys are PEM (SPKI, PKCS8); a fingerprint is base64url of the SHA-256 of the SPKI.
 */

import { fromBase64, fromHex, randomBytes, toBase64, toBase64URL, toHex } from "./bytes.js";

const CURVE = { name: "ECDH", namedCurve: "P-521" };
const KEPT_KEYS = 64;

/** For so long a new key can be saved; then it is locked into the browser. */
const OPEN_MILLISECONDS = 7 * 86_400_000;

/**
 * @typedef {object} Identity
 * @property {CryptoKey} privateKey never extractable
 * @property {string} publicKeyPem
 * @property {string} publicKeySig the fingerprint
 * @property {Exportable | null} exportable null where its time is over, or it was locked in
 * @property {string | null} saved the private key, sealed under the passphrase of the file that it
 *   was saved to or came from; null where there is none
 */

/**
 * The private key of a new identity once more, sealed under a key of this browser.
 * @typedef {{key: CryptoKey, iv: Uint8Array, data: ArrayBuffer, until: number}} Exportable
 */

/**
 * @param {string} label
 * @param {Uint8Array} der
 */
export function toPem(label, der) {
  const lines = toBase64(der).match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

/**
 * @param {string} label
 * @param {string} pem
 * @throws {Error} where it is no PEM of this label
 */
export function fromPem(label, pem) {
  const text = pem.trim();
  const [head, foot] = [`-----BEGIN ${label}-----`, `-----END ${label}-----`];
  if (!text.startsWith(head) || !text.endsWith(foot)) throw new Error(`no PEM of a ${label}`);
  return fromBase64(text.slice(head.length, -foot.length).replace(/\s+/g, ""));
}

/**
 * Makes a new identity, which can be saved for some days.
 * @returns {Promise<Identity>}
 */
export async function makeIdentity() {
  const pair = await crypto.subtle.generateKey(CURVE, true, ["deriveBits"]);
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey("pkcs8", pair.privateKey));
  const spki = new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey));
  const key = await crypto.subtle.generateKey(
    { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const iv = randomBytes(12);
  const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, pkcs8);
  const exportable = { key, iv, data, until: Date.now() + OPEN_MILLISECONDS };
  return { ...await identityOf(pkcs8, spki), exportable };
}

/**
 * An identity of keys that are there already.
 * @param {Uint8Array} pkcs8 is overwritten with zeros
 * @param {Uint8Array} spki
 * @returns {Promise<Identity>}
 */
export async function identityOf(pkcs8, spki) {
  const privateKey = await crypto.subtle.importKey("pkcs8", pkcs8, CURVE, false, ["deriveBits"]);
  pkcs8.fill(0);
  return {
    privateKey, exportable: null, saved: null,
    publicKeyPem: toPem("PUBLIC KEY", spki), publicKeySig: await fingerprint(spki),
  };
}

/**
 * The private key of a new identity, as PEM.
 * @param {Identity} identity
 * @throws {Error} where it is locked in
 */
export async function exportedKey({ exportable }) {
  if (exportable === null) throw new Error("the key cannot leave this browser");
  const { key, iv, data } = exportable;
  const pkcs8 = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, data);
  return toPem("PRIVATE KEY", new Uint8Array(pkcs8));
}

/** @param {Uint8Array} spki */
export async function fingerprint(spki) {
  return toBase64URL(new Uint8Array(await crypto.subtle.digest("SHA-256", spki)));
}

/** Seals and opens in the name of one identity. */
export class Suite {
  #privateKey;
  /** @type {Map<string, Promise<{key: CryptoKey, fingerprint: string}>>} */
  #others = new Map();

  /** @param {Identity} identity */
  constructor(identity) {
    this.#privateKey = identity.privateKey;
  }

  /**
   * @param {string} clearText
   * @param {string} publicKeyPem whom it is for
   * @returns {Promise<{box: string, publicKeySig: string}>} with whose key it was sealed
   */
  async seal(clearText, publicKeyPem) {
    const other = await this.#shared(publicKeyPem);
    const iv = randomBytes(16);
    const bytes = new TextEncoder().encode(clearText);
    const sealed = await crypto.subtle.encrypt({ name: "AES-CBC", iv }, other.key, bytes);
    return { box: toHex(iv) + toHex(new Uint8Array(sealed)), publicKeySig: other.fingerprint };
  }

  /**
   * @param {string} box
   * @param {string} publicKeyPem whom it is from
   * @returns {Promise<{clearText: string, publicKeySig: string}>}
   * @throws {Error} where it does not open or is not text
   */
  async unseal(box, publicKeyPem) {
    const other = await this.#shared(publicKeyPem);
    const bytes = fromHex(box);
    const opened = await crypto.subtle.decrypt(
      { name: "AES-CBC", iv: bytes.slice(0, 16) }, other.key, bytes.slice(16));
    const clearText = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(opened);
    return { clearText, publicKeySig: other.fingerprint };
  }

  /**
   * What this identity shares with another; agreed once and kept for a while.
   * @param {string} pem
   */
  #shared(pem) {
    let shared = this.#others.get(pem);
    if (shared === undefined) {
      shared = this.#agree(pem);
      shared.catch(() => this.#others.delete(pem));
      if (this.#others.size >= KEPT_KEYS) this.#others.clear();
      this.#others.set(pem, shared);
    }
    return shared;
  }

  /** @param {string} pem */
  async #agree(pem) {
    const publicKey = await crypto.subtle.importKey(
      "spki", fromPem("PUBLIC KEY", pem), CURVE, true, []);
    const spki = new Uint8Array(await crypto.subtle.exportKey("spki", publicKey));
    const bits = await crypto.subtle.deriveBits(
      { name: "ECDH", public: publicKey }, this.#privateKey, 256);
    const key = await crypto.subtle.importKey(
      "raw", bits, "AES-CBC", false, ["encrypt", "decrypt"]);
    return { key, fingerprint: await fingerprint(spki) };
  }
}
