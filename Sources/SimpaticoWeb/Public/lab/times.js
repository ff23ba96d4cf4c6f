/**
 * Times as people read them. A world counts milliseconds from its start; what really happened is
 * told in milliseconds since 1970, and shown as the time of day. Pure but for the time zone.
 */

/** No world lasts that long: 1973, where it is counted since 1970. */
const EARLIEST = 1e11;

/** A whole number as English groups it. @param {number} number */
export const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");

/** @param {number} number @param {number} digits */
const padded = (number, digits) => String(number).padStart(digits, "0");

/** A moment in full: `88 ms`, or `10:00:34.225`. @param {number} milliseconds */
export function timeText(milliseconds) {
  const { value, unit } = timeParts(milliseconds);
  return unit === "" ? value : `${value} ${unit}`;
}

/** A moment and its unit, where it has one. @param {number} milliseconds */
export function timeParts(milliseconds) {
  if (milliseconds < EARLIEST) return { value: grouped(milliseconds), unit: "ms" };
  const date = new Date(milliseconds);
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()];
  return { unit: "",
    value: `${parts.map((part) => padded(part, 2)).join(":")}.${
      padded(date.getMilliseconds(), 3)}` };
}

/** A moment on an axis, where there is little room. @param {number} milliseconds */
export function tickText(milliseconds) {
  const { value, unit } = timeParts(milliseconds);
  // Minutes, seconds and tenths: the hour stands at the cursor.
  return unit === "" ? value.slice(3, -2) : value;
}
