/** Bytes as text and back: hexadecimal, base64 and base64url (RFC 4648). */

/** @param {Uint8Array} bytes */
export const toHex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");

/**
 * @param {string} text
 * @throws {Error} where it is not hexadecimal
 */
export function fromHex(text) {
  if (text.length % 2 !== 0 || /[^0-9a-fA-F]/.test(text)) throw new Error("not hexadecimal");
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => (
    Number.parseInt(text.slice(2 * i, 2 * i + 2), 16)));
}

/** @param {Uint8Array} bytes */
export function toBase64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return btoa(text);
}

/**
 * @param {string} text
 * @throws {DOMException} where it is not base64
 */
export const fromBase64 = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

/** @param {Uint8Array} bytes without padding, as in fingerprints and links */
export const toBase64URL = (bytes) => toBase64(bytes)
  .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

/** @param {number} count */
export const randomBytes = (count) => crypto.getRandomValues(new Uint8Array(count));
