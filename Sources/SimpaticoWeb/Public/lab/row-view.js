/** A row of a tree as it is drawn. Shapes are used again, and only what differs is written. */
import { svg } from "./dom.js";
import { Written } from "./written.js";

let made = 0;

export class RowView {
  /** Its own, as long as the page is open. */
  name = made++;
  /** The marks of its nodes, by which they are reached. */
  group = svg("g", { role: "group" });
  /** What is drawn of them. */
  art = svg("g", {});
  #written = new Written(this.group);
  /** @type {Map<string, Written>} */
  #drawn = new Map();

  /** @param {string} name for those who hear the page */
  say(name) {
    this.#written.assign({ "aria-label": name });
  }

  /** @param {Map<string, import('./row-art.js').Art>} art */
  draw(art) {
    for (const [name, { element }] of this.#drawn) {
      if (art.has(name)) continue;
      element.remove();
      this.#drawn.delete(name);
    }
    /** @type {Element | null} */
    let below = null;
    for (const [name, { tag, attributes, text, parts }] of art) {
      let drawn = this.#drawn.get(name);
      if (drawn === undefined) {
        drawn = new Written(svg(tag));
        this.#drawn.set(name, drawn);
        if (below === null) this.art.prepend(drawn.element); else below.after(drawn.element);
      }
      below = drawn.element;
      drawn.assign(attributes);
      if (!drawn.differs("text", JSON.stringify([text, parts]))) continue;
      drawn.element.replaceChildren(text, ...parts.map(({ text: part, x, colour }) => (
        svg("tspan", { x, "data-colour": colour }, part))));
    }
  }

  remove() {
    this.group.remove();
    this.art.remove();
  }
}
