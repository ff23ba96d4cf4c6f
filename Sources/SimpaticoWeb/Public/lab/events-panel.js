/**
 * What is going to happen at this moment, and all that can be done about it: edits of events, edits
 * of sockets. It changes nothing itself: every use is reported.
 */
import { assign, buttonFor, html, refill, setText } from "./dom.js";
import { Later, loadParts } from "./later.js";

/** @typedef {import('./contract.js').Moment} Moment */
/** @typedef {import('./contract.js').Pending} Pending */
/** @typedef {import('./contract.js').Socket} Socket */

/** @type {Record<string, [string, string]>} what a button says, and what it does */
const WORDS = {
  take: ["Take", "happens now, before all others"],
  delay: ["Delay", "this and what follows it in its stream come later"],
  drop: ["Drop", "never happens"],
  refuse: ["Refuse", "the connection is refused"],
  fail: ["Fail", "the computation fails"],
  corrupt: ["Corrupt", "one bit of the frame flips"],
  replay: ["Replay", "the frame comes once more"],
  replace: ["Replace …", "another frame in its place"],
};

/**
 * @typedef {object} EventsHandlers
 * @property {(edit: Record<string, unknown>) => string | null} onEdit answers what was wrong
 * @property {(event: string) => string} frameOf
 * @property {(party: string, text: string) => import('./message-editor.js').Verdict | null} check
 */

export class EventsPanel {
  #body;
  #handlers;
  #drawn = "";
  #openEvent = "";
  #error = html("p", { class: "form-error", role: "alert" });
  #act;
  #actPlace = html("div");

  /**
   * @param {HTMLElement} body
   * @param {EventsHandlers} handlers
   */
  constructor(body, handlers) {
    this.#body = body;
    this.#handlers = handlers;
    this.#act = new Later(({ ActForm }) => {
      const form = new ActForm((edit) => handlers.onEdit(edit));
      this.#actPlace.replaceChildren(form.element);
      return form;
    });
  }

  /** @param {Moment} moment */
  update(moment) {
    const signature = `${moment.universe} ${moment.step} ${moment.steps} ${moment.pending.length}`;
    if (signature === this.#drawn) return;
    this.#drawn = signature;
    setText(this.#error, "");
    if (!moment.editable) {
      refill(this.#body,
        html("h3", { class: "panel-title" }, "A recording"),
        html("p", { class: "none" }, "It can be looked at, not changed: what it came from is " +
          "not here. Select a node to see what it did."));
      return;
    }
    const { pending, pendingCount, sockets } = moment;
    const more = pendingCount - pending.length;
    refill(this.#body,
      html("h3", { class: "panel-title" }, "What happens next"),
      pending.length === 0 ? html("p", { class: "none" }, "Nothing: all is quiet.")
        : html("ol", { class: "events" }, ...pending.map((event) => this.#event(event, moment))),
      ...(more > 0 ? [html("p", { class: "none" }, `and ${more} later`)] : []),
      this.#error, ...this.#acts(moment),
      html("h3", { class: "panel-title" }, "Sockets"),
      sockets.length === 0 ? html("p", { class: "none" }, "None is open yet.")
        : html("ul", { class: "events" }, ...sockets.map((socket) => this.#socket(socket))));
  }

  /** Who may do something, in a chat. @param {Moment} moment */
  #acts(moment) {
    if (!moment.chat) return [];
    this.#act.use((act) => act.update(moment.counts.slice(1).map(({ party }) => party)));
    return [html("h3", { class: "panel-title" }, "Somebody does something"), this.#actPlace];
  }

  /**
   * @param {Pending} event
   * @param {Moment} moment
   */
  #event(event, moment) {
    const wait = event.at - moment.clock;
    const summary = html("summary", {},
      html("span", { class: "event-time" }, `+${wait.toLocaleString("en")}`,
        html("span", { class: "unit" }, " ms")),
      html("span", { class: "event-what" }, html("strong", {}, event.party), ` ${event.text}`),
      ...(event.held ? [html("span", { class: "tag" }, "held")] : []));
    const details = html("details", { class: "event", name: "event", "data-event": event.event,
      "data-kind": event.kind }, summary);
    const fill = () => {
      if (details.childElementCount > 1) return;
      details.append(this.#edits(event));
    };
    details.addEventListener("toggle", () => {
      if (details.open) {
        fill();
        this.#openEvent = event.event;
      } else if (this.#openEvent === event.event) {
        this.#openEvent = "";
      }
    });
    if (this.#openEvent === event.event) {
      fill();
      details.open = true;
    }
    return html("li", {}, details);
  }

  /** @param {Pending} event */
  #edits(event) {
    const place = html("div", { class: "edit-place" });
    const row = (/** @type {string[]} */ edits, /** @type {string} */ title) => (
      edits.length === 0 ? [] : [html("div", { class: "edits", role: "group", "aria-label": title },
        html("span", { class: "edits-title" }, title),
        ...edits.flatMap((edit) => this.#button(edit, event, place)))]);
    return html("div", { class: "event-edits" },
      ...row(event.can, "Any network"), ...row(event.hostile, "Hostile relay"), place);
  }

  /**
   * @param {string} edit
   * @param {Pending} event
   * @param {HTMLElement} place where an editor may open
   * @returns {HTMLElement[]}
   */
  #button(edit, event, place) {
    const [text, does] = WORDS[edit] ?? [edit, ""];
    const button = html("button", { type: "button", class: "button button-small",
      "data-edit": edit, title: does }, text);
    if (edit === "delay") {
      const amount = html("input", { type: "number", min: 1, max: 86_400_000, value: 500,
        class: "amount", "aria-label": `Delay ${event.text} by milliseconds` });
      button.addEventListener("click", () => this.#make({ edit, event: event.event,
        milliseconds: amount.valueAsNumber }));
      return [html("span", { class: "joined" }, button, amount)];
    }
    button.addEventListener("click", () => {
      if (edit === "replace") this.#replace(event, place);
      else this.#make({ edit, event: event.event });
    });
    return [button];
  }

  /** @param {Pending} event @param {HTMLElement} place */
  #replace(event, place) {
    const frame = this.#handlers.frameOf(event.event);
    this.#compose(place, "Frame in its place", event.party, pretty(frame), "Replace",
      (text) => ({ edit: "replace", event: event.event, text }));
  }

  /** @param {Socket} socket */
  #socket(socket) {
    const place = html("div", { class: "edit-place" });
    const { socket: name, party, phase, serverPhase, stalled, alive } = socket;
    const act = (/** @type {string} */ text, /** @type {Record<string, unknown>} */ edit,
      /** @type {string} */ does) => {
      return buttonFor(text, () => this.#make({ socket: name, ...edit }),
        { "data-edit": String(edit.edit), title: does });
    };
    const inject = (/** @type {string} */ to) => {
      const end = to === "server" ? "server" : "client";
      return buttonFor(`Inject to ${to} …`, () => this.#compose(place, `Frame for ${to}`, to,
        '{\n  "handler": "register1"\n}', "Inject",
        (text) => ({ edit: "inject", socket: name, to: end, text })),
      { "data-edit": "inject", title: "a frame that nobody sent" });
    };
    const toggle = (/** @type {'client' | 'server'} */ end, /** @type {string} */ to) => (
      stalled === end || stalled === "both"
        ? act(`Resume to ${to}`, { edit: "resume", to: end }, "what was held arrives, in order")
        : act(`Stall to ${to}`, { edit: "stall", to: end }, "nothing more arrives there"));
    const edits = alive ? [html("div", { class: "edits", role: "group", "aria-label": name },
      act(`${party} closes`, { edit: "close", by: "client" }, "closed by its party's host"),
      act("server closes", { edit: "close", by: "server" }, "closed by its party's host"),
      act("Cut", { edit: "cut" }, "1006 at both ends"),
      toggle("server", "server"), toggle("client", party), inject("server"), inject(party)), place]
      : [html("p", { class: "none" }, "Closed: nothing more can happen to it.")];
    return html("li", {}, html("details", { class: "event", name: "event", "data-socket": name },
      html("summary", {}, html("span", { class: "event-what" }, html("strong", {}, name), " ",
        serverPhase === phase || serverPhase === null ? phase : `${phase} · server ${serverPhase}`),
      ...(stalled === "" ? [] : [html("span", { class: "tag" }, `stalled to ${stalled}`)])),
      html("div", { class: "event-edits" }, ...edits)));
  }

  /**
   * Opens an editor for a frame.
   * @param {HTMLElement} place
   * @param {string} label
   * @param {string} party
   * @param {string} text
   * @param {string} verb
   * @param {(text: string) => Record<string, unknown>} edit
   */
  async #compose(place, label, party, text, verb, edit) {
    const { MessageEditor } = await loadParts();
    const editor = new MessageEditor(label, (typed) => this.#handlers.check(party, typed));
    const send = buttonFor(verb, () => this.#make(edit(compact(editor.text))));
    place.replaceChildren(editor.element, html("p", { class: "form-note" },
      "A hostile relay may send anything: what does not fit is sent all the same."), send);
    editor.text = text;
    editor.focus();
  }

  /** @param {Record<string, unknown>} edit */
  #make(edit) {
    setText(this.#error, this.#handlers.onEdit(edit) ?? "");
    assign(this.#error, { "data-edit": String(edit.edit) });
  }
}

/** @param {string} text */
function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** The text as a machine would send it, where it is JSON. @param {string} text */
function compact(text) {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
}
