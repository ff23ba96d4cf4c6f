/** From a handler's pattern and example to the fields of a form, and back to a message. Pure. */

/**
 * @typedef {object} Field
 * @property {string} key
 * @property {'text' | 'number' | 'flag' | 'json'} kind
 * @property {boolean} isOptional
 * @property {string} hint what the pattern asks for, in words
 * @property {string | boolean} value what it starts out with
 */

/**
 * @param {Record<string, unknown> | null} pattern
 * @param {Record<string, unknown> | null} example
 * @returns {Field[]}
 */
export function fieldsOf(pattern, example) {
  const keys = new Set([...Object.keys(pattern ?? {}), ...Object.keys(example ?? {})]);
  keys.delete("handler");
  return [...keys].filter((key) => !key.startsWith("_")).map((key) => {
    const rule = pattern?.[key];
    const words = Array.isArray(rule) ? rule : [];
    const value = example?.[key];
    const kind = kindOf(words, value);
    return { key, kind, isOptional: words.includes("optional"), hint: hintOf(rule),
      value: valueText(kind, value) };
  });
}

/**
 * @param {unknown[]} words
 * @param {unknown} value
 * @returns {Field['kind']}
 */
function kindOf(words, value) {
  if (words.includes("str") || typeof value === "string") return "text";
  if (words.includes("int") || words.includes("num") || typeof value === "number") return "number";
  if (words.includes("bool") || typeof value === "boolean") return "flag";
  return "json";
}

/** @param {Field['kind']} kind @param {unknown} value */
function valueText(kind, value) {
  if (kind === "flag") return value === true;
  if (value === undefined) return "";
  return kind === "json" ? JSON.stringify(value) : String(value);
}

/** @param {unknown} rule */
function hintOf(rule) {
  if (rule === undefined) return "";
  if (!Array.isArray(rule)) return `must be ${JSON.stringify(rule)}`;
  /** @type {Record<string, string>} */
  const NAMES = { str: "text", num: "number", int: "whole number", bool: "yes or no",
    obj: "object", arr: "array" };
  return rule.map((word, index) => {
    if (word === "between") return `${rule[index + 1]} to ${rule[index + 2]}`;
    if (typeof word === "string") return NAMES[word] ?? word;
    return "";
  }).filter((word) => word !== "").join(", ");
}

/**
 * The message that the fields say. A field that is empty and optional is left out.
 * @param {string} handler
 * @param {Field[]} fields
 * @param {Record<string, string | boolean>} values by key
 * @returns {Record<string, unknown>}
 */
export function messageOf(handler, fields, values) {
  /** @type {Record<string, unknown>} */
  const message = { handler };
  for (const { key, kind, isOptional } of fields) {
    const value = values[key];
    if (kind !== "flag" && value === "" && isOptional) continue;
    message[key] = kind === "number" ? numberOf(value) : kind === "json" ? jsonOf(value) : value;
  }
  return message;
}

/** What is no number stays what it is: the pattern says what is wrong with it. @param {any} text */
function numberOf(text) {
  return text !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}

/** @param {any} text */
function jsonOf(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * Line and column of a byte in a text, from 1, and the place in characters.
 * @param {string} text
 * @param {number} byte
 */
export function placeOfByte(text, byte) {
  let bytes = 0;
  let at = 0;
  for (const character of text) {
    if (bytes >= byte) break;
    bytes += new TextEncoder().encode(character).length;
    at += character.length;
  }
  const lines = text.slice(0, at).split("\n");
  return { at, line: lines.length, column: lines[lines.length - 1].length + 1 };
}
