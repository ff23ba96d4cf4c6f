/**
 * Draws the space-time diagram: what is in sight of it, with what is past in full and what is to
 * come as a shadow. Pressing and dragging moves the cursor, and changes nothing else.
 */
import { assign, html, prefersReducedMotion, svg } from "./dom.js";
import { arrowOf, headOf, marksOf, scaleFor, sizeOf, stepAt, stepsInSight, ticksOf, xOf, yOf,
} from "./spacetime-layout.js";

/** @typedef {import('./contract.js').Moment} Moment */
/** @typedef {import('./contract.js').TreeNode} TreeNode */

/**
 * @typedef {object} SpacetimeScene
 * @property {import('./session.js').Session} session
 * @property {Moment} moment
 * @property {import('./session.js').Palette} palette
 * @property {((party: string, node: number) => string | null) | null} mark
 * @property {{party: string, node: number} | null} selected
 */

const FOLLOW_MARGIN = 90;

export class SpacetimeView {
  #lanes = html("ul", { class: "lanes", "aria-label": "Lanes" });
  #canvas = html("div", { class: "spacetime-canvas" });
  #svg = svg("svg", { class: "spacetime", "aria-hidden": "true", focusable: "false" });
  #cursor = html("div", { class: "cursor", "aria-hidden": "true" },
    html("span", { class: "cursor-time" }));
  #scroller = html("div", { class: "spacetime-scroller", tabindex: "-1" });
  /** @type {SpacetimeScene | null} */
  #scene = null;
  #scale = scaleFor(600, 1, 1);
  #width = 0;
  #drawn = "";
  /** @type {{message: import('./contract.js').Message, group: SVGGElement}[]} */
  #arrows = [];
  /** @type {{node: TreeNode, party: string, group: SVGGElement}[]} */
  #marks = [];
  #isWaiting = false;
  #onSeek;
  #onSelect;

  /**
   * @param {(step: number) => void} onSeek
   * @param {(party: string, node: number) => void} onSelect
   */
  constructor(onSeek, onSelect) {
    this.#onSeek = onSeek;
    this.#onSelect = onSelect;
    this.#canvas.append(this.#svg, this.#cursor);
    this.#scroller.append(html("div", { class: "spacetime-sheet" }, this.#lanes, this.#canvas));
    this.element = html("section", { class: "card spacetime-card",
      "aria-label": "Space-time diagram: a lane for each party, an arrow for each message" },
    this.#scroller);
    this.#scroller.addEventListener("scroll", () => this.#redrawSoon(), { passive: true });
    this.#canvas.addEventListener("pointerdown", (event) => this.#press(event));
    new ResizeObserver(() => {
      this.#width = this.#scroller.clientWidth - this.#lanes.offsetWidth;
      this.#draw();
      this.#follow();
    }).observe(this.#scroller);
  }

  get picture() {
    return this.#svg;
  }

  /** @param {SpacetimeScene} scene */
  update(scene) {
    this.#scene = scene;
    if (this.#width === 0) this.#width = this.#scroller.clientWidth - this.#lanes.offsetWidth;
    this.#draw();
    this.#follow();
  }

  /** @param {PointerEvent} event */
  #press(event) {
    if (event.button !== 0) return;
    const mark = event.target instanceof Element ? event.target.closest("[data-mark]") : null;
    if (mark !== null) {
      const { party, node } = this.#marks[Number(mark.getAttribute("data-mark"))];
      this.#onSelect(party, node.node);
      return;
    }
    const seek = (/** @type {PointerEvent} */ { clientX }) => {
      const { left } = this.#canvas.getBoundingClientRect();
      this.#onSeek(stepAt(this.#scale, clientX - left));
    };
    seek(event);
    if (event.pointerType === "touch") return;
    event.preventDefault();
    this.#canvas.setPointerCapture(event.pointerId);
    this.#canvas.addEventListener("pointermove", seek);
    const stop = () => this.#canvas.removeEventListener("pointermove", seek);
    this.#canvas.addEventListener("lostpointercapture", stop, { once: true });
  }

  #redrawSoon() {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    requestAnimationFrame(() => {
      this.#isWaiting = false;
      if (this.#scroller.isConnected) this.#draw();
    });
  }

  /** Scrolls so that the cursor is in sight. */
  #follow() {
    const scene = this.#scene;
    if (scene === null) return;
    const { scroller } = { scroller: this.#scroller };
    const x = xOf(this.#scale, scene.moment.step);
    const margin = Math.min(FOLLOW_MARGIN, this.#width / 3);
    const isAhead = x + margin > scroller.scrollLeft + this.#width;
    if (!isAhead && x - margin >= scroller.scrollLeft) return;
    const left = isAhead ? x - this.#width * 0.6 : Math.max(0, x - this.#width * 0.4);
    const isFar = Math.abs(left - scroller.scrollLeft) > this.#width;
    scroller.scrollTo({ left, behavior: isFar || prefersReducedMotion() ? "auto" : "smooth" });
    if (isFar) this.#draw();
  }

  #draw() {
    const scene = this.#scene;
    if (scene === null) return;
    const { moment } = scene;
    const scale = scaleFor(this.#width, moment.steps, moment.counts.length);
    const { width, height } = sizeOf(scale);
    this.#scale = scale;
    const range = stepsInSight(scale, this.#scroller.scrollLeft, this.#width);
    const signature = [moment.universe, moment.steps, range, scale.stepWidth,
      scene.mark === null ? "" : "m"].join(" ");
    if (signature !== this.#drawn) {
      this.#drawn = signature;
      this.#canvas.style.width = `${width}px`;
      this.#canvas.style.height = `${height}px`;
      this.#drawLanes(scene);
      this.#drawWindow(scene, range);
    }
    this.#mark(scene);
  }

  /** @param {SpacetimeScene} scene */
  #drawLanes({ moment }) {
    this.#lanes.style.height = `${sizeOf(this.#scale).height}px`;
    this.#lanes.replaceChildren(...moment.counts.map(({ party }, lane) => {
      const item = html("li", {}, party);
      item.style.top = `${yOf(this.#scale, lane) - 10}px`;
      return item;
    }));
  }

  /**
   * @param {SpacetimeScene} scene
   * @param {[number, number]} range
   */
  #drawWindow(scene, range) {
    const { session, moment, palette } = scene;
    const scale = this.#scale;
    const [from, to] = range;
    const [left, right] = [from * scale.stepWidth, (to + 2) * scale.stepWidth];
    const { height } = sizeOf(scale);
    assign(this.#svg, { width: right - left, height,
      viewBox: `${left} 0 ${right - left} ${height}` });
    this.#svg.style.transform = `translateX(${left}px)`;
    const laneOf = new Map(moment.counts.map(({ party }, lane) => [party, lane]));
    const before = from === 0 ? moment.counts.map(() => 0) : session.counts(moment, from - 1);
    const after = session.counts(moment, to);
    const messages = moment.editable ? session.messages(moment, from, to) : [];
    const clockAt = new Map();
    const reached = new Set(messages.flatMap(({ to: end }) => (
      end.node === null ? [] : [`${end.party} ${end.node}`])));
    const lines = svg("g", { class: "lane-lines" }, ...moment.counts.map((_, lane) => (
      svg("line", { x1: left, x2: right, y1: yOf(scale, lane), y2: yOf(scale, lane) }))));
    this.#marks = [];
    const marks = svg("g", {});
    moment.counts.forEach(({ party }, lane) => {
      const nodes = session.nodes(moment, party, before[lane], Math.min(after[lane],
        before[lane] + 2000));
      for (const { step, at } of nodes) clockAt.set(step, at);
      palette.meet(nodes);
      for (const { node, x } of marksOf(scale, nodes)) {
        const isLocal = moment.editable && !reached.has(`${party} ${node.node}`);
        const group = markOf(node, party, isLocal, palette, this.#marks.length);
        assign(group, { transform: `translate(${x} ${yOf(scale, lane)})` });
        this.#marks.push({ node, party, group });
        marks.append(group);
      }
    });
    for (const message of messages) {
      clockAt.set(message.sentStep, message.sentAt);
      if (message.arrivedStep !== null) clockAt.set(message.arrivedStep, message.arrivesAt);
    }
    const edits = session.editSteps(moment);
    this.#arrows = messages.map((message) => ({ message,
      group: svg("g", { "data-message": message.message, "data-colour": message.colour },
        svg("title", {}, titleOf(message)), svg("path", { class: "arrow-line" }),
        svg("path", { class: "arrow-head" }), svg("circle", { class: "rider", r: 4 })) }));
    for (const arrow of this.#arrows) this.#drawArrow(arrow, laneOf, moment.step);
    const axis = svg("g", { class: "axis" }, ...ticksOf(scale, range, clockAt).map((tick) => (
      svg("text", { x: tick.x, y: 16 }, tick.clock.toLocaleString("en")))));
    const interventions = svg("g", { class: "interventions" }, ...edits
      .filter((step) => step >= from && step <= to + 1)
      .map((step) => svg("g", { transform: `translate(${xOf(scale, step)} 0)` },
        svg("title", {}, "somebody changed what would have happened"),
        svg("line", { y1: 24, y2: height }), svg("path", { d: "M0 21l4 4l-4 4l-4 -4z" }))));
    this.#svg.replaceChildren(lines, interventions, svg("g", { class: "arrows" },
      ...this.#arrows.map(({ group }) => group)), marks, axis);
  }

  /** @param {SpacetimeScene} scene */
  #mark(scene) {
    const { moment, selected } = scene;
    const laneOf = new Map(moment.counts.map(({ party }, lane) => [party, lane]));
    for (const arrow of this.#arrows) {
      this.#drawArrow(arrow, laneOf, moment.step);
      const { party, node } = arrow.message.to;
      const mark = node === null ? null : scene.mark?.(party, node) ?? null;
      if (mark !== null) arrow.group.classList.add(`mark-${mark}`);
    }
    for (const { node, party, group } of this.#marks) {
      const mark = scene.mark?.(party, node.node) ?? null;
      const isSelected = selected?.party === party && selected.node === node.node;
      assign(group, { class: `moment-mark${node.step > moment.step ? " is-future" : ""}${
        node.step === moment.step ? " is-now" : ""}${isSelected ? " is-selected" : ""}${
        mark === null ? "" : ` mark-${mark}`}` });
    }
    this.#cursor.style.transform = `translateX(${xOf(this.#scale, moment.step)}px)`;
    const time = this.#cursor.firstElementChild;
    const text = `${moment.clock.toLocaleString("en")} ms`;
    if (time !== null && time.textContent !== text) time.textContent = text;
  }

  /**
   * @param {{message: import('./contract.js').Message, group: SVGGElement}} drawn
   * @param {Map<string, number>} laneOf
   * @param {number} cursor
   */
  #drawArrow({ message, group }, laneOf, cursor) {
    const arrow = arrowOf(this.#scale, message, laneOf, cursor);
    const { x1, y1, x2, y2, rider, flight, isOpen } = arrow;
    assign(group, { class: `message-arrow is-${flight} kind-${message.kind}${
      isOpen ? " is-open" : ""}${message.touched.length > 0 ? " is-touched" : ""}` });
    const [, line, head, dot] = group.children;
    const isLost = message.fate === "lost";
    const { tip, path } = headOf(arrow, isLost || isOpen ? 0 : 12);
    assign(line, { d: `M${x1} ${y1}L${tip.x} ${tip.y}` });
    assign(head, { d: isLost
      ? `M${x2 - 4.5} ${y2 - 4.5}l9 9m0 -9l-9 9` : isOpen ? "" : path,
    class: isLost ? "arrow-cross" : "arrow-head" });
    assign(dot, { cx: rider?.x ?? null, cy: rider?.y ?? null,
      visibility: rider === null ? "hidden" : null });
  }
}

/** @param {import('./contract.js').Message} message */
function titleOf({ text, from, to, sentAt, arrivesAt, fate, touched }) {
  const ends = `${from.party ?? "nobody"} → ${to.party}`;
  const end = fate === "arrived" ? `arrived at ${arrivesAt} ms`
    : fate === "lost" ? `lost at ${arrivesAt} ms` : fate;
  return `${text}, ${ends}, sent at ${sentAt} ms, ${end}${
    touched.length > 0 ? ` (${touched.join(", ")})` : ""}`;
}

/**
 * A node on its lane: round where a message arrived, square where the party itself went on (a
 * timer, a computation).
 * @param {TreeNode} node
 * @param {string} party
 * @param {boolean} isLocal
 * @param {import('./session.js').Palette} palette
 * @param {number} index
 */
function markOf(node, party, isLocal, palette, index) {
  return svg("g", { "data-mark": index, "data-colour": node.colour },
    svg("title", {}, `${party}: ${node.label} at ${node.at} ms`),
    isLocal ? svg("rect", { class: "mark-shape", x: -8, y: -8, width: 16, height: 16, rx: 4 })
      : svg("circle", { class: "mark-shape", r: 9 }),
    svg("text", { class: "glyph" }, node.handler === null ? "" : palette.glyph(node.handler)));
}
