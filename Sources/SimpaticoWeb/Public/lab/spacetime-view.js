/**
 * Draws the space-time diagram: what is in sight of it, with what is past in full and what is to
 * come as a shadow. Pressing and dragging moves the cursor, and changes nothing else.
 */
import { assign, html, prefersReducedMotion, svg } from "./dom.js";
import { MomentMark, momentKindOf } from "./moment-mark.js";
import { arrowOf, flagShift, headOf, marksOf, scaleFor, sizeOf, stepAt, stepsInSight, ticksOf, xOf,
  yOf } from "./spacetime-layout.js";
import { tickText, timeText } from "./times.js";
import { Spares, Written } from "./written.js";

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
  #svg = svg("svg", { class: "spacetime", "aria-hidden": "true" });
  #cursor = html("div", { class: "cursor", "aria-hidden": "true" },
    html("span", { class: "cursor-time" }));
  #scroller = html("div", { class: "spacetime-scroller", tabindex: "-1" });
  /** @type {SpacetimeScene | null} */
  #scene = null;
  #scale = scaleFor(600, 1, 1);
  #width = 0;
  #drawn = "";
  #named = "";
  #step = 0;
  /** @type {{message: import('./contract.js').Message, group: SVGGElement}[]} */
  #arrows = [];
  /** @type {MomentMark[]} */
  #marks = [];
  #lines = svg("path", { class: "lane-lines" });
  #edits = svg("g", { class: "interventions" });
  #flights = svg("g", { class: "arrows" });
  #moments = svg("g", {});
  #axis = svg("g", { class: "axis" });
  /** @type {Written[]} */
  #times = [];
  #isWaiting = false;
  /** How far it is scrolled, or is about to be. */
  #left = 0;
  /** Where it is to glide to, once all is drawn. @type {number | null} */
  #glide = null;
  #isScrolled = true;
  #onSeek;
  #onSelect;

  /**
   * @param {(step: number) => void} onSeek
   * @param {(party: string, node: number) => void} onSelect
   */
  constructor(onSeek, onSelect) {
    this.#onSeek = onSeek;
    this.#onSelect = onSelect;
    this.#svg.append(this.#lines, this.#edits, this.#flights, this.#moments, this.#axis);
    this.#canvas.append(this.#svg, this.#cursor);
    this.#scroller.append(html("div", { class: "spacetime-sheet" }, this.#lanes, this.#canvas));
    this.element = html("section", { class: "card spacetime-card",
      "aria-label": "Space-time diagram: a lane for each party, an arrow for each message" },
    this.#scroller);
    this.#scroller.addEventListener("scroll", () => {
      if (this.#scroller.scrollLeft === this.#left) return;
      this.#left = this.#scroller.scrollLeft;
      this.#redrawSoon();
    }, { passive: true });
    this.#canvas.addEventListener("pointerdown", (event) => this.#press(event));
    new ResizeObserver(() => {
      this.#width = this.#scroller.clientWidth - this.#lanes.offsetWidth;
      if (this.#scene !== null) this.update(this.#scene);
      this.applyScroll();
    }).observe(this.#scroller);
  }

  /** @param {SpacetimeScene} scene */
  update(scene) {
    this.#scene = scene;
    if (this.#width === 0) this.#width = this.#scroller.clientWidth - this.#lanes.offsetWidth;
    const { moment } = scene;
    this.#scale = scaleFor(this.#width, moment.steps, moment.counts.length);
    this.#follow(moment.step);
    this.#draw();
  }

  /** Scrolls to what was drawn, once all that changes in a frame has changed. */
  applyScroll() {
    // What is drawn may have grown just now, and is only as wide as that from here on.
    if (this.#glide !== null) this.#scroller.scrollTo({ left: this.#glide, behavior: "smooth" });
    this.#glide = null;
    if (this.#isScrolled) return;
    this.#isScrolled = true;
    this.#scroller.scrollTo({ left: this.#left, behavior: "auto" });
    // It may not go that far, and then no event tells.
    if (this.#scroller.scrollLeft === this.#left) return;
    this.#left = this.#scroller.scrollLeft;
    this.#redrawSoon();
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

  /** Scrolls so that the cursor is in sight. @param {number} step */
  #follow(step) {
    const x = xOf(this.#scale, step);
    const margin = Math.min(FOLLOW_MARGIN, this.#width / 3);
    const isAhead = x + margin > this.#left + this.#width;
    if (!isAhead && x - margin >= this.#left) return;
    const left = Math.max(0, isAhead ? x - this.#width * 0.6 : x - this.#width * 0.4);
    const furthest = Math.max(0, sizeOf(this.#scale).width - this.#width);
    if (Math.min(left, furthest) === this.#left) return;
    const isFar = Math.abs(left - this.#left) > this.#width;
    if (isFar || prefersReducedMotion()) {
      this.#left = Math.min(left, furthest);
      this.#isScrolled = false;
    } else {
      this.#glide = Math.min(left, furthest);
    }
  }

  #draw() {
    const scene = this.#scene;
    if (scene === null) return;
    const { moment } = scene;
    const scale = scaleFor(this.#width, moment.steps, moment.counts.length);
    const { width, height } = sizeOf(scale);
    this.#scale = scale;
    const range = stepsInSight(scale, this.#left, this.#width);
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
    const signature = `${moment.counts.map(({ party }) => party)} ${yOf(this.#scale, 1)}`;
    if (signature === this.#named) return;
    this.#named = signature;
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
    // In the drawing x counts from its own left edge: most of it then stays as it is.
    assign(this.#svg, { width: right - left, height });
    this.#svg.style.transform = `translateX(${left}px)`;
    for (const group of [this.#edits, this.#flights]) {
      assign(group, { transform: `translate(${-left} 0)` });
    }
    const laneOf = new Map(moment.counts.map(({ party }, lane) => [party, lane]));
    const before = from === 0 ? moment.counts.map(() => 0) : session.counts(moment, from - 1);
    const after = session.counts(moment, to);
    const messages = session.messages(moment, from, to);
    const clockAt = new Map();
    const reached = new Set(messages.flatMap(({ to: end }) => (
      end.node === null ? [] : [`${end.party} ${end.node}`])));
    assign(this.#lines, { d: moment.counts.map((_, lane) => (
      `M0 ${yOf(scale, lane)}H${right - left}`)).join("") });
    /** @type {Spares<string, MomentMark>} */
    const spares = new Spares();
    for (const mark of this.#marks) spares.add(mark.kind, mark);
    this.#marks = [];
    moment.counts.forEach(({ party }, lane) => {
      const nodes = session.nodes(moment, party, before[lane], Math.min(after[lane],
        before[lane] + 2000));
      for (const { step, at } of nodes) clockAt.set(step, at);
      palette.meet(nodes);
      for (const { node, x } of marksOf(scale, nodes)) {
        const isLocal = messages.length > 0 && !reached.has(`${party} ${node.node}`);
        let mark = spares.take(momentKindOf(node, isLocal));
        if (mark === undefined) {
          mark = new MomentMark(node, isLocal);
          this.#moments.append(mark.group);
        }
        mark.show(node, party, { x: x - left, y: yOf(scale, lane) }, this.#marks.length,
          node.handler === null ? "" : palette.glyph(node.handler));
        this.#marks.push(mark);
      }
    });
    for (const { group } of spares.rest) group.remove();
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
    this.#drawAxis(ticksOf(scale, range, clockAt), left);
    this.#edits.replaceChildren(...edits
      .filter((step) => step >= from && step <= to + 1)
      .map((step) => svg("g", { transform: `translate(${xOf(scale, step)} 0)` },
        svg("title", {}, "somebody changed what would have happened"),
        svg("line", { y1: 24, y2: height }), svg("path", { d: "M0 21l4 4l-4 4l-4 -4z" }))));
    this.#flights.replaceChildren(...this.#arrows.map(({ group }) => group));
  }

  /** @param {ReturnType<typeof ticksOf>} ticks @param {number} left */
  #drawAxis(ticks, left) {
    for (const { element } of this.#times.splice(ticks.length)) element.remove();
    ticks.forEach(({ x, clock }, index) => {
      const time = this.#times[index] ??= new Written(this.#axis.appendChild(
        svg("text", { y: 16 })));
      time.assign({ x: x - left });
      time.say(tickText(clock));
    });
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
    for (const one of this.#marks) {
      const { node, party } = one;
      const mark = scene.mark?.(party, node.node) ?? null;
      const isSelected = selected?.party === party && selected.node === node.node;
      one.mark(`moment-mark${node.step > moment.step ? " is-future" : ""}${
        node.step === moment.step ? " is-now" : ""}${isSelected ? " is-selected" : ""}${
        mark === null ? "" : ` mark-${mark}`}`);
    }
    // It glides over a step or two; what is dragged is to be under the hand.
    this.#cursor.classList.toggle("is-far", Math.abs(moment.step - this.#step) > 2);
    this.#step = moment.step;
    this.#cursor.style.transform = `translateX(${xOf(this.#scale, moment.step)}px)`;
    const time = this.#cursor.firstElementChild;
    const text = timeText(moment.clock);
    if (!(time instanceof HTMLElement)) return;
    if (time.textContent !== text) time.textContent = text;
    const right = Math.max(sizeOf(this.#scale).width, this.#width);
    const shift = flagShift(xOf(this.#scale, moment.step), text, right);
    time.style.setProperty("--shift", `${shift}px`);
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
