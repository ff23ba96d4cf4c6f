/** Addresses in what people write: they can be followed, and nothing is fetched before. */

import { h } from "./dom.js";
import { addressOf } from "./text.js";

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
  for (const { 0: found, index = 0 } of text.matchAll(ADDRESS)) {
    const address = trimmed(found);
    const url = addressOf(address);
    if (url === null) continue;
    parts.push(text.slice(from, index), link(address, url));
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

/** @param {string} address @param {URL} url what it leads to */
const link = (address, url) => h("a", { href: address, target: "_blank", dir: "ltr",
  rel: "noopener noreferrer", title: url.href }, address);
