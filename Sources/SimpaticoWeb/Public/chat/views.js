/** Which view an address stands for. Those of a first visit are here; others are loaded for it. */

import { backLink, bond, button, h } from "./dom.js";
import { limits } from "./limits.js";
import { pasteForm } from "./pasting.js";
import { strings } from "./strings.js";

/** @typedef {import("./app.js").App} App */

/**
 * @typedef {object} View
 * @property {HTMLElement} element
 * @property {() => void} [update] brings it in line with the overview
 * @property {HTMLElement} [focus] what is focused when it comes
 * @property {boolean} [isStarting] it stands in for another one until there is an overview
 */

/** @type {Map<string, Promise<unknown>>} */
const styles = new Map();

/** @param {string} name of a file beside this one */
function style(name) {
  const loaded = styles.get(name) ?? new Promise((done, fail) => document.head.append(
    h("link", { rel: "stylesheet", href: new URL(name, import.meta.url).href, onload: done,
      onerror: () => {
        styles.delete(name);
        fail(new Error(name));
      } })));
  styles.set(name, loaded);
  return loaded;
}

/**
 * @template T
 * @param {() => Promise<T>} load
 * @param {...string} styles that its view needs
 * @returns {() => Promise<T>}
 */
const part = (load, ...styles) => async () => {
  const [loaded] = await Promise.all([load(), ...styles.map(style)]);
  return loaded;
};

const SHEETS = "./sheets.css";
/** What is loaded when it is needed, or when there is nothing else to do. */
const parts = {
  conversation: part(() => import("./conversation.js"), "./conversation.css", SHEETS),
  details: part(() => import("./details.js"), SHEETS),
  hood: part(() => import("./hood.js"), SHEETS),
  inviting: part(() => import("./inviting.js"), SHEETS),
  settings: part(() => import("./settings.js"), SHEETS),
};

/** Loads all that the page is made of. */
export const loadAll = () => Promise.all(Object.values(parts).map((load) => load()));

/**
 * @param {App} app
 * @param {string} route
 * @returns {View | Promise<View>}
 */
export function viewOf(app, route) {
  const [, place, name, more] = route.split("/");
  if (app.overview === null && place !== undefined) {
    if (app.failure === null) return startingView();
    if (place !== "settings") return stoppedView();
  }
  if (place === "with") return personView(app, name, more);
  if (place === "settings") {
    return parts.settings().then(({ settingsView }) => settingsView(app, name));
  }
  if (place === "connection") return parts.hood().then(({ hoodView }) => hoodView(app));
  if (place === "invite") return parts.inviting().then(({ inviteView }) => inviteView(app));
  if (place === "invitation") {
    return parts.inviting().then(({ invitationView }) => invitationView(app, name));
  }
  if (app.pendingLink !== null) return parts.inviting().then(({ guestView }) => guestView(app));
  return welcomeView(app);
}

/**
 * @param {App} app
 * @param {string} branch of a contact
 * @param {string | undefined} part `details`, or the conversation
 */
function personView(app, branch, part) {
  const sig = app.overview.view.contacts.find(
    (/** @type {any} */ each) => String(each.branch) === branch)?.contact.publicKeySig;
  if (sig === undefined) return goneView(app);
  return part === "details" ? parts.details().then(({ detailsView }) => detailsView(app, sig))
    : parts.conversation().then(({ conversationView }) => conversationView(app, sig));
}

/** @returns {View} */
const startingView = () => ({
  element: h("div", { class: "quiet" }, bond("waiting", "large")), isStarting: true,
});

/**
 * Without what is kept there is nothing to show but why, which stands above.
 * @returns {View}
 */
const stoppedView = () => ({
  element: h("div", { class: "sheet" }, backLink(strings.back, "#"), bond("broken", "large"),
    h("h1", { tabindex: "-1" }, strings.session.failed)), isStarting: true,
});

/**
 * What is not here any more, and where nothing is: why that may be.
 * @param {App} app
 * @returns {View}
 */
export const goneView = (app) => ({
  element: h("div", { class: "sheet" }, backLink(strings.back, "#"), bond("broken", "large"),
    h("h1", { tabindex: "-1" }, strings.gone),
    ...(app.overview.view.contacts.length > 0 ? [] : [
      h("p", { class: "lead" }, strings.allGone),
      h("a", { href: "#/settings/restore" }, strings.restore)])),
});

/**
 * A part of the page that the relay did not send.
 * @returns {View}
 */
export const notLoadedView = () => ({
  element: h("div", { class: "sheet" }, backLink(strings.back, "#"), bond("broken", "large"),
    h("h1", { tabindex: "-1" }, strings.notLoadedTitle),
    h("p", { class: "lead" }, strings.notLoaded), h("div", { class: "actions" },
      button(strings.reload, () => location.reload(), "primary"))),
});

/** @param {App} app @returns {View} */
function welcomeView(app) {
  const element = h("div", { class: "welcome" });
  let shown = "";
  const update = () => {
    const isNew = (app.overview?.view.contacts.length ?? 0) === 0;
    if (shown === String(isNew)) return;
    shown = String(isNew);
    element.dataset.known = String(!isNew);
    element.replaceChildren(...(isNew ? introduction(app) : [
      bond("whole", "large"), h("h1", { tabindex: "-1" }, strings.chooseTitle),
      h("p", { class: "lead" }, strings.chooseText), limits(false)]));
  };
  return { element, update };
}

/** @param {App} app */
function introduction(app) {
  return [
    bond("waiting", "large"),
    h("h1", { tabindex: "-1" }, strings.welcomeTitle),
    h("p", { class: "lead" }, strings.welcomeText),
    button(strings.invite, () => app.go("/invite"), "primary big"),
    pasteForm(app),
    limits(false),
    h("p", { class: "small" }, h("a", { href: "#/settings/restore" }, strings.restore)),
  ];
}
