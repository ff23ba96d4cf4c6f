import { strings } from "./strings.js";

/** @typedef {import("./app.js").App} App */

/**
 * How the connection stands, honestly, in words and as a state for the eyes.
 * @param {App} app
 * @returns {{text: string, state: "whole" | "waiting" | "broken", action: "wake" | "start" | null}}
 */
export function connectionText({ overview, failure }) {
  if (failure !== null) return { text: strings.session.failed, state: "broken", action: null };
  const home = overview?.view.home;
  if (home === undefined) return { text: strings.session.loading, state: "waiting", action: null };
  if (navigator.onLine === false && home.session !== "ONLINE") {
    return { text: strings.noNetwork, state: "broken", action: "wake" };
  }
  switch (home.session) {
    case "ONLINE": return { text: strings.session.ONLINE, state: "whole", action: null };
    case "CONNECTING": return { text: strings.session.CONNECTING, state: "waiting", action: null };
    case "WAITING": {
      const seconds = Math.max(0, Math.ceil((home.retryAt - Date.now()) / 1000));
      return { text: strings.retryIn(seconds), state: "waiting", action: "wake" };
    }
    case "REPLACED": return { text: strings.session.REPLACED, state: "broken", action: "start" };
    default: return { text: strings.session.STOPPED, state: "broken", action: "start" };
  }
}
