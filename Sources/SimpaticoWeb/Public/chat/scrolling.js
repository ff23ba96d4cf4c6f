/** Keeps what a person looks at where it is, while the list around it grows, shrinks or moves. */

/** So near to its end, a list is followed as it grows. */
const NEAR_END_PIXELS = 80;

export class ScrollPlace {
  #scroller;
  #moved;
  /** Pixels to the end, as they were last seen. */
  #left;
  #height = 0;
  #total = 0;

  /**
   * @param {HTMLElement} scroller
   * @param {HTMLElement} content the one child that scrolls
   * @param {number} left pixels to the end, from an earlier time
   * @param {() => void} moved it was scrolled
   */
  constructor(scroller, content, left, moved) {
    this.#scroller = scroller;
    this.#left = left;
    this.#moved = moved;
    scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    const sizes = new ResizeObserver(() => this.#resized());
    for (const each of [scroller, content]) sizes.observe(each);
  }

  get left() {
    return this.#left;
  }

  get isAtEnd() {
    return this.#left < NEAR_END_PIXELS;
  }

  /** @param {number} left pixels to the end */
  to(left) {
    const { scrollHeight, clientHeight } = this.#scroller;
    this.#scroller.scrollTop = scrollHeight - clientHeight - left;
    this.#look();
  }

  /** @param {Element} element that is to be seen */
  show(element) {
    element.scrollIntoView({ block: "center" });
    this.#look();
  }

  /**
   * Changes what is in the list. The end stays where it is for whoever is there; for anybody else
   * the first row that is seen does.
   * @param {() => void} change
   */
  around(change) {
    const isAtEnd = this.isAtEnd;
    const seen = isAtEnd ? undefined : this.#firstSeen();
    change();
    const row = seen && this.#row(seen.place);
    if (isAtEnd) this.to(0);
    else if (row) this.#scroller.scrollTop += row.getBoundingClientRect().top - seen.top;
    this.#look();
  }

  /** @returns {{place: string, top: number} | undefined} */
  #firstSeen() {
    const { top } = this.#scroller.getBoundingClientRect();
    for (const row of this.#scroller.querySelectorAll("[data-place]")) {
      const box = row.getBoundingClientRect();
      if (box.bottom > top) return { place: row.getAttribute("data-place") ?? "", top: box.top };
    }
    return undefined;
  }

  /** @param {string} place */
  #row(place) {
    return this.#scroller.querySelector(`[data-place="${CSS.escape(place)}"]`);
  }

  #look() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    this.#left = Math.max(0, scrollHeight - scrollTop - clientHeight);
    this.#height = clientHeight;
    this.#total = scrollHeight;
  }

  #scrolled() {
    const { scrollHeight, clientHeight } = this.#scroller;
    // Where sizes have changed, the browser has moved it, not the person: `resized` comes next.
    if (clientHeight !== this.#height || scrollHeight !== this.#total) return;
    this.#look();
    this.#moved();
  }

  /** A keyboard came up, or a line was added below: what was above it stays above it. */
  #resized() {
    const { clientHeight } = this.#scroller;
    if (clientHeight === 0) return;
    if (this.isAtEnd) this.to(0);
    else if (this.#height > 0) this.#scroller.scrollTop += this.#height - clientHeight;
    this.#look();
  }
}
