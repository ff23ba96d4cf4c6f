/** Small pure functions about what people write and read, for views that come later. */

import { dateOf, dayOf } from "./text.js";

const encoder = new TextEncoder();

/**
 * The bytes of a text as the core counts them: UTF-8 of its JSON spelling, without the quotes.
 * @param {string} text
 */
export const sizeOf = (text) => encoder.encode(JSON.stringify(text)).length - 2;

/**
 * A text in parts that each fit, broken between words where that can be, and never within what a
 * reader takes for one character.
 * @param {string} text
 * @param {number} limit bytes
 * @returns {string[]}
 */
export function partsOf(text, limit) {
  const parts = [];
  let rest = text.trim();
  while (rest.length > limit || sizeOf(rest) > limit) {
    const at = breakOf(rest, limit);
    parts.push(rest.slice(0, at).trim());
    rest = rest.slice(at).trim();
  }
  return [...parts, rest].filter((each) => each !== "");
}

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/**
 * Where the first part of a text ends that does not fit.
 * @param {string} text
 * @param {number} limit bytes
 */
function breakOf(text, limit) {
  let [fits, isTooMuch] = [0, Math.min(text.length, limit) + 1];
  while (isTooMuch - fits > 1) {
    const middle = (fits + isTooMuch) >> 1;
    if (sizeOf(text.slice(0, middle)) <= limit) fits = middle;
    else isTooMuch = middle;
  }
  const head = text.slice(0, fits);
  const space = Math.max(head.lastIndexOf(" "), head.lastIndexOf("\n")) + 1;
  const at = space > fits / 2 ? space : fits;
  // To segment a long text as a whole takes seconds; a character ends where the next one begins.
  const start = segmenter.segment(text.slice(0, at + 2)).containing(at)?.index ?? at;
  if (start > 0) return start;
  // One character that is longer than a message: at least its code points stay whole.
  return Math.max(1, /[\udc00-\udfff]/.test(text[at]) ? at - 1 : at);
}

const PICTURES_AT_MOST = 3;

/**
 * Whether a text is nothing but a few emoji.
 * @param {string} text
 */
export function isPicture(text) {
  if (text.length > 50 || !/\p{Extended_Pictographic}|\p{Regional_Indicator}/u.test(text)) {
    return false;
  }
  const parts = [...new Intl.Segmenter().segment(text)];
  return parts.length <= PICTURES_AT_MOST && parts.every(({ segment }) => (
    /^(\p{Extended_Pictographic}|\p{Regional_Indicator}{2})/u.test(segment)));
}

/**
 * @param {number} at
 * @param {number} now
 * @param {{today: string, yesterday: string}} words
 */
export function dayName(at, now, words) {
  if (dayOf(at) === dayOf(now)) return words.today;
  // Not every day has 24 hours.
  const before = new Date(now).setDate(new Date(now).getDate() - 1);
  if (dayOf(at) === dayOf(before)) return words.yesterday;
  const isThisYear = dateOf(at).getFullYear() === new Date(now).getFullYear();
  return dateOf(at).toLocaleDateString([], {
    weekday: "long", day: "numeric", month: "long", year: isThisYear ? undefined : "numeric",
  });
}

/** @param {number} at */
export const dayLong = (at) => dateOf(at).toLocaleDateString([], {
  weekday: "long", day: "numeric", month: "long",
});

/** @param {number} at */
export const fullTime = (at) => dateOf(at).toLocaleString([], {
  weekday: "long", day: "numeric", month: "long", hour: "numeric", minute: "2-digit",
});

/**
 * The number that two people compare: sixty digits from both fingerprints, the same for both.
 * @param {string} one
 * @param {string} other
 */
export async function comparedNumber(one, other) {
  const text = `simpatico ${[one, other].sort().join(" ")}`;
  const hash = new Uint8Array(
    await crypto.subtle.digest("SHA-512", new TextEncoder().encode(text)));
  const groups = [];
  for (let group = 0; group < 12; group += 1) {
    const value = hash.slice(5 * group, 5 * group + 5).reduce((sum, byte) => sum * 256 + byte, 0);
    groups.push(String(value % 100_000).padStart(5, "0"));
  }
  return groups;
}

/**
 * A fingerprint in groups, for eyes.
 * @param {string} sig
 */
export const grouped = (sig) => (sig.match(/.{1,4}/g) ?? []).join(" ");
