import { avatar, bond, button, drawn, h, icon, iconButton, reordered } from "./dom.js";
import { strings } from "./strings.js";
import { shortTime } from "./text.js";

/** @typedef {import("./app.js").App} App */

/** Invitations that are over and of no more interest to their side. */
const HOST_HIDDEN = new Set(["VERIFIED", "REVOKED", "EXPIRED"]);
const GUEST_HIDDEN = new Set(["VERIFIED", "CANCELLED"]);
const PENDING = new Set(["COMPUTING", "INVITED", "REQUEST_PUBLIC_KEY", "PROVING"]);

/** A finger's click comes a moment after it was lifted. */
const CLICK_MILLISECONDS = 100;

/** @param {App} app @param {any} invitation */
const isShown = (app, invitation) => {
  const hidden = invitation.role === "host" ? HOST_HIDDEN : GUEST_HIDDEN;
  // Only what is over can have been put away.
  return PENDING.has(invitation.phase) || (!hidden.has(invitation.phase)
    && app.overview.marks[`dismissed:${invitation.invitation}`] === undefined);
};

/** The list of conversations and open invitations, with the state of the connection above. */
export class People {
  #app;
  #list = h("nav", { class: "people-list", "aria-label": strings.people,
    onpointerdown: () => { this.#isPressed = true; }, onclick: () => this.#released() });
  #sections = ["", strings.invitations, strings.blockedPeople].map((title) => ({
    heading: title === "" ? [] : [h("h2", { class: "people-title" }, title)], list: h("ul") }));
  #empty = h("p", { class: "people-empty" }, strings.nothingYet);
  #connection = h("div", { class: "connection" });
  /**
   * The items of the lists, by the address that each leads to.
   * @type {Map<string, HTMLElement>}
   */
  #items = new Map();
  /** While one is pressed none moves, lest the click be lost, or another's. */
  #isPressed = false;

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    const place = /** @type {HTMLElement} */ (document.getElementById("people"));
    place.replaceChildren(
      h("header", { class: "people-head" },
        h("h1", { class: "brand" }, h("a", { href: "#" },
          bond("whole", "brand-mark"), strings.title)),
        iconButton("gear", strings.settings, () => app.go("/settings"), "settings-button")),
      this.#connection,
      h("button", { type: "button", class: "button soft wide invite-button",
        onclick: () => app.go("/invite") }, icon("plus"), strings.invite),
      this.#list);
    for (const name of ["pointerup", "pointercancel", "contextmenu"]) {
      addEventListener(name, () => setTimeout(() => this.#released(), CLICK_MILLISECONDS));
    }
  }

  show() {
    this.showConnection();
    const { overview } = this.#app;
    if (overview === null || this.#isPressed) return;
    const focused = this.#list.contains(document.activeElement)
      ? document.activeElement?.getAttribute("href") ?? null : null;
    const links = this.#links(overview);
    const kept = this.#items;
    this.#items = new Map();
    for (const [at, { list }] of this.#sections.entries()) {
      reordered(list, links[at].map((link) => this.#item(kept, link)));
    }
    const filled = this.#sections.filter((_, at) => links[at].length > 0);
    reordered(this.#list, filled.length === 0 ? [this.#empty]
      : filled.flatMap(({ heading, list }) => [...heading, list]));
    // What is moved loses the focus.
    if (focused !== null && !this.#list.contains(document.activeElement)) {
      this.#items.get(focused)?.querySelector("a")?.focus();
    }
  }

  /**
   * The item of a link, which stays what it was where it shows the same.
   * @param {Map<string, HTMLElement>} kept
   * @param {HTMLElement} link
   */
  #item(kept, link) {
    const address = link.getAttribute("href") ?? "";
    const item = kept.get(address) ?? h("li");
    if (!item.firstChild?.isEqualNode(link)) item.replaceChildren(link);
    this.#items.set(address, item);
    return item;
  }

  #released() {
    if (!this.#isPressed) return;
    this.#isPressed = false;
    this.show();
  }

  showConnection() {
    const app = this.#app;
    const { text, state, action } = app.connection;
    if (this.#connection.dataset.text === text) return;
    this.#connection.dataset.text = text;
    this.#connection.dataset.state = state;
    const message = action === "start" ? { command: "start" }
      : { command: "home", message: { handler: "wake" } };
    this.#connection.replaceChildren(h("span", { class: "dot" }),
      h("a", { class: "connection-text", href: "#/connection" }, text), ...(action === null ? [] : [
      button(action === "start" ? strings.useHere : strings.tryNow, () => app.perform(message),
        "link")]));
  }

  /** @param {any} overview @returns {HTMLElement[][]} by section */
  #links({ view }) {
    const contacts = [...view.contacts].sort((one, other) => this.#time(other) - this.#time(one));
    const invitations = view.invitations.filter(
      (/** @type {any} */ each) => isShown(this.#app, each));
    const isKnown = (/** @type {any} */ each) => each.standing === "KNOWN";
    const [known, blocked] = [contacts.filter(isKnown), contacts.filter((each) => !isKnown(each))];
    return [known.map((each) => this.#row(each)),
      invitations.map((/** @type {any} */ each) => this.#invitation(each)),
      blocked.map((each) => this.#row(each))];
  }

  /** @param {any} contact */
  #time(contact) {
    return this.#app.overview.newest[contact.contact.publicKeySig]?.time ?? Infinity;
  }

  /** @param {any} contact */
  #row(contact) {
    return drawn(() => this.#person(contact),
      () => h("a", { class: "person", href: `#${this.#app.routeTo(contact.contact.publicKeySig)}` },
        strings.notDrawn));
  }

  /** @param {any} contact */
  #person(contact) {
    const app = this.#app;
    const sig = contact.contact.publicKeySig;
    const message = app.overview.newest[sig];
    const name = app.nameOf(contact);
    const unread = contact.unread ?? 0;
    const route = app.routeTo(sig);
    const isCurrent = `${app.route}/`.startsWith(`${route}/`);
    return h("a", { class: "person", href: `#${route}`,
      "aria-current": isCurrent ? "page" : null, "data-unread": unread > 0 },
    avatar(sig, contact.contact.name),
    h("span", { class: "person-text" },
      h("span", { class: "person-line" }, h("bdi", { class: "person-name" }, name),
        message && h("time", { dir: "auto" }, shortTime(message.time, Date.now()))),
      h("span", { class: "person-line" },
        h("span", { class: "person-said", dir: "auto", "data-failed": message?.phase === "FAILED" },
          this.#said(contact, message)),
        unread > 0 && badge(unread))));
  }

  /** @param {any} contact @param {any} message */
  #said(contact, message) {
    if (!message) return contact.contact.notes || strings.firstWords;
    const text = message.text.slice(0, 200);
    if (message.phase === "FAILED") return strings.said(strings.phases.FAILED, text);
    return message.own ? strings.said(strings.you, text) : text;
  }

  /** @param {any} invitation */
  #invitation(invitation) {
    const app = this.#app;
    const isHost = invitation.role === "host";
    const phases = /** @type {Record<string, string>} */ (
      isHost ? strings.hostPhases : strings.guestPhases);
    const route = `/invitation/${invitation.branch}`;
    const isPending = PENDING.has(invitation.phase);
    return h("a", { class: "person", href: `#${route}`,
      "aria-current": app.route === route ? "page" : null },
    h("span", { class: "avatar avatar-empty" }, bond(isPending ? "waiting" : "broken")),
    h("span", { class: "person-text" },
      h("bdi", { class: "person-name" }, invitation.note || strings.invitationFor),
      h("span", { class: "person-said" }, phases[invitation.phase] ?? invitation.phase)));
  }
}

/** @param {number} unread */
const badge = (unread) => h("span", { class: "badge" },
  h("span", { "aria-hidden": "true" }, unread > 99 ? "99+" : String(unread)),
  h("span", { class: "unseen" }, strings.unread(unread)));
