/**
 * The page: it follows the address, asks the desk for an overview whenever something has changed,
 * and shows it. Nothing here knows the protocol.
 */

import { connectionText } from "./connection.js";
import { Desk } from "./desk.js";
import { bond, h } from "./dom.js";
import { noticesOf } from "./notices.js";
import { announceNews } from "./news.js";
import { People } from "./people.js";
import { Station } from "./station.js";
import { strings } from "./strings.js";
import { TreeSharing } from "./tree.js";
import { chosenView, conversationView, detailsView } from "./views.js";
import { keepForLater } from "./worker.js";

const DATABASE = "simpatico-chat";
const PENDING_LINK = "simpatico-link";
const INVITE = "#invite=";

/** Browser storage that may be refused; then it lasts as long as the page. */
const scraps = new Map();
export const scrap = {
  /** @param {string} name @returns {string | null} */
  get(name) {
    try {
      return sessionStorage.getItem(name) ?? scraps.get(name) ?? null;
    } catch {
      return scraps.get(name) ?? null;
    }
  },
  /** @param {string} name @param {string | null} value */
  set(name, value) {
    scraps.set(name, value);
    try {
      if (value === null) sessionStorage.removeItem(name);
      else sessionStorage.setItem(name, value);
    } catch { /* kept above */ }
  },
};

export class App {
  /** @type {any} the answer of `overview`, null until the first one */
  overview = null;
  /** @type {Error | null} */
  failure = null;
  isOwner = true;
  isSecure = globalThis.isSecureContext && globalThis.crypto?.subtle !== undefined;
  #view = null;
  #viewRoute = "";
  #refreshing = false;
  #isStale = false;
  #main = /** @type {HTMLElement} */ (document.getElementById("main"));
  #notices = /** @type {HTMLElement} */ (document.getElementById("notices"));
  #station;
  #people;

  constructor() {
    this.#takeLink();
    this.#people = new People(this);
    addEventListener("hashchange", () => this.#routed());
    this.show();
    if (!this.isSecure) return;
    const tree = new TreeSharing(this);
    this.#station = new Station((changed, failed) => Desk.open(DATABASE, changed, failed), {
      changed: () => {
        this.refresh();
        tree.changed();
      },
      role: (isOwner) => {
        this.isOwner = isOwner;
        if (isOwner) tree.begun();
        else tree.ended();
        this.refresh();
        if (isOwner) keepForLater();
      },
      failed: (error) => {
        this.failure = error;
        this.show();
      },
      renewed: () => {
        location.hash = "";
        location.reload();
      },
    });
    for (const name of ["online", "pageshow"]) addEventListener(name, () => this.#wake());
    document.addEventListener("visibilitychange", () => this.#wake());
    addEventListener("offline", () => this.show());
    addEventListener("focus", () => this.show());
    setInterval(() => this.#tick(), 1000);
  }

  /**
   * Performs a command of `Desk`; what went wrong is shown.
   * @param {{command: string} & Record<string, any>} command
   * @returns {Promise<any>} undefined where it failed
   */
  async perform(command) {
    try {
      const answer = await this.#station?.perform(command);
      if (answer?.refused !== undefined) this.complain(answer.refused);
      return answer?.refused === undefined ? answer ?? null : undefined;
    } catch (error) {
      this.complain(/** @type {Error} */ (error).message);
      return undefined;
    }
  }

  /**
   * The same, for those that tell what went wrong themselves.
   * @param {{command: string} & Record<string, any>} command
   * @returns {Promise<any>}
   */
  ask(command) {
    return this.#station?.perform(command) ?? Promise.reject(new Error("not started"));
  }

  /** @param {string} why */
  complain(why) {
    const reason = /refused: (.*)$/.exec(why)?.[1] ?? why;
    this.toast(strings.failedAction(reason));
  }

  /** Says something for a moment, to eyes and to ears. @param {string} text */
  toast(text) {
    const place = /** @type {HTMLElement} */ (document.getElementById("toasts"));
    const toast = h("p", { class: "toast" }, text);
    place.append(toast);
    setTimeout(() => toast.remove(), 6000);
  }

  /** Says something to ears. @param {string} text */
  announce(text) {
    const live = /** @type {HTMLElement} */ (document.getElementById("live"));
    live.append(h("p", {}, text));
    while (live.childElementCount > 5) live.firstElementChild?.remove();
  }

  /** @param {string} route without the `#` */
  go(route) {
    location.hash = route;
  }

  get route() {
    return decodeURIComponent(location.hash.slice(1));
  }

  /** An invitation link that the person has opened and not yet decided on. */
  get pendingLink() {
    return scrap.get(PENDING_LINK);
  }

  set pendingLink(link) {
    scrap.set(PENDING_LINK, link);
  }

  /** @param {string} sig */
  contact(sig) {
    return this.overview?.view.contacts.find(
      (/** @type {any} */ each) => each.contact.publicKeySig === sig) ?? null;
  }

  /** @param {any} contact */
  nameOf(contact) {
    const name = contact.contact.name?.trim() ?? "";
    return name === "" ? strings.unnamed(contact.contact.publicKeySig) : name;
  }

  /** Asks for what there is now; many wishes at one time are one question. */
  async refresh() {
    this.#isStale = true;
    if (this.#refreshing) return;
    this.#refreshing = true;
    while (this.#isStale) {
      this.#isStale = false;
      try {
        const before = this.overview;
        this.overview = await this.ask({ command: "overview" });
        announceNews(this, before);
      } catch { /* another tab was asked that is gone; a role follows */ }
    }
    this.#refreshing = false;
    this.show();
  }

  /** Brings the page in line with the address and the overview. */
  show() {
    this.#people.show();
    this.#notices.replaceChildren(...noticesOf(this));
    const route = this.route;
    if (this.#view === null || route !== this.#viewRoute) {
      const isFirst = this.#view === null;
      this.#viewRoute = route;
      this.#view = viewOf(this, route);
      this.#main.replaceChildren(this.#view.element);
      if (!isFirst) (this.#view.focus ?? this.#view.element.querySelector("h1, h2"))?.focus();
    }
    this.#view.update?.();
    const { contacts = [], invitations = [] } = this.overview?.view ?? {};
    const isNew = contacts.length + invitations.length === 0;
    document.body.dataset.pane = route !== "" || this.pendingLink !== null ? "main"
      : isNew ? "both" : "list";
  }

  /** Builds the main part anew, where what it is about has changed its nature. */
  rebuild() {
    this.#viewRoute = "\0";
    this.show();
  }

  #routed() {
    if (this.#takeLink()) this.rebuild();
    else this.show();
  }

  /** Takes an invitation out of the address, where neither history nor a glance finds it. */
  #takeLink() {
    if (!location.hash.startsWith(INVITE)) return false;
    this.pendingLink = location.href;
    history.replaceState(null, "", location.pathname);
    return true;
  }

  #wake() {
    this.show();
    if (document.visibilityState !== "visible" || this.overview === null) return;
    this.ask({ command: "home", message: { handler: "wake" } }).catch(() => {});
  }

  /** Only what counts seconds. */
  #tick() {
    if (this.overview?.view.home?.session === "WAITING") this.#people.showConnection();
  }

  get connection() {
    return connectionText(this);
  }
}

/** @param {App} app @param {string} route */
function viewOf(app, route) {
  const [, place, name, part] = route.split("/");
  if (app.overview === null && app.failure === null && place !== undefined) return startingView();
  if (place === "with" && part === "details") return detailsView(app, name);
  if (place === "with") return conversationView(app, name);
  return chosenView(app, place, name);
}

function startingView() {
  return { element: h("div", { class: "quiet" }, bond("waiting", "large")) };
}

new App();
