import { button, h, iconButton } from "./dom.js";
import { strings } from "./strings.js";

/** @typedef {import("./app.js").App} App */

const CLOCK_TOLERANCE_MILLISECONDS = 300_000;

/**
 * @typedef {object} Notice
 * @property {"failed" | "underway" | "quiet"} kind
 * @property {string} text
 * @property {HTMLElement[]} [actions]
 * @property {boolean} [isClosable] whoever has read it needs it no more
 */

/** What the person should know now, above everything else. */
export class Notices {
  #app;
  #place = /** @type {HTMLElement} */ (document.getElementById("notices"));
  #shown = "";
  /** Texts that the person has closed, until the page is left. */
  #closed = new Set();

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
  }

  show() {
    const notices = noticesOf(this.#app).filter(({ text }) => !this.#closed.has(text));
    // What stands already is not said again, and keeps the focus.
    const key = JSON.stringify(notices.map(({ text }) => text));
    if (key === this.#shown) return;
    this.#shown = key;
    this.#place.replaceChildren(...notices.map((each) => this.#element(each)));
  }

  /** @param {Notice} notice */
  #element({ kind, text, actions = [], isClosable = false }) {
    const close = () => {
      this.#closed.add(text);
      this.show();
    };
    return h("div", { class: `notice notice-${kind}` }, h("div", { class: "notice-text" },
      h("p", {}, text), ...actions),
    isClosable && iconButton("close", strings.close, close, "notice-close"));
  }
}

/** @param {App} app @returns {Notice[]} */
function noticesOf(app) {
  const { overview, failure } = app;
  if (!app.isSecure) return [{ kind: "failed", text: strings.insecure }];
  const reload = () => button(strings.reload, () => location.reload());
  if (failure !== null) {
    const reasons = /** @type {Record<string, string>} */ (strings.failures);
    const text = reasons[failure.name] ?? strings.failures.CoreLoadError;
    return [{ kind: "failed", text,
      actions: [reload(), h("a", { href: "#/settings" }, strings.settings)] }];
  }
  if (overview === null) return [];
  /** @type {Notice[]} */
  const notices = [];
  if (app.isOutdated) notices.push({ kind: "quiet", text: strings.newer, actions: [reload()] });
  if (!overview.isLasting) {
    notices.push({ kind: "underway", text: strings.notLasting, isClosable: true });
  }
  if (!app.isOwner) notices.push({ kind: "quiet", text: strings.otherTab, isClosable: true });
  if (overview.view.home.session === "REPLACED") {
    notices.push({ kind: "underway", text: strings.replacedText,
      actions: [button(strings.useHere, () => app.perform({ command: "start" }))] });
  }
  const skew = overview.view.connection?.clockSkewMilliseconds ?? 0;
  if (Math.abs(skew) > CLOCK_TOLERANCE_MILLISECONDS) {
    const minutes = Math.round(Math.abs(skew) / 60_000);
    const by = minutes < 60 ? strings.minutes(minutes) : strings.hours(Math.round(minutes / 60));
    notices.push({ kind: "underway", isClosable: true,
      text: skew > 0 ? strings.clockBehind(by) : strings.clockAhead(by) });
  }
  return notices;
}
