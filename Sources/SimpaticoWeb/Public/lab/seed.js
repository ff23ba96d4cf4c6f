export const SEED_MAXIMUM = 4_294_967_295;

/**
 * Reads a seed typed by a person: a whole number in range, or null.
 * @param {string} text
 */
export function seedOf(text) {
  if (!/^[0-9]{1,10}$/.test(text.trim())) return null;
  const seed = Number(text);
  return seed <= SEED_MAXIMUM ? seed : null;
}
