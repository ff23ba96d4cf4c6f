/** Small pure functions about what people write and read. */

/**
 * @param {string} text
 * @returns {URL | null} null where it is no address
 */
export function addressOf(text) {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

/**
 * A text without the escapes of an address; as it is, where they are wrong.
 * @param {string} text
 */
export function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * A link as it was made: programs that hand one on may escape its fragment.
 * @param {string} link
 */
export function unescaped(link) {
  const [page, ...fragment] = link.split("#");
  return [page, ...fragment.map(decoded)].join("#");
}

/** Dates end so far from 1970, in both directions (ECMA-262, "Time Values and Time Range"). */
const END_MILLISECONDS = 8.64e15;

/**
 * A moment as a date. Others say when they wrote, and may say anything: what is beyond all dates is
 * the last or the first one.
 * @param {number} at
 */
export const dateOf = (at) => (
  new Date(Math.max(-END_MILLISECONDS, Math.min(at, END_MILLISECONDS)) || 0));

/**
 * The day of a moment, as a key.
 * @param {number} at
 */
export const dayOf = (at) => dateOf(at).toDateString();

/** @param {number} at */
export const timeName = (at) => dateOf(at).toLocaleTimeString([], {
  hour: "numeric", minute: "2-digit",
});

/**
 * When something was, as short as can be.
 * @param {number} at
 * @param {number} now
 */
export function shortTime(at, now) {
  if (dayOf(at) === dayOf(now)) return timeName(at);
  const isRecent = now - at < 6 * 86_400_000 && now > at;
  return dateOf(at).toLocaleDateString([], isRecent ? { weekday: "short" }
    : { day: "numeric", month: "short" });
}

