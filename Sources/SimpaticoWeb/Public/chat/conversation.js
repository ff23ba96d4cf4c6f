/** A conversation: who it is with, what was said, and the place to write. */

import { Composer } from "./composer.js";
import { avatar, button, h, icon, iconButton } from "./dom.js";
import { confirmed } from "./forms.js";
import { MessageList } from "./messages.js";
import { scraps } from "./scraps.js";
import { ScrollPlace } from "./scrolling.js";
import { strings } from "./strings.js";
import { dayOf } from "./text.js";

/** @typedef {import("./app.js").App} App */

const PAGE = 100;
const ALL = 10_000;

/**
 * Where each conversation was left: pixels from its end, and messages that were shown.
 * @type {Record<string, {left: number, limit: number}>}
 */
const places = JSON.parse(scraps.get("places") ?? "{}");
for (const name of ["visibilitychange", "pagehide"]) {
  addEventListener(name, () => scraps.set("places", JSON.stringify(places)));
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
  #limit;
  #signature = "";
  #newFrom = "";
  /** The place of the last message that was drawn. */
  #newest = "";
  #query = "";
  #drawnQuery = "";
  /** A message that is to be shown when the list is there. */
  #pointed = "";
  #isFirst = true;
  #list = new MessageList({
    retry: (place) => this.#tell({ handler: "retry", place }),
    remove: (place) => this.#remove(place),
    copy: (text) => this.#copy(text),
    show: (place) => {
      this.#pointed = place;
      const { place: newest } = this.#app.overview.newest[this.#sig];
      this.#limit = Math.max(this.#limit, Number(newest) - Number(place) + PAGE / 2);
      this.#closeSearch();
    },
  });
  #earlier = button(strings.earlier, () => this.#showEarlier(), "earlier");
  #column = h("div", { class: "column" }, this.#earlier, this.#list.element);
  #scroller = h("div", { class: "scroller", tabindex: "0", role: "region" }, this.#column);
  #scroll;
  #below = h("button", { type: "button", class: "below", hidden: true,
    onclick: () => this.#scroll.to(0) }, icon("down"), h("span", {}, strings.newBelow));
  #title = h("h1", { tabindex: "-1", class: "name" });
  #reach = h("p", { class: "reach" });
  #mark = h("span", {});
  #search = h("input", { type: "search", "aria-label": strings.search, placeholder: strings.search,
    oninput: () => this.#seek(this.#search.value) });
  #found = h("p", { class: "found", role: "status" });
  #searchBar = h("div", { class: "search-bar", hidden: true, role: "search",
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      if (event.key === "Escape") this.#closeSearch();
    } }, this.#search, this.#found,
  iconButton("close", strings.close, () => this.#closeSearch()));
  #searchButton = iconButton("search", strings.searchOpen, () => this.#openSearch());
  #composer;
  #blocked = h("div", { class: "blocked", hidden: true }, h("p", {}, strings.blockedHint),
    button(strings.unblock, () => this.#tell({ handler: "unblock" })));

  /** @param {App} app @param {string} sig */
  constructor(app, sig) {
    this.#app = app;
    this.#sig = sig;
    this.#limit = places[sig]?.limit ?? PAGE;
    this.#composer = new Composer(sig, () => this.#contact?.maximumTextBytes
      ?? app.overview.view.home.maximumTextBytes, async (text) => {
      // Whoever was deleted meanwhile gets nothing more.
      if (this.#contact === null) return true;
      delete places[sig];
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
    this.#scroll = new ScrollPlace(this.#scroller, this.#column, places[sig]?.left ?? 0,
      () => this.#scrolled());
  }

  get #contact() {
    return this.#app.contact(this.#sig);
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
      view.counters.inputs, this.#limit, this.#query, isKnown, dayOf(Date.now())]);
    if (signature !== this.#signature) {
      this.#signature = signature;
      this.#load();
    }
    return undefined;
  }

  /** @param {any} contact @returns {keyof typeof strings.reach} */
  #reachOf(contact) {
    if (contact.standing !== "KNOWN") return "blocked";
    if (this.#app.overview.view.home.session !== "ONLINE") return "offline";
    if (contact.isReachable === undefined) return "unknown";
    return contact.isReachable ? "here" : "away";
  }

  async #load() {
    const limit = this.#query === "" ? this.#limit : ALL;
    const asked = { command: "messages", contact: this.#sig, limit };
    const answer = await this.#app.ask(asked).catch(() => null);
    if (answer === null || this.#contact === null) return;
    this.#draw(answer.messages, limit >= answer.count);
    this.#read();
  }

  /** @param {any[]} messages @param {boolean} isAll that there are */
  #draw(messages, isAll) {
    const wasAtEnd = this.#scroll.isAtEnd;
    const isOtherSearch = this.#query !== this.#drawnQuery;
    const last = messages.at(-1);
    const isNew = last !== undefined && last.place !== this.#newest;
    if (this.#isFirst && (this.#contact?.unread ?? 0) > 0) {
      this.#newFrom = messages.find((each) => each.phase === "RECEIVED")?.place ?? "";
    }
    const query = this.#query.toLocaleLowerCase();
    const seen = query === "" ? messages
      : messages.filter((each) => each.text.toLocaleLowerCase().includes(query));
    this.#found.textContent = query === "" ? "" : strings.found(seen.length);
    this.#scroll.around(() => {
      this.#earlier.hidden = query !== "" || isAll;
      this.#list.draw(seen, { name: this.#app.nameOf(this.#contact), query: this.#query,
        newFrom: this.#newFrom, isBlocked: this.#contact.standing !== "KNOWN" });
    });
    const pointed = this.#list.point(this.#pointed);
    if (pointed !== undefined) this.#scroll.show(pointed);
    else if (this.#isFirst) this.#arrive();
    else if (isOtherSearch) this.#scroll.to(query === "" ? this.#leftAt : 0);
    else if (isNew && last.own) this.#scroll.to(0);
    if (isNew && !wasAtEnd && !last.own && !this.#isFirst) this.#below.hidden = false;
    this.#isFirst = false;
    this.#pointed = "";
    this.#drawnQuery = this.#query;
    this.#newest = last?.place ?? "";
  }

  /** Whoever looks at the end of the conversation has read it. */
  #read() {
    const contact = this.#contact;
    if ((contact?.unread ?? 0) === 0 || contact.standing !== "KNOWN") return;
    if (document.visibilityState !== "visible" || !document.hasFocus()) return;
    if (this.#scroll.isAtEnd) this.#tell({ handler: "read" });
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

  /** Where the conversation was left, in pixels from its end. */
  get #leftAt() {
    return places[this.#sig]?.left ?? 0;
  }

  #scrolled() {
    if (this.#query !== "" || this.#drawnQuery !== "") return;
    places[this.#sig] = { left: this.#scroll.left, limit: this.#limit };
    if (!this.#scroll.isAtEnd) return;
    this.#below.hidden = true;
    this.#read();
  }

  /** Where this was left, or at the first of what is new. */
  #arrive() {
    this.#scroll.to(this.#leftAt);
    const mark = this.#list.element.querySelector(".new-here");
    if (this.#scroll.isAtEnd && mark !== null) this.#scroll.show(mark);
  }

  #showEarlier() {
    this.#limit += PAGE;
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
    this.#query = query.trim();
    this.update();
  }
}
