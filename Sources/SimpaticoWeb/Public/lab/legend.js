/** The key: one entry for each handler, and the marks that all circles share. */
import { html, svg } from "./dom.js";

/** @typedef {import('./contract.js').HandlerName} HandlerName */

/**
 * A circle as the trees draw it, for use in running text.
 * @param {string} glyph
 * @param {number | null} colour null for a plain value
 */
export function glyphDisc(glyph, colour) {
  return svg("svg", {
    class: "disc-icon", viewBox: "0 0 20 20", width: 20, height: 20, "data-colour": colour,
    "aria-hidden": "true",
  }, svg("circle", { class: colour === null ? "disc disc-plain" : "disc", cx: 10, cy: 10,
    r: colour === null ? 7.5 : 9 }),
  svg("text", { class: colour === null ? "glyph glyph-plain" : "glyph", x: 10, y: 10 }, glyph));
}

export class Legend {
  #list;
  #drawn = "";

  /** @param {Element} list the list that holds the entries */
  constructor(list) {
    this.#list = list;
  }

  /**
   * @param {HandlerName[]} handlers
   * @param {Map<string, string>} glyphs
   */
  update(handlers, glyphs) {
    const signature = JSON.stringify(handlers);
    if (signature === this.#drawn) return;
    this.#drawn = signature;
    this.#list.replaceChildren(
      ...handlers.map(({ name, colour }) => (
        html("li", {}, glyphDisc(glyphs.get(name) ?? "?", colour), name))),
      html("li", {}, glyphDisc("", null), "plain value"),
      html("li", { title: "It asked the outside for something" }, effectMark(), "effect"),
      html("li", { title: "Handlers that ran inside the same add, in order" },
        html("span", { class: "legend-cascade", "aria-hidden": "true" }, "abc"),
        "cascade"));
  }
}

function effectMark() {
  return svg("svg", { class: "disc-icon", viewBox: "0 0 20 20", width: 20, height: 20,
    "aria-hidden": "true" },
  svg("circle", { class: "disc disc-sample", cx: 9, cy: 11, r: 7.5 }),
  svg("circle", { class: "effect-mark", cx: 15, cy: 5, r: 3.5 }));
}
