import { strings } from "./strings.js";

/** @typedef {import("./app.js").App} App */

/** Every tab that is looked at has a share of this lock, so that all can tell. */
const SEEN = "simpatico-seen";

/** Tells other tabs, from now on, when this one is looked at. */
export function showPresence() {
  let leave = () => {};
  const change = () => {
    leave();
    leave = () => {};
    if (document.hidden) return;
    navigator.locks?.request(SEEN, { mode: "shared" }, () => (
      document.hidden ? undefined : new Promise((done) => { leave = () => done(undefined); })));
  };
  document.addEventListener("visibilitychange", change);
  change();
}

async function isSeen() {
  const locks = await navigator.locks?.query();
  return !document.hidden || (locks?.held ?? []).some(({ name }) => name === SEEN);
}

/**
 * Tells what is new since the overview before: to a screen reader, in the title, and, where it was
 * asked for, by a notification.
 * @param {App} app
 * @param {any} before
 */
export function announceNews(app, before) {
  const { overview } = app;
  let unread = 0;
  for (const contact of overview.view.contacts) {
    unread += contact.standing === "KNOWN" ? contact.unread ?? 0 : 0;
    const sig = contact.contact.publicKeySig;
    const message = overview.newest[sig];
    const known = before?.newest[sig];
    if (before === null || message === null || message?.own !== false) continue;
    // Where the newest was deleted, an older one is the newest again.
    if (known && known.place >= message.place) continue;
    const name = app.nameOf(contact);
    app.announce(strings.said(name, message.text));
    notify(app, contact, name);
  }
  document.title = unread > 0 ? strings.titleUnread(unread) : strings.title;
  const session = overview.view.home.session;
  const was = before?.view.home.session;
  if (was !== undefined && was !== session && (session === "ONLINE" || was === "ONLINE")) {
    app.announce(strings.session[/** @type {"ONLINE"} */ (session)]);
  }
}

/** @param {App} app @param {any} contact @param {string} name */
async function notify(app, contact, name) {
  if (!app.isOwner || app.overview.marks.notify !== true) return;
  if (globalThis.Notification?.permission !== "granted" || await isSeen()) return;
  const options = { tag: String(contact.branch), icon: new URL("icon.svg", import.meta.url).href };
  try {
    const note = new Notification(strings.notificationText(name), options);
    note.onclick = () => {
      focus();
      app.go(`/with/${contact.branch}`);
    };
  } catch {
    // Phones only show what a service worker shows.
    const worker = await navigator.serviceWorker?.getRegistration();
    await worker?.showNotification(strings.notificationText(name), options);
  }
}
