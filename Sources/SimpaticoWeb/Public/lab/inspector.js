/**
 * Everything about one node: what it is, its value, what changed, cascade, effects and their
 * answers, boxes and who could read them, and the residue with the writer of each field.
 */
import { buttonFor, html, refill } from "./dom.js";
import { glyphDisc } from "./legend.js";
import { partView, plainValue } from "./part-view.js";
import { timeText } from "./times.js";

/** @typedef {import('./contract.js').Place} Place */

/**
 * @typedef {object} InspectorScene
 * @property {boolean} isEditable
 * @property {any} detail
 * @property {{key: string, node: number, label: string}[]} writers
 * @property {import('./session.js').Palette} palette
 * @property {Place | null} pinned
 * @property {(request: Record<string, unknown>) => import('./contract.js').Part | null} ask
 */

export class Inspector {
  #body;
  #handlers;
  #open = new Map();
  #closed = new Set();
  #empty;

  /**
   * @param {HTMLElement} body where the details go; holds what to say when there are none
   * @param {object} handlers
   * @param {(place: Place) => void} handlers.onVisit follows a link to another node
   * @param {(place: Place | null) => void} handlers.onPin
   * @param {(place: Place) => void} handlers.onInsert
   */
  constructor(body, handlers) {
    this.#body = body;
    this.#handlers = handlers;
    this.#empty = [...body.children];
  }

  /** @param {InspectorScene} scene */
  show(scene) {
    const { detail, palette } = scene;
    const isNumber = detail.isPlain || detail.handler === null;
    const glyph = isNumber ? String(detail.node) : palette.glyph(detail.handler);
    const scroll = this.#body.dataset.place === placeText(detail) ? this.#body.scrollTop : 0;
    this.#body.dataset.place = placeText(detail);
    refill(this.#body,
      html("div", { class: "inspector-title" }, glyphDisc(glyph, detail.colour),
        html("h2", { id: "inspector-title", tabindex: "-1" }, detail.label)),
      this.#facts(detail),
      this.#tools(scene),
      this.#section("value", "Value", partView(detail.value, this.#source(scene, "value"))),
      this.#section("changes", this.#changesTitle(detail), changesView(detail),
        detail.changes.length),
      this.#section("cascade", "Cascade", this.#cascade(scene), detail.cascade.length),
      this.#section("effects", "Effects", this.#effects(scene), detail.effects.length),
      ...(detail.boxes.length === 0 ? []
        : [this.#section("boxes", "Sealed boxes", boxesView(detail.boxes), detail.boxes.length)]),
      this.#section("residue", "Residue",
        partView(detail.residue, this.#source(scene, "residue", scene.writers))));
    this.#body.scrollTop = scroll;
  }

  clear() {
    delete this.#body.dataset.place;
    this.#body.replaceChildren(...this.#empty);
  }

  /** Puts the keyboard on the title, from where Tab leads through the details. */
  focus() {
    document.getElementById("inspector-title")?.focus();
  }

  /** @param {any} detail */
  #facts(detail) {
    const facts = html("dl", { class: "facts" });
    const fact = (/** @type {string} */ name, /** @type {Node | string} */ value) => (
      facts.append(html("div", {}, html("dt", {}, name), html("dd", {}, value))));
    fact("party", detail.party);
    fact("node", String(detail.node));
    fact("parent", detail.parent === null ? "none"
      : this.#link(detail, detail.parent, `← ${detail.parent}`, `parent, node ${detail.parent}`));
    fact("time", timeText(detail.at));
    fact("step", String(detail.step));
    return facts;
  }

  /** @param {any} detail @param {number} node @param {string} text @param {string} name */
  #link(detail, node, text, name) {
    return buttonFor(text, (event) => {
      event.preventDefault();
      this.#handlers.onVisit({ universe: detail.universe, party: detail.party, node });
    }, { class: "link-button", "aria-label": name });
  }

  /** @param {InspectorScene} scene */
  #tools({ detail, pinned, isEditable }) {
    const place = { universe: detail.universe, party: detail.party, node: detail.node };
    const isPinned = pinned !== null && placeText(pinned) === placeText(place);
    const pin = buttonFor(isPinned ? "Unpin" : pinned === null ? "Pin" : "Pin this instead",
      () => this.#handlers.onPin(isPinned ? null : place), { id: "pin",
        "aria-pressed": String(isPinned), title: "Compare other nodes with this one (p)" });
    const insert = buttonFor("Insert after …", () => this.#handlers.onInsert(place));
    return html("p", { class: "node-tools" }, pin, ...(isEditable ? [insert] : []));
  }

  /** @param {any} detail */
  #changesTitle({ against, parent, universe, party }) {
    if (against === null || (against.node === parent && against.universe === universe
      && against.party === party)) return "What changed";
    return `Against the pinned ${against.party} ${against.node}`;
  }

  /**
   * @param {InspectorScene} scene
   * @param {string} of
   * @param {InspectorScene['writers']} writers
   * @returns {import('./part-view.js').Source}
   */
  #source({ detail, ask }, of, writers = []) {
    const writerOf = new Map(writers.map((writer) => [writer.key, writer]));
    return {
      of, ask, open: this.#open,
      note: (key) => {
        const writer = writerOf.get(key);
        if (writer === undefined) return null;
        const link = this.#link(detail, writer.node, `${writer.label} ${writer.node}`,
          `${key} was last written by node ${writer.node}, ${writer.label}`);
        link.classList.add("writer");
        return link;
      },
    };
  }

  /**
   * @param {string} key
   * @param {string} title
   * @param {Element} content
   * @param {number} [count]
   */
  #section(key, title, content, count) {
    const summary = html("summary", {}, html("h3", {}, title));
    if (count !== undefined) summary.append(html("span", { class: "count" }, String(count)));
    const section = html("details", { class: "section", "data-section": key,
      open: !this.#closed.has(key) }, summary, content);
    section.addEventListener("toggle", (event) => {
      if (event.target !== section) return;
      if (section.open) this.#closed.delete(key); else this.#closed.add(key);
    });
    return section;
  }

  /** @param {InspectorScene} scene */
  #cascade(scene) {
    const { cascade } = scene.detail;
    if (cascade.length === 0) return none("No other handler ran in this add.");
    return html("ol", { class: "messages" }, ...cascade.map((/** @type {any} */ item,
      /** @type {number} */ index) => html("li", {},
      html("p", { class: "message-name" },
        glyphDisc(scene.palette.glyph(item.handler), item.colour), item.handler),
      partView(without(item.message, ["handler"]), this.#source(scene, "cascade"), [index]))));
  }

  /** @param {InspectorScene} scene */
  #effects(scene) {
    const { detail } = scene;
    if (detail.effects.length === 0) return none("Nothing was asked of the outside.");
    return html("ol", { class: "messages" }, ...detail.effects.map((/** @type {any} */ effect,
      /** @type {number} */ index) => html("li", {},
      html("p", { class: "message-name" }, effect.effect,
        ...effect.answers.map((/** @type {any} */ answer) => this.#link(
          detail, answer.node, `→ ${answer.text} ${answer.node}`,
          `answered by node ${answer.node}, ${answer.text}`))),
      partView(without(effect.request, ["effect", "id"]), this.#source(scene, "effects"),
        [index]))));
  }
}

/** @param {{universe: number, party: string, node: number}} place */
function placeText({ universe, party, node }) {
  return `${universe} ${party} ${node}`;
}

/** @param {string} text */
function none(text) {
  return html("p", { class: "none" }, text);
}

/**
 * @param {import('./contract.js').Part} part
 * @param {string[]} keys that are said elsewhere
 */
function without(part, keys) {
  const entries = (part.entries ?? []).filter(({ key }) => !keys.includes(String(key)));
  return { ...part, entries, count: entries.length };
}

/** @param {any} detail */
function changesView({ changes, moreChanges }) {
  if (changes.length === 0) return none("The residue stayed the same.");
  const list = html("ul", { class: "changes" }, ...changes.map((/** @type {any} */ change) => {
    const [before, after] = [side(change, "before"), side(change, "after")];
    const kind = before !== null ? (after !== null ? "changed" : "gone") : "new";
    const sides = html("div", { class: "change-sides" });
    if (before !== null) sides.append(html("del", {}, before));
    if (before !== null && after !== null) {
      sides.append(html("span", { class: "arrow", role: "img", "aria-label": "became" }, "→"));
    }
    if (after !== null) sides.append(html("ins", {}, after));
    return html("li", {}, html("p", { class: "change-path" }, html("code", {}, change.path),
      html("span", { class: `change-kind change-${kind}` }, kind)), sides);
  }));
  if (moreChanges > 0) list.append(html("li", { class: "none" }, `${moreChanges} more`));
  return list;
}

/** @param {any} change @param {'before' | 'after'} name */
function side(change, name) {
  if (Object.hasOwn(change, `${name}Text`)) {
    return html("span", { class: "json-string" }, change[`${name}Text`]);
  }
  return Object.hasOwn(change, name) ? plainValue(change[name]) : null;
}

/** @param {any[]} boxes */
function boxesView(boxes) {
  return html("ul", { class: "messages" }, ...boxes.map(({ path, from, to, readers, text }) => (
    html("li", {},
      html("p", { class: "message-name" }, html("code", {}, path)),
      html("p", { class: "box-readers" }, `sealed by ${from ?? "nobody known"} for ${
        to ?? "nobody known"}; `, html("strong", {}, readers.length === 0
        ? "nobody here can read it" : `${readers.join(", ")} can read it`)),
      ...(text === undefined || text === null ? [] : [html("p", { class: "box-text" },
        html("code", {}, text))])))));
}
