/** Everything about one node: its value, what changed, cascade, effects, residue. */
import { html } from "./dom.js";
import { isContainer, jsonLeaf, jsonView } from "./json-view.js";
import { glyphDisc } from "./legend.js";

/** @typedef {import('./contract.js').NodeDetails} NodeDetails */
/** @typedef {import('./contract.js').Change} Change */

export class Inspector {
  #element;
  #body;
  #onVisit;
  /** @type {import('./json-view.js').OpenPaths} */
  #open = new Map();
  #closedSections = new Set();
  #empty;

  /**
   * @param {HTMLElement} element
   * @param {HTMLElement} body where the details go; holds what to say when there are none
   * @param {(node: number) => void} onVisit follows a link to another node of the same party
   */
  constructor(element, body, onVisit) {
    this.#element = element;
    this.#body = body;
    this.#onVisit = onVisit;
    this.#empty = [...body.children];
  }

  get isOpen() {
    return this.#element.dataset.open === "true";
  }

  /**
   * @param {NodeDetails} details
   * @param {string} glyph
   * @param {number | null} colour
   * @param {Map<string, string>} glyphs
   * @param {Map<string, number>} colours
   */
  show(details, glyph, colour, glyphs, colours) {
    const title = html("h2", { id: "inspector-title", tabindex: "-1" }, details.label);
    this.#body.replaceChildren(
      html("div", { class: "inspector-title" }, glyphDisc(glyph, colour), title),
      this.#facts(details),
      this.#section("value", "Value", jsonView(details.value, "value", this.#open)),
      this.#section("changes", "What changed", changesView(details.changes, this.#open),
        details.changes.length),
      this.#section("cascade", "Cascade", this.#messages(
        details.cascade, "cascade", "handler", glyphs, colours,
        "No other handler ran in this add."), details.cascade.length),
      this.#section("effects", "Effects", this.#messages(
        details.effects, "effects", "effect", glyphs, colours,
        "Nothing was asked of the outside."), details.effects.length),
      this.#section("residue", "Residue", jsonView(details.residue, "residue", this.#open)));
    this.#body.scrollTop = 0;
    this.#element.dataset.open = "true";
  }

  close() {
    this.#element.dataset.open = "false";
    this.#body.replaceChildren(...this.#empty);
  }

  /** Where the window is covered by the sheet from; a side panel covers nothing. */
  coveredFrom() {
    const isSheet = getComputedStyle(this.#element).position === "fixed";
    return isSheet ? innerHeight - this.#element.offsetHeight : innerHeight;
  }

  /** Puts the keyboard on the title, from where Tab leads through the details. */
  focus() {
    document.getElementById("inspector-title")?.focus();
  }

  /** @param {NodeDetails} details */
  #facts(details) {
    const facts = html("dl", { class: "facts" });
    const fact = (/** @type {string} */ name, /** @type {Node | string} */ value) => (
      facts.append(html("div", {}, html("dt", {}, name), html("dd", {}, value))));
    fact("party", details.party);
    fact("node", String(details.node));
    const { parent } = details;
    if (parent === null) {
      fact("parent", "none");
    } else {
      const link = html("button", { type: "button", class: "link-button",
        "aria-label": `parent, node ${parent}` }, `← ${parent}`);
      link.addEventListener("click", () => this.#onVisit(parent));
      fact("parent", link);
    }
    fact("time", `${details.at} ms`);
    fact("step", String(details.step));
    return facts;
  }

  /**
   * @param {string} key
   * @param {string} title
   * @param {Element} content
   * @param {number} [count]
   */
  #section(key, title, content, count) {
    const heading = html("h3", {}, title);
    const summary = html("summary", {}, heading);
    if (count !== undefined) summary.append(html("span", { class: "count" }, String(count)));
    const section = html("details", { class: "section", "data-section": key,
      open: !this.#closedSections.has(key) }, summary, content);
    section.addEventListener("toggle", (event) => {
      if (event.target !== section) return;
      if (section.open) this.#closedSections.delete(key); else this.#closedSections.add(key);
    });
    return section;
  }

  /**
   * @param {Record<string, unknown>[]} messages
   * @param {string} path
   * @param {string} nameKey
   * @param {Map<string, string>} glyphs
   * @param {Map<string, number>} colours
   * @param {string} none
   */
  #messages(messages, path, nameKey, glyphs, colours, none) {
    if (messages.length === 0) return html("p", { class: "none" }, none);
    return html("ol", { class: "messages" }, ...messages.map((message, index) => {
      const { [nameKey]: name, ...rest } = message;
      const label = typeof name === "string" ? name : "value";
      const head = html("p", { class: "message-name" });
      if (nameKey === "handler") {
        head.append(glyphDisc(glyphs.get(label) ?? "", colours.get(label) ?? null));
      }
      head.append(label);
      const item = html("li", {}, head);
      if (Object.keys(rest).length > 0) {
        item.append(jsonView(rest, `${path}/${label}/${index}`, this.#open));
      }
      return item;
    }));
  }
}

/**
 * @param {Change[]} changes
 * @param {import('./json-view.js').OpenPaths} open
 */
function changesView(changes, open) {
  if (changes.length === 0) return html("p", { class: "none" }, "The residue stayed the same.");
  return html("ul", { class: "changes" }, ...changes.map((change) => {
    const hasBefore = Object.hasOwn(change, "before");
    const hasAfter = Object.hasOwn(change, "after");
    const kind = hasBefore ? (hasAfter ? "changed" : "gone") : "new";
    const sides = html("div", { class: "change-sides" });
    if (hasBefore) sides.append(html("del", {}, changeSide(change, change.before, "before", open)));
    if (hasBefore && hasAfter) {
      sides.append(html("span", { class: "arrow", "aria-label": "became" }, "→"));
    }
    if (hasAfter) sides.append(html("ins", {}, changeSide(change, change.after, "after", open)));
    return html("li", {},
      html("p", { class: "change-path" }, html("code", {}, change.path),
        html("span", { class: `change-kind change-${kind}` }, kind)),
      sides);
  }));
}

/**
 * @param {Change} change
 * @param {unknown} value
 * @param {string} side
 * @param {import('./json-view.js').OpenPaths} open
 */
function changeSide(change, value, side, open) {
  if (/(^|[./])_[^./]*$/.test(change.path)) {
    return html("span", { class: "json-handle" }, "(handle)");
  }
  return isContainer(value) && Object.keys(value).length > 0
    ? jsonView(value, `changes/${change.path}/${side}`, open) : jsonLeaf(value);
}
