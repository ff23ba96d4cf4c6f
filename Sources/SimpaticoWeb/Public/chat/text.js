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
 * The day of a moment, as a key.
 * @param {number} at
 */
export const dayOf = (at) => new Date(at).toDateString();

/** @param {number} at */
export const timeName = (at) => new Date(at).toLocaleTimeString([], {
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
  return new Date(at).toLocaleDateString([], isRecent ? { weekday: "short" }
    : { day: "numeric", month: "short" });
}

