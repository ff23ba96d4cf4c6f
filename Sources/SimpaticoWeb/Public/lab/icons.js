/** Small drawings of phases, so that no state is told by colour alone. */
import { svg } from "./dom.js";

/** How much of the way a registration has gone, in quarters. */
const QUARTERS = { CHALLENGED: 1, COMPUTING: 2, RESPONDED: 3 };

/**
 * A clock that fills by quarters, a tick in a disc at the end, a cross in a disc for a failure, a
 * broken circle before the start.
 * @param {string} phase
 */
export function registrationIcon(phase) {
  if (phase === "VERIFIED") return badge("verified", "M4.6 8.2 7 10.6 11.4 5.6");
  if (phase === "ERROR" || phase === "UNVERIFIED") {
    return badge("failed", "M5.4 5.4 10.6 10.6M10.6 5.4 5.4 10.6");
  }
  const quarters = QUARTERS[/** @type {keyof typeof QUARTERS} */ (phase)] ?? 0;
  const icon = frame(quarters > 0 ? "underway" : "waiting");
  icon.append(svg("circle", {
    class: quarters > 0 ? "icon-outline" : "icon-outline icon-broken", cx: 8, cy: 8, r: 6 }));
  if (quarters > 0) {
    const ends = ["", "12 8", "8 12", "4 8"];
    const large = quarters > 2 ? 1 : 0;
    icon.append(svg("path", {
      class: "icon-fill", d: `M8 8V4A4 4 0 ${large} 1 ${ends[quarters]}Z` }));
  }
  return icon;
}

/**
 * A plug of two dots: apart, joined, or crossed out.
 * @param {string} phase
 */
export function connectionIcon(phase) {
  const icon = frame(phase === "OPEN" ? "open" : phase === "CLOSED" ? "failed" : "waiting");
  const joined = phase === "OPEN";
  icon.append(
    svg("path", { class: "icon-outline", d: joined ? "M4 8H12" : "M5.4 8H6.6M9.4 8H10.6" }),
    svg("circle", { class: joined ? "icon-fill" : "icon-outline", cx: 3.2, cy: 8, r: 2.2 }),
    svg("circle", { class: joined ? "icon-fill" : "icon-outline", cx: 12.8, cy: 8, r: 2.2 }));
  if (phase === "CLOSED") icon.append(svg("path", { class: "icon-outline", d: "M6.5 11 9.5 5" }));
  return icon;
}

/** @param {string} kind */
function frame(kind) {
  return svg("svg", {
    class: `icon icon-${kind}`, viewBox: "0 0 16 16", width: 16, height: 16,
    "aria-hidden": "true" });
}

/**
 * @param {string} kind
 * @param {string} path
 */
function badge(kind, path) {
  const icon = frame(kind);
  icon.append(svg("circle", { class: "icon-fill", cx: 8, cy: 8, r: 7 }),
    svg("path", { class: "icon-mark", d: path }));
  return icon;
}
