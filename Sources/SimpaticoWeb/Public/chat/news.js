import { strings } from "./strings.js";

/**
 * Tells what is new since the overview before: to a screen reader, in the title, and, where it was
 * asked for, by a notification.
 * @param {any} app
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
    if (known?.place === message.place) continue;
    const name = app.nameOf(contact);
    app.announce(strings.said(name, message.text));
    notify(app, sig, name);
  }
  document.title = unread > 0 ? strings.titleUnread(unread) : strings.title;
  const session = overview.view.home.session;
  const was = before?.view.home.session;
  if (was !== undefined && was !== session && (session === "ONLINE" || was === "ONLINE")) {
    app.announce(strings.session[/** @type {"ONLINE"} */ (session)]);
  }
}

/** @param {any} app @param {string} sig @param {string} name */
async function notify(app, sig, name) {
  if (!app.isOwner || app.overview.marks.notify !== true) return;
  if (!document.hidden || globalThis.Notification?.permission !== "granted") return;
  const options = { tag: sig, icon: new URL("icon.svg", import.meta.url).href };
  try {
    const note = new Notification(strings.notificationText(name), options);
    note.onclick = () => {
      focus();
      app.go(`/with/${sig}`);
    };
  } catch {
    // Phones only show what a service worker shows.
    const worker = await navigator.serviceWorker?.getRegistration();
    await worker?.showNotification(strings.notificationText(name), options);
  }
}
