/** Keeps what a person looks at where it is, while the list around it grows, shrinks or moves. */

/**
 * A row, by its message's place, and how far above the lower edge of the list it begins: that edge
 * is what stays where it is when a bar or a keyboard takes room.
 * @typedef {{place: string, up: number}} Seen
 */

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
   * @param {boolean} isAtEnd from an earlier time
   * @param {() => void} moved it was scrolled
   */
  constructor(scroller, content, isAtEnd, moved) {
    this.#scroller = scroller;
    this.#left = isAtEnd ? 0 : Infinity;
    this.#moved = moved;
    scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    const sizes = new ResizeObserver(() => this.#resized());
    for (const each of [scroller, content]) sizes.observe(each);
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

  /** @param {Element} element whether one has to scroll down to see it */
  isBelow(element) {
    return element.getBoundingClientRect().top > this.#scroller.getBoundingClientRect().bottom;
  }

  /**
   * Changes what is in the list. The end stays where it is for whoever is there; for anybody else
   * the first row that is seen does.
   * @param {() => void} change
   * @param {boolean} isFollowed whether what comes at the end is to be seen there
   */
  around(change, isFollowed) {
    const isAtEnd = this.isAtEnd && isFollowed;
    const seen = isAtEnd ? undefined : this.seen;
    change();
    if (isAtEnd) this.to(0);
    else if (seen !== undefined) this.put(seen);
    this.#look();
  }

  /**
   * The first row that is seen.
   * @returns {Seen | undefined}
   */
  get seen() {
    const { top, bottom } = this.#scroller.getBoundingClientRect();
    for (const row of this.#rows) {
      const box = row.getBoundingClientRect();
      if (box.bottom > top) {
        return { place: row.getAttribute("data-place") ?? "", up: bottom - box.top };
      }
    }
    return undefined;
  }

  /**
   * Has a row, or what has come into its place, stand where it was seen.
   * @param {Seen} seen
   */
  put({ place, up }) {
    const row = this.#rows.find((each) => (each.getAttribute("data-place") ?? "") >= place);
    if (row === undefined) return this.to(0);
    const { bottom } = this.#scroller.getBoundingClientRect();
    this.#scroller.scrollTop += row.getBoundingClientRect().top - bottom + up;
    return this.#look();
  }

  get #rows() {
    return [...this.#scroller.querySelectorAll("[data-place]")];
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
