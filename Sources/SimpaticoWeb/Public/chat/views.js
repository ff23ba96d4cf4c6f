/** Which view an address stands for. */

import { bond, button, h } from "./dom.js";
import { guestView, invitationView, inviteView } from "./inviting.js";
import { limits } from "./limits.js";
import { settingsView } from "./settings.js";
import { strings } from "./strings.js";

export { conversationView } from "./conversation.js";
export { detailsView } from "./details.js";

/**
 * @typedef {object} View
 * @property {HTMLElement} element
 * @property {() => void} [update] brings it in line with the overview
 * @property {HTMLElement} [focus] what is focused when it comes
 */

/**
 * @param {any} app
 * @param {string | undefined} place
 * @param {string} name
 * @returns {View}
 */
export function chosenView(app, place, name) {
  if (place === "settings") return settingsView(app);
  if (place === "invite") return inviteView(app);
  if (place === "invitation") return invitationView(app, name);
  if (app.pendingLink !== null) return guestView(app);
  return welcomeView(app);
}

/** @param {any} app @returns {View} */
function welcomeView(app) {
  const element = h("div", { class: "welcome" });
  let shown = "";
  const update = () => {
    const isNew = (app.overview?.view.contacts.length ?? 0) === 0;
    if (shown === String(isNew)) return;
    shown = String(isNew);
    element.replaceChildren(...(isNew ? introduction(app) : [
      bond("whole", "large"), h("h1", { tabindex: "-1" }, strings.chooseTitle),
      h("p", { class: "lead" }, strings.chooseText), limits(false)]));
  };
  return { element, update };
}

/** @param {any} app */
function introduction(app) {
  const link = h("input", { id: "paste", type: "url", autocomplete: "off", spellcheck: "false",
    placeholder: "https://", "aria-label": strings.pasteLabel });
  const open = () => openLink(app, link.value);
  return [
    bond("waiting", "large"),
    h("h1", { tabindex: "-1" }, strings.welcomeTitle),
    h("p", { class: "lead" }, strings.welcomeText),
    button(strings.invite, () => app.go("/invite"), "primary big"),
    h("form", { class: "paste", onsubmit: (/** @type {Event} */ event) => {
      event.preventDefault();
      open();
    } }, h("label", { for: "paste" }, strings.welcomeLink),
    h("div", { class: "row" }, link, h("button", { class: "button" }, strings.pasteOpen))),
    limits(false),
    h("p", { class: "small" }, h("a", { href: "#/settings" }, strings.restore)),
  ];
}

/** @param {any} app @param {string} text */
async function openLink(app, text) {
  const link = text.trim();
  const parts = await app.ask({ command: "readLink", link }).catch(() => null);
  const isElsewhere = parts !== null && URL.canParse(parts.page)
    && new URL(parts.page).origin !== location.origin;
  if (isElsewhere && /^https?:$/.test(new URL(parts.page).protocol)) {
    location.assign(link);
    return;
  }
  app.pendingLink = link;
  app.rebuild();
}
