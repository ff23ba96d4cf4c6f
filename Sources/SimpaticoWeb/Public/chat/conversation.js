/** A conversation: what was said, and the place to write. */

import { avatar, bond, button, h, icon, iconButton } from "./dom.js";
import { drafts, scraps } from "./scraps.js";
import { strings } from "./strings.js";
import { dayName, dayOf, fullTime, partsOf, sizeOf, timeName } from "./text.js";

const PAGE = 100;
const ALL = 10_000;
/** What is left is told from here on. */
const LEFT_FROM_BYTES = 400;
/** Messages of one person within this time stand together. */
const GROUP_MILLISECONDS = 300_000;
const NEAR_END_PIXELS = 80;
const TICKS = /** @type {const} */ ({
  QUEUED: "clock", SENDING: "clock", SENT: "check", DELIVERED: "checks", READ: "checks",
  FAILED: "alert",
});

/**
 * Where each conversation was left: pixels from its end, and messages that were shown.
 * @type {Record<string, {left: number, limit: number}>}
 */
const places = JSON.parse(scraps.get("places") ?? "{}");
for (const name of ["visibilitychange", "pagehide"]) {
  addEventListener(name, () => scraps.set("places", JSON.stringify(places)));
}

/**
 * @param {any} app
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
  #limit = PAGE;
  /** What was given to be sent and is not kept yet. @type {string[]} */
  #leaving = [];
  /** @type {Map<string, {element: HTMLElement, key: string}>} */
  #shown = new Map();
  #signature = "";
  #newFrom = "";
  #query = "";
  #isFirst = true;
  #list = h("ol", { class: "messages" });
  #earlier = button(strings.earlier, () => this.#showEarlier(), "earlier");
  #scroller = h("div", { class: "scroller", tabindex: "0", role: "region" },
    h("div", { class: "column" }, this.#earlier, this.#list));
  #below = h("button", { type: "button", class: "below", hidden: true,
    onclick: () => this.#toEnd() }, icon("down"), h("span", {}, strings.newBelow));
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
  #counter = h("p", { class: "counter", id: "counter", role: "status" });
  #split = button("", () => this.#sendParts(), "small-button");
  #send = h("button", { class: "send", "aria-label": strings.send, title: strings.send },
    icon("send"));
  #composer;
  input = h("textarea", { rows: "1", dir: "auto", enterkeyhint: "send", "aria-describedby":
    "counter", autocomplete: "off", oninput: () => this.#typed(),
  onkeydown: (/** @type {KeyboardEvent} */ event) => this.#key(event) });

  /** @param {any} app @param {string} sig */
  constructor(app, sig) {
    this.#app = app;
    this.#sig = sig;
    this.input.value = drafts.get(sig) ?? "";
    this.#limit = places[sig]?.limit ?? PAGE;
    this.#split.hidden = true;
    this.#composer = h("form", { class: "composer", onsubmit: (/** @type {Event} */ event) => {
      event.preventDefault();
      this.#sendOne();
    } }, h("div", { class: "column" }, h("div", { class: "composer-note" }, this.#counter,
      this.#split), h("div", { class: "composer-row" }, this.input, this.#send)));
    this.element = h("section", { class: "conversation" },
      h("header", { class: "conversation-head" },
        iconButton("back", strings.back, () => app.go(""), "back-button"), this.#mark,
        h("div", { class: "who" }, this.#title, this.#reach), this.#searchButton,
        iconButton("info", strings.details, () => app.go(`/with/${sig}/details`))),
      this.#searchBar, h("div", { class: "scroll-area" }, this.#scroller, this.#below),
      this.#composer);
    this.#scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.#typed();
  }

  get #contact() {
    return this.#app.contact(this.#sig);
  }

  update() {
    const contact = this.#contact;
    if (contact === null) return this.#app.go("");
    const name = this.#app.nameOf(contact);
    const isKnown = contact.standing === "KNOWN";
    if (this.#title.textContent !== name) {
      this.#title.replaceChildren(h("bdi", {}, name));
      this.#mark.replaceChildren(avatar(this.#sig, contact.contact.name));
      this.#scroller.setAttribute("aria-label", name);
      this.input.setAttribute("aria-label", strings.writeTo(name));
      this.input.placeholder = strings.write;
    }
    const reach = this.#reachOf(contact);
    this.#reach.textContent = strings.reach[reach];
    this.#reach.dataset.reach = reach;
    this.#composer.hidden = !isKnown;
    const { counters } = this.#app.overview.view;
    const signature = JSON.stringify([contact.count, contact.unread, contact.pending,
      counters.inputs, this.#limit, this.#query, isKnown]);
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
    if (answer === null) return;
    this.#draw(answer.messages, answer.count);
    this.#read();
  }

  /** @param {any[]} messages @param {number} count of all that there are */
  #draw(messages, count) {
    const scroller = this.#scroller;
    const fromEnd = scroller.scrollHeight - scroller.scrollTop;
    const wasAtEnd = fromEnd - scroller.clientHeight < NEAR_END_PIXELS;
    const wasEmpty = this.#shown.size === 0;
    const last = messages.at(-1);
    const isNew = last !== undefined && !this.#shown.has(last.place);
    if (this.#isFirst && (this.#contact?.unread ?? 0) > 0) {
      this.#newFrom = messages.find((each) => each.phase === "RECEIVED")?.place ?? "";
    }
    const query = this.#query.toLocaleLowerCase();
    const seen = query === "" ? messages
      : messages.filter((each) => each.text.toLocaleLowerCase().includes(query));
    this.#found.textContent = query === "" ? "" : strings.found(seen.length);
    this.#earlier.hidden = query !== "" || messages.length >= count;
    this.#list.replaceChildren(...this.#rows(seen));
    if (count === 0) this.#list.append(emptyRow());
    if (this.#isFirst || wasEmpty) this.#restorePlace();
    else if (isNew && (wasAtEnd || last.own)) this.#toEnd();
    else scroller.scrollTop = scroller.scrollHeight - fromEnd + (isNew ? 0 : 0);
    if (isNew && !wasAtEnd && !last.own && !this.#isFirst) {
      scroller.scrollTop = scroller.scrollHeight - fromEnd;
      this.#below.hidden = false;
    }
    this.#isFirst = false;
  }

  /** @param {any[]} messages */
  #rows(messages) {
    const rows = [];
    let before = null;
    const now = Date.now();
    const kept = this.#shown;
    this.#shown = new Map();
    for (const [at, message] of messages.entries()) {
      if (before === null || dayOf(before.time) !== dayOf(message.time)) {
        rows.push(h("li", { class: "day" }, h("span", {}, dayName(message.time, now, strings))));
        before = null;
      }
      if (message.place === this.#newFrom && this.#query === "") {
        rows.push(h("li", { class: "day new-here" }, h("span", {}, strings.newHere)));
        before = null;
      }
      const isFirst = !isTogether(before, message);
      const isLast = !isTogether(message, messages[at + 1]);
      const key = JSON.stringify([message, isFirst, isLast, this.#query]);
      const entry = kept.get(message.place);
      const element = entry?.key === key ? entry.element : this.#row(message, isFirst, isLast);
      this.#shown.set(message.place, { element, key });
      rows.push(element);
      before = message;
    }
    return rows;
  }

  /** @param {any} message @param {boolean} isFirst @param {boolean} isLast of its group */
  #row(message, isFirst, isLast) {
    const phase = /** @type {keyof typeof TICKS} */ (message.phase);
    const who = message.own ? strings.you : this.#app.nameOf(this.#contact);
    const isFailed = phase === "FAILED";
    return h("li", { class: "message", "data-own": String(message.own), "data-phase": phase,
      "data-place": message.place, "data-first": isFirst, "data-last": isLast },
    h("div", { class: "bubble" },
      h("span", { class: "unseen" }, `${who}: `),
      h("p", { class: "text", dir: "auto" }, ...marked(message.text, this.#query)),
      h("p", { class: "meta" },
        h("time", { datetime: new Date(message.time).toISOString(), title: fullTime(message.time) },
          timeName(message.time)),
        message.own && h("span", { class: "tick", title: strings.phases[phase] },
          icon(TICKS[phase] ?? "clock"),
          h("span", { class: "unseen" }, strings.phases[phase] ?? phase)))),
    isFailed && h("p", { class: "failure" }, h("span", { dir: "auto" },
      strings.reasons(message.reason ?? strings.phases.FAILED)),
    button(strings.retry, () => this.#retry(message.place), "link")));
  }

  /** Whoever looks at the conversation has read it. */
  #read() {
    const contact = this.#contact;
    if ((contact?.unread ?? 0) === 0 || contact.standing !== "KNOWN") return;
    if (document.visibilityState !== "visible" || !document.hasFocus()) return;
    this.#app.perform({ command: "tell", branch: contact.branch, message: { handler: "read" } });
  }

  /** @param {string} place */
  #retry(place) {
    this.#app.perform({ command: "tell", branch: this.#contact.branch,
      message: { handler: "retry", place } });
  }

  // Scrolling.

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    const left = scrollHeight - scrollTop - clientHeight;
    places[this.#sig] = { left, limit: this.#limit };
    if (left < NEAR_END_PIXELS) this.#below.hidden = true;
  }

  #toEnd() {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#below.hidden = true;
  }

  #restorePlace() {
    const left = places[this.#sig]?.left ?? 0;
    const { scrollHeight, clientHeight } = this.#scroller;
    this.#scroller.scrollTop = scrollHeight - clientHeight - left;
    const mark = this.#list.querySelector(".new-here");
    if (left < NEAR_END_PIXELS && mark !== null) mark.scrollIntoView({ block: "center" });
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

  // Writing.

  get #maximum() {
    return this.#contact?.maximumTextBytes ?? this.#app.overview.view.home.maximumTextBytes;
  }

  #typed() {
    const { input } = this;
    const text = input.value;
    drafts.set(this.#sig, [...this.#leaving, text].join("\n") || null);
    const left = this.#maximum - sizeOf(text.trim());
    const isTooLong = left < 0;
    this.#counter.textContent = isTooLong ? strings.tooLong(-left)
      : left < LEFT_FROM_BYTES ? strings.left(left) : "";
    this.#counter.dataset.over = String(isTooLong);
    this.#split.hidden = !isTooLong;
    if (isTooLong) this.#split.textContent = strings.split(partsOf(text, this.#maximum).length);
    this.#send.disabled = text.trim() === "" || isTooLong;
    input.style.height = "auto";
    input.style.height = `${input.scrollHeight + 2}px`;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (!this.#send.disabled) this.#sendOne();
  }

  #sendOne() {
    if (!this.#send.disabled) this.#sendAll([this.input.value.trim()]);
  }

  #sendParts() {
    this.#sendAll(partsOf(this.input.value, this.#maximum));
  }

  /**
   * Sends texts, one after another. The field is free for the next one at once; what was not taken
   * comes back into it.
   * @param {string[]} texts
   */
  async #sendAll(texts) {
    const { branch } = this.#contact;
    delete places[this.#sig];
    this.#leaving.push(...texts);
    this.input.value = "";
    this.#typed();
    this.input.focus();
    for (const [at, text] of texts.entries()) {
      const isTaken = await this.#app.perform(
        { command: "tell", branch, message: { handler: "write", text } });
      const gone = isTaken === undefined ? texts.slice(at) : [text];
      for (const each of gone) this.#leaving.splice(this.#leaving.indexOf(each), 1);
      if (isTaken === undefined) {
        this.input.value = [...gone, this.input.value].filter(Boolean).join("\n");
        break;
      }
    }
    this.#typed();
  }
}

/** Whether two messages stand together. @param {any} before @param {any} after */
const isTogether = (before, after) => Boolean(before && after && before.own === after.own
  && Math.abs(after.time - before.time) < GROUP_MILLISECONDS
    && dayOf(before.time) === dayOf(after.time));

const emptyRow = () => h("li", { class: "empty" }, bond("whole", "large"),
  h("p", { class: "empty-title" }, strings.firstWords), h("p", {}, strings.firstHint));

/**
 * A text with what was looked for marked.
 * @param {string} text
 * @param {string} query
 * @returns {(string | HTMLElement)[]}
 */
function marked(text, query) {
  if (query === "") return [text];
  const parts = [];
  const [lower, sought] = [text.toLocaleLowerCase(), query.toLocaleLowerCase()];
  // Where lower case has another length, places do not match: the text stands unmarked.
  if (lower.length !== text.length) return [text];
  let from = 0;
  for (let at = lower.indexOf(sought); at >= 0; at = lower.indexOf(sought, from)) {
    parts.push(text.slice(from, at), h("mark", {}, text.slice(at, at + sought.length)));
    from = at + sought.length;
  }
  return [...parts, text.slice(from)];
}
