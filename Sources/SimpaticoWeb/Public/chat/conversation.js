/** A conversation: who it is with, what was said, and the place to write. */

import { Composer } from "./composer.js";
import { avatar, button, h, icon, iconButton } from "./dom.js";
import { Excerpt } from "./excerpt.js";
import { confirmed } from "./forms.js";
import { MessageList } from "./messages.js";
import { scraps } from "./scraps.js";
import { ScrollPlace } from "./scrolling.js";
import { strings } from "./strings.js";
import { dayOf } from "./text.js";

/** @typedef {import("./app.js").App} App */

/** So many of those that a search finds are drawn at once. */
const PAGE = 100;
const ALL = 10_000;
const READING = "reading";

/**
 * Where each conversation was left, unless at its end.
 * @type {Record<string, import("./scrolling.js").Seen>}
 */
const places = JSON.parse(scraps.get(READING) ?? "{}");
for (const name of ["visibilitychange", "pagehide"]) {
  addEventListener(name, () => scraps.set(READING, JSON.stringify(places)));
}

/**
 * @param {App} app
 * @param {string} sig
 * @returns {import("./views.js").View}
 */
export function conversationView(app, sig) {
  const view = new Conversation(app, sig);
  const isTouch = matchMedia("(pointer: coarse)").matches;
  return { element: view.element, update: () => view.update(), focus: isTouch ? undefined
    : view.input };
}

class Conversation {
  #app;
  #sig;
  #excerpt = new Excerpt();
  /**
   * The messages that were drawn, outside of a search.
   * @type {any[]}
   */
  #drawn = [];
  /** And they went on to the newest one. */
  #isNewestDrawn = false;
  #signature = "";
  #newFrom = "";
  #query = "";
  #drawnQuery = "";
  /** So many of those that a search finds are drawn. */
  #hits = PAGE;
  /** What is new is to be shown when the list is there. */
  #isNewWanted = false;
  /** A message that is to be shown when the list is there. */
  #pointed = "";
  #isFirst = true;
  #list = new MessageList({
    retry: (place) => this.#tell({ handler: "retry", place }),
    remove: (place) => this.#remove(place),
    copy: (text) => this.#copy(text),
    show: (place) => {
      this.#pointed = place;
      this.#excerpt.around(place, this.#newest);
      this.#closeSearch();
    },
  });
  #earlier = button(strings.earlier, () => this.#showEarlier(), "earlier");
  #later = button(strings.later, () => this.#showLater(), "later");
  #column = h("div", { class: "column" }, this.#earlier, this.#list.element, this.#later);
  #scroller = h("div", { class: "scroller", tabindex: "0", role: "region" }, this.#column);
  #scroll;
  #belowText = h("span");
  #below = h("button", { type: "button", class: "below", hidden: true,
    onclick: () => this.#down() }, icon("down"), this.#belowText);
  #title = h("h1", { tabindex: "-1", class: "name" });
  #reach = h("p", { class: "reach" });
  #mark = h("span", {});
  #search = h("input", { type: "search", "aria-label": strings.search, placeholder: strings.search,
    oninput: () => this.#seek(this.#search.value) });
  #count = h("p", { class: "found", role: "status" });
  #searchBar = h("div", { class: "search-bar", hidden: true, role: "search",
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      if (event.key === "Escape") this.#closeSearch();
    } }, this.#search, this.#count,
  iconButton("close", strings.close, () => this.#closeSearch()));
  #searchButton = iconButton("search", strings.searchOpen, () => this.#openSearch());
  #composer;
  #blocked = h("div", { class: "blocked", hidden: true }, h("p", {}, strings.blockedHint),
    button(strings.unblock, () => this.#tell({ handler: "unblock" })));

  /** @param {App} app @param {string} sig */
  constructor(app, sig) {
    this.#app = app;
    this.#sig = sig;
    const left = places[sig];
    if (left !== undefined) this.#excerpt.around(left.place, this.#newest);
    this.#composer = new Composer(sig, () => this.#contact?.maximumTextBytes
      ?? app.overview.view.home.maximumTextBytes, async (text) => {
      // Whoever was deleted meanwhile gets nothing more.
      if (this.#contact === null) return true;
      if (this.element.isConnected) this.#toOwn();
      return await this.#tell({ handler: "write", text }) !== undefined;
    });
    this.input = this.#composer.input;
    this.element = h("section", { class: "conversation" },
      h("header", { class: "conversation-head" },
        iconButton("back", strings.back, () => app.go(""), "back-button"), this.#mark,
        h("div", { class: "who" }, this.#title, this.#reach), this.#searchButton,
        iconButton("info", strings.details, () => app.go(`${app.routeTo(sig)}/details`))),
      this.#searchBar, h("div", { class: "scroll-area" }, this.#scroller, this.#below),
      this.#composer.element, this.#blocked);
    this.#scroll = new ScrollPlace(this.#scroller, this.#column, left === undefined,
      () => this.#scrolled());
  }

  get #contact() {
    return this.#app.contact(this.#sig);
  }

  /** The place of the newest message. */
  get #newest() {
    return this.#app.overview.newest[this.#sig]?.place ?? "";
  }

  /** How many messages wait to be read. */
  get #unread() {
    const contact = this.#contact;
    return contact?.standing === "KNOWN" ? contact.unread ?? 0 : 0;
  }

  /** Whether the person looks at the end of the conversation. */
  get #isAtNewest() {
    return this.#query === "" && this.#drawnQuery === "" && this.#isNewestDrawn
      && this.#scroll.isAtEnd;
  }

  /** @param {Record<string, unknown>} message */
  #tell(message) {
    return this.#app.perform({ command: "tell", branch: this.#contact.branch, message });
  }

  update() {
    const contact = this.#contact;
    if (contact === null) return this.#app.go("");
    const name = this.#app.nameOf(contact);
    const isKnown = contact.standing === "KNOWN";
    if (this.#title.textContent !== name) {
      this.#title.replaceChildren(h("bdi", {}, name));
      this.#mark.replaceChildren(avatar(this.#sig, contact.contact.name));
      this.#scroller.setAttribute("aria-label", strings.saidWith(name));
      this.input.setAttribute("aria-label", strings.writeTo(name));
    }
    const reach = this.#reachOf(contact);
    this.#reach.textContent = strings.reach[reach];
    this.#reach.dataset.reach = reach;
    this.#composer.element.hidden = !isKnown;
    this.#blocked.hidden = isKnown;
    const { view } = this.#app.overview;
    const signature = JSON.stringify([contact.count, contact.unread, contact.pending, name,
      view.counters.inputs, this.#wish, isKnown, dayOf(Date.now())]);
    if (signature === this.#signature) return this.#read();
    this.#signature = signature;
    this.#load();
    return undefined;
  }

  /** @param {any} contact @returns {keyof typeof strings.reach} */
  #reachOf(contact) {
    if (contact.standing !== "KNOWN") return "blocked";
    if (this.#app.overview.view.home.session !== "ONLINE") return "offline";
    if (contact.isReachable === undefined) return "unknown";
    return contact.isReachable ? "here" : "away";
  }

  /** What is to be drawn. */
  get #wish() {
    return JSON.stringify([this.#query, this.#hits, this.#excerpt]);
  }

  async #load() {
    const wish = this.#wish;
    const { before, limit } = this.#query === "" ? this.#excerpt : { before: null, limit: ALL };
    // One more tells whether there are more.
    const answer = await this.#app.ask({ command: "messages", contact: this.#sig, limit: limit + 1,
      ...(before !== null && { before }) }).catch(() => null);
    // Another wish has asked for itself.
    if (answer === null || this.#contact === null || wish !== this.#wish) return;
    const { messages } = answer;
    if (this.#query === "") this.#draw(messages.slice(-limit), messages.length <= limit);
    else this.#drawFound(messages);
    this.#drawnQuery = this.#query;
    this.#showBelow();
    this.#read();
  }

  /** @param {any[]} messages @param {boolean} isAll that there are before */
  #draw(messages, isAll) {
    const { isNewest } = this.#excerpt;
    const isFollowed = this.#isNewestDrawn;
    const last = messages.at(-1);
    const isNew = isFollowed && last?.place > (this.#drawn.at(-1)?.place ?? "");
    if (isNewest && !isFollowed && this.#unread > 0) {
      this.#newFrom = messages.find((each) => each.phase === "RECEIVED")?.place ?? "";
    }
    this.#count.textContent = "";
    this.#scroll.around(() => this.#show(messages, isAll, isNewest), isFollowed);
    this.#isNewestDrawn = isNewest;
    this.#drawn = messages;
    const pointed = this.#list.point(this.#pointed);
    if (pointed !== undefined) this.#scroll.show(pointed);
    else if (this.#isFirst || this.#drawnQuery !== "") this.#return();
    else if (this.#isNewWanted && !last?.own) this.#toFirstNew();
    else if (this.#isNewWanted || (isNew && last.own)) this.#scroll.to(0);
    this.#isFirst = false;
    this.#isNewWanted = false;
    this.#pointed = "";
  }

  /** @param {any[]} messages among which is searched */
  #drawFound(messages) {
    const query = this.#query.toLocaleLowerCase();
    const found = messages.filter((each) => each.text.toLocaleLowerCase().includes(query));
    this.#count.textContent = strings.found(found.length);
    this.#scroll.around(() => (
      this.#show(found.slice(-this.#hits), found.length <= this.#hits, true)), true);
    if (this.#query !== this.#drawnQuery) this.#scroll.to(0);
  }

  /**
   * @param {any[]} messages
   * @param {boolean} isFirst there are none before
   * @param {boolean} isLast there are none behind
   */
  #show(messages, isFirst, isLast) {
    this.#earlier.hidden = isFirst;
    this.#later.hidden = isLast;
    this.#list.draw(messages, { name: this.#app.nameOf(this.#contact), query: this.#query,
      newFrom: this.#newFrom, isBlocked: this.#contact.standing !== "KNOWN" });
  }

  /** Whoever looks at the end of the conversation has read it. */
  #read() {
    if (this.#unread === 0 || !this.#isAtNewest || !this.element.isConnected) return;
    if (document.visibilityState !== "visible" || !document.hasFocus()) return;
    this.#tell({ handler: "read" });
  }

  /** @param {string} text */
  async #copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      this.#app.toast(strings.copied);
    } catch {
      this.#app.toast(strings.copyRefused);
    }
  }

  /** @param {string} place */
  async #remove(place) {
    const isSure = await confirmed({ title: strings.deleteMessageTitle,
      text: strings.deleteMessageText, action: strings.deleteMessage, cancel: strings.cancel });
    if (isSure) this.#tell({ handler: "deleteMessage", place });
  }

  // Scrolling.

  #scrolled() {
    if (this.#query !== "" || this.#drawnQuery !== "") return;
    const { seen } = this.#scroll;
    if (this.#isAtNewest || seen === undefined) delete places[this.#sig];
    else places[this.#sig] = seen;
    this.#showBelow();
    this.#read();
  }

  /** Where this was left, or at the first of what is new. */
  #return() {
    const left = places[this.#sig];
    if (left !== undefined) this.#scroll.put(left);
    else this.#toFirstNew();
  }

  #toFirstNew() {
    this.#scroll.to(0);
    const mark = this.#list.element.querySelector(".new-here");
    if (mark !== null && this.#unread > 0) this.#scroll.show(mark);
  }

  /** Leads to what is new, and from there to the end. */
  #down() {
    const mark = this.#list.element.querySelector(".new-here");
    if (!this.#excerpt.isNewest) this.#wantNewest();
    else if (mark !== null && this.#scroll.isBelow(mark)) this.#scroll.show(mark);
    else this.#scroll.to(0);
  }

  /** What one writes is seen, wherever one reads. */
  #toOwn() {
    delete places[this.#sig];
    this.#wantNewest();
  }

  #wantNewest() {
    if (this.#excerpt.isNewest) return;
    this.#excerpt.toNewest();
    this.#isNewWanted = true;
    this.update();
  }

  /** A way down, for whoever does not see the end. */
  #showBelow() {
    this.#below.hidden = this.#query !== "" || this.#isAtNewest
      || (this.#excerpt.isNewest && this.#unread === 0);
    this.#belowText.textContent = this.#unread > 0 ? strings.newBelow : strings.toNewest;
  }

  #showEarlier() {
    if (this.#query === "") this.#excerpt.showEarlier(this.#drawn);
    else this.#hits += PAGE;
    this.update();
  }

  #showLater() {
    this.#excerpt.showLater(this.#newest);
    this.update();
  }

  // Searching.

  #openSearch() {
    this.#searchBar.hidden = false;
    this.#search.focus();
  }

  #closeSearch() {
    this.#search.value = "";
    this.#searchBar.hidden = true;
    this.#seek("");
    this.#searchButton.focus();
  }

  /** @param {string} query */
  #seek(query) {
    if (query.trim() !== this.#query) this.#hits = PAGE;
    this.#query = query.trim();
    this.update();
  }
}
