/** Addresses in what people write: they can be followed, and nothing is fetched before. */

import { h } from "./dom.js";

/** Up to a space, a quotation mark or a change of direction. */
const ADDRESS = /https?:\/\/[^\s<>"\u200e\u200f\u202a-\u202e\u2066-\u2069]+/giu;
/** What ends a sentence rather than an address. */
const END = /[.,;:!?'*_]+$/u;

/**
 * A text with its addresses as links. What is shown is what was written.
 * @param {string} text
 * @returns {(string | HTMLElement)[]}
 */
export function linked(text) {
  const parts = [];
  let from = 0;
  for (const { 0: found, index } of text.matchAll(ADDRESS)) {
    const address = trimmed(found);
    if (!URL.canParse(address)) continue;
    parts.push(text.slice(from, index), link(address));
    from = index + address.length;
  }
  return [...parts, text.slice(from)].filter((part) => part !== "");
}

/** @param {string} found */
function trimmed(found) {
  let address = found.replace(END, "");
  // A bracket belongs to the address where it was opened there.
  while (address.endsWith(")") && address.split("(").length < address.split(")").length) {
    address = address.slice(0, -1).replace(END, "");
  }
  return address;
}

/** @param {string} address */
const link = (address) => h("a", { href: address, target: "_blank", dir: "ltr",
  rel: "noopener noreferrer", title: new URL(address).href }, address);
