/** Links that come as text: an installed page has no place for an address. */

import { h } from "./dom.js";
import { strings } from "./strings.js";
import { addressOf, unescaped } from "./text.js";

/** @typedef {import("./app.js").App} App */

/** @param {App} app */
export function pasteForm(app) {
  const link = h("input", { id: "paste", type: "url", autocomplete: "off", spellcheck: "false",
    placeholder: "https://", "aria-label": strings.pasteLabel });
  return h("form", { class: "paste", onsubmit: (/** @type {Event} */ event) => {
    event.preventDefault();
    openLink(app, link.value);
  } }, h("label", { for: "paste" }, strings.welcomeLink),
  h("div", { class: "row" }, link, h("button", { class: "button" }, strings.pasteOpen)));
}

/** @param {App} app @param {string} text */
async function openLink(app, text) {
  const link = unescaped(text.trim());
  const parts = await app.ask({ command: "readLink", link }).catch(() => null);
  const page = addressOf(parts?.page ?? "");
  if (page !== null && page.origin !== location.origin && /^https?:$/.test(page.protocol)) {
    location.assign(link);
    return;
  }
  app.pendingLink = link;
  app.go("");
  app.rebuild();
}
