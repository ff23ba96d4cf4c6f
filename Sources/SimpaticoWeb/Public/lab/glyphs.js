/** One character for each handler: in the circles, in the cascades, in the key. */

/** @typedef {import('./contract.js').HandlerName} HandlerName */

/**
 * Gives every handler a character of its own: the number that its name ends with, else the first
 * letter of its name that is still free, else a capital, so that `register3` is 3 and `connect`
 * and `close` are c and l.
 * @param {HandlerName[]} handlers
 * @returns {Map<string, string>}
 */
export function assignGlyphs(handlers) {
  /** @type {Map<string, string>} */
  const glyphs = new Map();
  const taken = new Set();
  for (const { name } of handlers) {
    const digit = /[0-9]$/.exec(name)?.[0];
    const letters = [...name.toLowerCase()].filter((letter) => /[a-z]/.test(letter));
    const candidates = [
      ...(digit === undefined ? [] : [digit]), ...letters,
      ...letters.map((letter) => letter.toUpperCase()),
    ];
    const glyph = candidates.find((candidate) => !taken.has(candidate)) ?? "?";
    taken.add(glyph);
    glyphs.set(name, glyph);
  }
  return glyphs;
}
