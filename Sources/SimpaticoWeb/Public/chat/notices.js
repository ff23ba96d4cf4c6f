import { button, h } from "./dom.js";
import { strings } from "./strings.js";

/** @typedef {import("./app.js").App} App */

const CLOCK_TOLERANCE_MILLISECONDS = 300_000;

/**
 * What the person should know now, above everything else.
 * @param {App} app
 * @returns {HTMLElement[]}
 */
export function noticesOf(app) {
  const { overview, failure } = app;
  if (!app.isSecure) return [notice("failed", strings.insecure)];
  if (failure !== null) {
    const reasons = /** @type {Record<string, string>} */ (strings.failures);
    const text = reasons[failure.name] ?? strings.failures.CoreLoadError;
    return [notice("failed", text, button(strings.reload, () => location.reload()),
      h("a", { href: "#/settings" }, strings.settings))];
  }
  if (overview === null) return [];
  const notices = [];
  if (app.isOutdated) {
    notices.push(notice("quiet", strings.newer, button(strings.reload, () => location.reload())));
  }
  if (!overview.isLasting) notices.push(notice("underway", strings.notLasting));
  if (!app.isOwner) notices.push(notice("quiet", strings.otherTab));
  if (overview.view.home.session === "REPLACED") {
    notices.push(notice("underway", strings.replacedText,
      button(strings.useHere, () => app.perform({ command: "start" }))));
  }
  const skew = overview.view.connection?.clockSkewMilliseconds ?? 0;
  if (Math.abs(skew) > CLOCK_TOLERANCE_MILLISECONDS) {
    const minutes = Math.round(Math.abs(skew) / 60_000);
    const by = minutes < 60 ? strings.minutes(minutes) : strings.hours(Math.round(minutes / 60));
    notices.push(notice("underway", skew > 0 ? strings.clockBehind(by) : strings.clockAhead(by)));
  }
  return notices;
}

/** @param {string} kind @param {string} text @param {...HTMLElement} actions */
const notice = (kind, text, ...actions) => h(
  "div", { class: `notice notice-${kind}` }, h("p", {}, text), ...actions);
