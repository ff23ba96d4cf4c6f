/** One character for each handler: in the circles, in the cascades, in the key. */

/** What is left when a name's own letters are taken. */
const SPARE = [
  ..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
  ..."αβγδεζηθλμξπρστφχψωΓΔΘΛΞΠΣΦΨΩ",
];

/**
 * Gives a handler a character of its own: the number that its name ends with, else the first letter
 * of its name that is still free, else a capital, so that `register3` is 3 and `connect` and
 * `close` are c and l; at last any that is free.
 * @param {string} name
 * @param {Set<string>} taken
 * @returns {string}
 */
export function glyphFor(name, taken) {
  const digit = /[0-9]$/.exec(name)?.[0];
  const letters = [...name.toLowerCase()].filter((letter) => /[a-z]/.test(letter));
  const candidates = [
    ...(digit === undefined ? [] : [digit]), ...letters,
    ...letters.map((letter) => letter.toUpperCase()), ...SPARE,
  ];
  return candidates.find((candidate) => !taken.has(candidate)) ?? "?";
}
