/**
 * The page: it follows the address, asks the desk for an overview whenever something has changed,
 * and shows it. Nothing here knows the protocol.
 */

import { connectionText } from "./connection.js";
import { Desk } from "./desk.js";
import { h } from "./dom.js";
import { Notices } from "./notices.js";
import { announceNews, showPresence } from "./news.js";
import { People } from "./people.js";
import { drafts, scraps } from "./scraps.js";
import { Station } from "./station.js";
import { deleteDatabase } from "./storage.js";
import { strings } from "./strings.js";
import { decoded, unescaped } from "./text.js";
import { TreeSharing } from "./tree.js";
import { loadAll, notLoadedView, viewOf } from "./views.js";
import { isOutdated, keepForLater, keepNothing } from "./worker.js";

const DATABASE = "simpatico-chat";
const PENDING_LINK = "link";
/** What the route of an opened link begins with; those of views begin with a slash. */
const INVITE = "invite";
/** A hidden tab takes up a newer page by itself, but not more often than this. */
const RENEWAL_MILLISECONDS = 600_000;
const RENEWED = "renewed";

export class App {
  /** @type {any} the answer of `overview`, null until the first one */
  overview = null;
  /** @type {Error | null} */
  failure = null;
  isOwner = true;
  /** The relay has a newer page. */
  isOutdated = false;
  isSecure = globalThis.isSecureContext && globalThis.crypto?.subtle !== undefined;
  /** @type {import("./views.js").View | null} */
  #view = null;
  /** @type {string | null} */
  #viewRoute = null;
  /** @type {Promise<void> | null} */
  #refreshing = null;
  #isStale = false;
  #main = /** @type {HTMLElement} */ (document.getElementById("main"));
  #notices = new Notices(this);
  #station;
  #people;

  constructor() {
    this.#takeLink();
    this.#people = new People(this);
    addEventListener("hashchange", () => this.#routed());
    this.show();
    if (!this.isSecure) return;
    const tree = new TreeSharing(this);
    showPresence();
    navigator.serviceWorker?.addEventListener("message", ({ data }) => {
      if (data?.show !== undefined) this.go(`/with/${data.show}`);
    });
    this.#station = new Station((...parts) => Desk.open(DATABASE, ...parts), {
      changed: () => {
        this.refresh();
        tree.changed();
      },
      role: (isOwner) => {
        this.isOwner = isOwner;
        this.failure = null;
        if (isOwner) tree.begun();
        else tree.ended();
        this.refresh();
        loadAll().then(() => (isOwner ? keepForLater() : undefined)).catch(() => {});
      },
      failed: (error) => {
        this.failure = error;
        this.show();
      },
      renewed: () => {
        for (const each of [scraps, drafts]) each.end();
        location.hash = "";
        location.reload();
      },
    });
    // Whether the relay still answers is asked, not guessed: it may be on this very machine.
    for (const name of ["online", "offline", "pageshow"]) {
      addEventListener(name, () => this.#wake());
    }
    document.addEventListener("resume", () => this.#wake());
    document.addEventListener("visibilitychange", () => document.hidden || this.#wake());
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
      if (answer?.refused !== undefined) this.complain(new Error(answer.refused));
      return answer?.refused === undefined ? answer ?? null : undefined;
    } catch (error) {
      this.complain(/** @type {Error} */ (error));
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

  /** Leaves nothing of this person in this browser, also where nothing else works any more. */
  async forget() {
    await keepNothing();
    try {
      if (this.overview !== null && this.failure === null) await this.ask({ command: "forget" });
      else {
        await deleteDatabase(DATABASE);
        this.#station?.renew();
      }
    } catch {
      this.toast(strings.forgetFailed);
    }
  }

  /**
   * Says why something did not work, and what helps where that is known.
   * @param {Error} error
   */
  complain({ name, message }) {
    const reason = /refused: (.*)$/.exec(message)?.[1] ?? message;
    const { failures, refusals } = /** @type {Record<string, Record<string, string>>} */ (
      /** @type {unknown} */ (strings));
    // A command that the core refused stops nothing.
    this.toast((name === "CoreRefusal" ? undefined : failures[name])
      ?? refusals[reason] ?? strings.failedAction(reason));
  }

  /**
   * Says something for a moment, to eyes and to ears.
   * @param {string} text
   */
  toast(text) {
    const place = /** @type {HTMLElement} */ (document.getElementById("toasts"));
    const toast = h("p", { class: "toast" }, text);
    place.append(toast);
    setTimeout(() => toast.remove(), 6000);
  }

  /**
   * Says something to ears.
   * @param {string} text
   */
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
    return decoded(location.hash.slice(1));
  }

  /** An invitation link that the person has opened and not yet decided on. */
  get pendingLink() {
    return scraps.get(PENDING_LINK);
  }

  set pendingLink(link) {
    scraps.set(PENDING_LINK, link);
  }

  /** @param {string} sig */
  contact(sig) {
    return this.overview?.view.contacts.find(
      (/** @type {any} */ each) => each.contact.publicKeySig === sig) ?? null;
  }

  /**
   * The route of a conversation: its number in this browser, because histories keep addresses and
   * are read by others, whom a fingerprint would tell who talks with whom.
   * @param {string} sig
   */
  routeTo(sig) {
    return `/with/${this.contact(sig)?.branch}`;
  }

  /** @param {any} contact */
  nameOf(contact) {
    const name = contact.contact.name?.trim() ?? "";
    return name === "" ? strings.unnamed(contact.contact.publicKeySig) : name;
  }

  /** Asks for what there is now; many wishes at one time are one question. */
  refresh() {
    this.#isStale = true;
    this.#refreshing ??= this.#catchUp();
    return this.#refreshing;
  }

  async #catchUp() {
    while (this.#isStale) {
      this.#isStale = false;
      try {
        const before = this.overview;
        this.overview = await this.ask({ command: "overview" });
        announceNews(this, before);
        const isOnline = this.overview.view.home.session === "ONLINE";
        if (isOnline && before?.view.home.session !== "ONLINE") this.#lookForNewer();
      } catch (error) {
        // A tab that is gone does not answer, and a role follows; one that could not start says so.
        if (this.overview === null && /** @type {Error} */ (error).name in strings.failures) {
          this.failure = /** @type {Error} */ (error);
        }
      }
    }
    this.#refreshing = null;
    this.show();
  }

  /** Brings the page in line with the address and the overview. */
  show() {
    this.#people.show();
    this.#notices.show();
    const isStarted = this.overview !== null || this.failure !== null;
    if (this.#viewRoute !== this.route || (isStarted && this.#view?.isStarting)) {
      this.#change(this.route);
    }
    this.#view?.update?.();
    const { contacts, invitations } = this.overview?.view ?? { contacts: [], invitations: [] };
    const isNew = contacts.length + invitations.length === 0;
    document.body.dataset.pane = this.route !== "" || this.pendingLink !== null ? "main"
      : isNew ? "both" : "list";
  }

  /** @param {string} route whose view is to be shown, at once or when it is loaded */
  async #change(route) {
    const isFirst = this.#viewRoute === null || this.#view?.isStarting;
    this.#viewRoute = route;
    this.#view = null;
    const coming = viewOf(this, route);
    const view = coming instanceof Promise ? await coming.catch(notLoadedView) : coming;
    if (this.#viewRoute !== route) return;
    this.#view = view;
    this.#main.replaceChildren(view.element);
    view.update?.();
    /** @type {HTMLElement | null} */
    const heading = view.element.querySelector("h1, h2");
    if (!isFirst) (view.focus ?? heading)?.focus();
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

  /**
   * Takes an invitation, whole or not, out of the address, where a glance finds it, and out of what
   * "back" leads to. The browser's own history has noted it before.
   */
  #takeLink() {
    if (!this.route.startsWith(INVITE)) return false;
    this.pendingLink = unescaped(location.href);
    history.replaceState(null, "", location.pathname);
    return true;
  }

  #wake() {
    this.show();
    if (this.overview === null || (document.hidden && !this.isOwner)) return;
    this.ask({ command: "home", message: { handler: "wake" } }).catch(() => {});
  }

  /** After each connection, since the relay may be another one by now. */
  async #lookForNewer() {
    this.isOutdated = await isOutdated();
    if (!this.isOutdated) return;
    const isDue = Date.now() - Number(scraps.get(RENEWED) ?? 0) > RENEWAL_MILLISECONDS;
    if (document.visibilityState === "visible" || !isDue) {
      this.show();
      return;
    }
    scraps.set(RENEWED, String(Date.now()));
    location.reload();
  }

  /** Only what counts seconds. */
  #tick() {
    if (this.overview?.view.home?.session !== "WAITING") return;
    this.#people.showConnection();
    if (this.route === "/connection") this.#view?.update?.();
  }

  get connection() {
    return connectionText(this);
  }
}

new App();
