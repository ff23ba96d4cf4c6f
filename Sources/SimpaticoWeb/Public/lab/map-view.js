/**
 * Draws the map of universes: it scrolls, it zooms, and beside a large one a small one shows where
 * one is. Only rows in sight are drawn.
 */
import { assign, buttonFor, html, svg } from "./dom.js";
import { ROW_HEIGHT, lineOf, mapScale, mapX, mapY, rowsInSight, rowsOf } from "./map-layout.js";

/** @typedef {import('./contract.js').MapEntry} MapEntry */

const ZOOMS = [0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5];
const MINIMAP = { width: 132, height: 92 };

export class MapView {
  #svg = svg("svg", { class: "map", role: "presentation" });
  #canvas = html("div", { class: "map-canvas", role: "presentation" });
  #scroller = html("div", { class: "map-scroller", role: "listbox",
    "aria-label": "Map of universes" });
  #mini = svg("svg", { class: "minimap-picture", width: MINIMAP.width, height: MINIMAP.height,
    "aria-hidden": "true" });
  #miniFrame = html("div", { class: "minimap", title: "Press to go there" }, this.#mini);
  #zoomText = html("span", { class: "zoom-text" }, "100 %");
  #zoom = 1;
  /** @type {import('./map-layout.js').MapRow[]} */
  #rows = [];
  #current = 0;
  #step = 0;
  #scale = mapScale([], 600);
  #onOpen;
  #isWaiting = false;

  /**
   * @param {(universe: number) => void} onOpen
   * @param {(universes: number[]) => void} onRemove
   */
  constructor(onOpen, onRemove) {
    this.#onOpen = onOpen;
    const remove = buttonFor("Remove this one", () => onRemove([this.#current]),
      { id: "remove", title: "With all that were forked from it" });
    this.#canvas.append(this.#svg);
    this.#scroller.append(this.#canvas);
    const zoomer = (/** @type {string} */ text, /** @type {string} */ name,
      /** @type {number} */ delta) => buttonFor(text, () => this.#zoomBy(delta),
      { class: "button button-icon button-small", "aria-label": name, title: name });
    this.element = html("section", { class: "card map-card", "aria-label": "Map" },
      html("div", { class: "map-tools" }, html("h3", {}, "Universes"), remove,
        zoomer("−", "Zoom out", -1), this.#zoomText, zoomer("+", "Zoom in", 1)),
      this.#scroller, this.#miniFrame);
    this.#scroller.addEventListener("scroll", () => this.#redrawSoon(), { passive: true });
    this.#scroller.addEventListener("click", (event) => this.#click(event));
    this.#scroller.addEventListener("keydown", (event) => this.#key(event));
    this.#scroller.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      this.#zoomBy(event.deltaY < 0 ? 1 : -1);
    }, { passive: false });
    this.#miniFrame.addEventListener("pointerdown", (event) => this.#goThere(event));
    new ResizeObserver(() => this.#redrawSoon()).observe(this.#scroller);
  }

  /**
   * @param {MapEntry[]} entries
   * @param {number} current
   * @param {number} step the cursor in the current universe
   */
  update(entries, current, step) {
    this.#rows = rowsOf(entries);
    this.#current = current;
    this.#step = step;
    this.#draw();
  }

  /** @param {number} delta */
  #zoomBy(delta) {
    const at = ZOOMS.indexOf(this.#zoom) + delta;
    const zoom = ZOOMS[Math.max(0, Math.min(ZOOMS.length - 1, at))];
    const { scrollTop, scrollLeft, clientHeight, clientWidth } = this.#scroller;
    const ratio = zoom / this.#zoom;
    this.#zoom = zoom;
    this.#zoomText.textContent = `${Math.round(zoom * 100)} %`;
    this.#draw();
    this.#scroller.scrollTo({ top: (scrollTop + clientHeight / 2) * ratio - clientHeight / 2,
      left: (scrollLeft + clientWidth / 2) * ratio - clientWidth / 2 });
  }

  #redrawSoon() {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    requestAnimationFrame(() => {
      this.#isWaiting = false;
      this.#draw();
    });
  }

  #draw() {
    const width = this.#scroller.clientWidth;
    if (width === 0) return;
    const wide = Math.max(420, width);
    this.#scale = mapScale(this.#rows, wide);
    const { height } = this.#scale;
    const zoom = this.#zoom;
    this.#canvas.style.width = `${wide * zoom}px`;
    this.#canvas.style.height = `${height * zoom}px`;
    assign(this.#svg, { width: wide * zoom, height: height * zoom,
      viewBox: `0 0 ${wide} ${height}` });
    const [first, last] = rowsInSight(this.#scroller.scrollTop, this.#scroller.clientHeight,
      this.#rows.length, zoom);
    const focused = document.activeElement?.getAttribute("data-universe");
    const inSight = this.#rows.filter(({ row, parentRow }) => (
      row >= first && (parentRow ?? row) < last));
    this.#svg.replaceChildren(...inSight.map((row) => this.#row(row)));
    if (focused !== undefined && focused !== null) {
      /** @type {SVGElement | null} */ (
        this.#svg.querySelector(`[data-universe="${focused}"]`))?.focus({ preventScroll: true });
    }
    this.#drawMini();
  }

  /** @param {import('./map-layout.js').MapRow} row */
  #row(row) {
    const { entry } = row;
    const isCurrent = entry.universe === this.#current;
    const [end, y] = [mapX(this.#scale, Math.max(entry.steps, row.from)), mapY(row.row)];
    const name = entry.text || entry.name;
    const parts = [svg("title", {}, `${name}: ${entry.end}`),
      svg("rect", { class: "map-hit", x: 0, y: y - ROW_HEIGHT / 2, width: 4000,
        height: ROW_HEIGHT }),
      svg("path", { class: "map-line", d: lineOf(this.#scale, row) }),
      svg("circle", { class: "map-end", cx: Math.max(end, mapX(this.#scale, row.from) + 12), cy: y,
        r: isCurrent ? 6 : 4.5 }),
      svg("text", { class: "map-name", x: Math.max(end, mapX(this.#scale, row.from) + 12) + 12,
        y }, shorten(name))];
    if (isCurrent) {
      parts.push(svg("circle", { class: "map-cursor", cy: y, r: 4,
        cx: mapX(this.#scale, Math.max(this.#step, row.from)) }));
    }
    return svg("g", { class: "map-row", role: "option", "data-universe": entry.universe,
      "data-end": entry.end, "aria-selected": String(isCurrent), tabindex: isCurrent ? 0 : -1,
      "aria-label": `universe ${entry.universe}, ${name}, ${entry.end}, ${entry.steps} steps` },
    ...parts);
  }

  #drawMini() {
    const { scrollTop, scrollLeft, clientHeight, clientWidth, scrollHeight, scrollWidth }
      = this.#scroller;
    const isLarge = scrollHeight > clientHeight + 4 || scrollWidth > clientWidth + 4;
    this.#miniFrame.hidden = !isLarge;
    if (!isLarge) return;
    const [sx, sy] = [MINIMAP.width / scrollWidth, MINIMAP.height / scrollHeight];
    const every = Math.ceil(this.#rows.length / 180);
    const rows = this.#rows.filter(({ row }) => row % every === 0);
    this.#mini.replaceChildren(...rows.map((row) => svg("line", { class: "mini-line",
      "data-end": row.entry.end, x1: mapX(this.#scale, row.from) * sx * this.#zoom,
      x2: mapX(this.#scale, row.entry.steps) * sx * this.#zoom,
      y1: mapY(row.row) * sy * this.#zoom, y2: mapY(row.row) * sy * this.#zoom })),
    svg("rect", { class: "mini-view", x: scrollLeft * sx, y: scrollTop * sy,
      width: clientWidth * sx, height: clientHeight * sy, rx: 2 }));
  }

  /** @param {PointerEvent} event */
  #goThere(event) {
    const box = this.#miniFrame.getBoundingClientRect();
    const { scrollHeight, scrollWidth, clientHeight, clientWidth } = this.#scroller;
    this.#scroller.scrollTo({
      top: (event.clientY - box.top) / box.height * scrollHeight - clientHeight / 2,
      left: (event.clientX - box.left) / box.width * scrollWidth - clientWidth / 2 });
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const row = event.target instanceof Element ? event.target.closest("[data-universe]") : null;
    if (row !== null) this.#onOpen(Number(row.getAttribute("data-universe")));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const row = event.target instanceof Element ? event.target.closest("[data-universe]") : null;
    if (row === null) return;
    const at = this.#rows.findIndex(({ entry }) => (
      entry.universe === Number(row.getAttribute("data-universe"))));
    const delta = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.#onOpen(this.#rows[at].entry.universe);
    } else if (delta !== 0 && this.#rows[at + delta] !== undefined) {
      event.preventDefault();
      const { universe } = this.#rows[at + delta].entry;
      const y = mapY(at + delta) * this.#zoom;
      const { scrollTop, clientHeight } = this.#scroller;
      if (y < scrollTop + 30 || y > scrollTop + clientHeight - 30) {
        this.#scroller.scrollTop = y - clientHeight / 2;
        this.#draw();
      }
      /** @type {SVGElement | null} */ (
        this.#svg.querySelector(`[data-universe="${universe}"]`))?.focus({ preventScroll: true });
    }
  }
}

/** @param {string} text */
function shorten(text) {
  return text.length > 30 ? `${text.slice(0, 29)}…` : text;
}
