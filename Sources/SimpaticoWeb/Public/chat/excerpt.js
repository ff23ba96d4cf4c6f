/**
 * The part of a conversation that is drawn. It moves through a long one rather than grow with it:
 * what stands in the page takes its time whenever anything is laid out.
 */

const STEP = 100;
const AT_MOST = 400;

export class Excerpt {
  /**
   * It ends before this place; null where it goes on to the newest message.
   * @type {number | null}
   */
  before = null;
  limit = STEP;

  get isNewest() {
    return this.before === null;
  }

  /** Shows the newest messages. */
  toNewest() {
    this.before = null;
    this.limit = STEP;
  }

  /**
   * Shows what stands around a message, and all that came after it where that is little.
   * @param {string} place
   * @param {string} newest place there is
   */
  around(place, newest) {
    const back = Number(newest) - Number(place) + STEP / 2;
    const isNear = back <= AT_MOST;
    this.before = isNear ? null : Number(place) + STEP / 2;
    this.limit = isNear ? Math.max(STEP, back) : STEP;
  }

  /** @param {{place: string}[]} drawn */
  showEarlier(drawn) {
    const dropped = drawn.at(-STEP);
    if (dropped !== undefined && this.limit + STEP > AT_MOST) this.before = Number(dropped.place);
    this.limit = Math.min(this.limit + STEP, AT_MOST);
  }

  /** @param {string} newest place there is */
  showLater(newest) {
    const before = (this.before ?? 0) + STEP;
    this.before = before > Number(newest) ? null : before;
    this.limit = Math.min(this.limit + STEP, AT_MOST);
  }
}
