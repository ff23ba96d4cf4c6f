/**
 * The lab: one cursor over one universe, and perhaps another universe beside it. This module
 * performs what the player and the parts of the page ask for, and draws what came of it. It holds
 * where we are (universe, step, selection); all else is asked of the core.
 */
import { assign, byId, prefersReducedMotion, setText } from "./dom.js";
import { EventsPanel } from "./events-panel.js";
import { Exchange } from "./exchange.js";
import { FindBar } from "./find-bar.js";
import { Help } from "./help.js";
import { InsertPanel } from "./insert-panel.js";
import { Inspector } from "./inspector.js";
import { commandFor, placeOf } from "./keyboard.js";
import { Legend } from "./legend.js";
import { ScenarioMenu } from "./menus.js";
import { move } from "./navigation.js";
import { advancePlayer, initialPlayer } from "./player.js";
import { Palette, QUICK_DIGEST_NODES, Session } from "./session.js";
import { newlyVerified } from "./status.js";
import { Tabs } from "./tabs.js";
import { Transport } from "./transport.js";
import { UniverseView } from "./universe-view.js";
import { Universes } from "./universes.js";

/** @typedef {import('./contract.js').Moment} Moment */
/** @typedef {import('./contract.js').Place} Place */
/** @typedef {import('./player.js').PlayerInput} PlayerInput */

/** How long the cursor rests before what is costly is asked for. */
const REST_MILLISECONDS = 140;

export class Lab {
  /** @type {import('./core.js').Core | null} */
  #core = null;
  /** @type {Session | null} */
  #session = null;
  #player = initialPlayer();
  /** @type {Moment | null} */
  #moment = null;
  /** @type {Place | null} */
  #selected = null;
  /** @type {Place | null} */
  #pinned = null;
  #palette = new Palette();
  #timer = 0;
  #rest = 0;
  #isManual = false;
  #notices;
  #fail;
  #help = new Help();
  #legend = new Legend(byId("legend-list"));
  #stage = byId("stage");
  #aside = byId("inspector");
  #transport = new Transport((input) => this.#control(input));
  #view = new UniverseView({
    onSeek: (step) => this.#send({ input: "seek", step }),
    onSelect: (party, node) => this.#visit({ universe: this.#universe, party, node }),
  }, byId("legend"));
  #tabs = new Tabs(["tab-events", "tab-node", "tab-insert"].map(byId), (id) => {
    if (id === "tab-insert" && this.#moment !== null) {
      this.#insert.update(this.#moment, this.#selected);
    }
  });
  #inspector = new Inspector(byId("inspector-body"), {
    onVisit: (place) => this.#visit(place),
    onPin: (place) => this.#pin(place),
    onInsert: () => this.#tabs.show("tab-insert"),
  });
  #events = new EventsPanel(byId("events-body"), {
    onEdit: (edit) => this.#universes.edit(edit),
    frameOf: (event) => this.#call({ command: "event", universe: this.#universe,
      step: this.#moment?.step, event })?.frame ?? "",
    check: (party, text) => this.#check(party, text),
  });
  #insert = new InsertPanel(byId("insert-body"), {
    handlersOf: (party) => this.#call({ command: "handlers", universe: this.#universe, party })
      ?.handlers ?? [],
    branchesOf: (party) => this.#moment === null ? []
      : this.#session?.branches(this.#moment, party, 0, 200) ?? [],
    check: (party, text) => this.#check(party, text),
    onInsert: (edit, isAtNode) => this.#universes.edit(edit, isAtNode),
  });
  #host = {
    session: () => this.#session,
    moment: () => this.#moment,
    palette: this.#palette,
    call: (/** @type {{command: string} & Record<string, unknown>} */ request) => (
      this.#call(request)),
    open: (/** @type {number} */ universe, /** @type {number} */ step) => (
      this.#open(universe, step)),
    redraw: () => this.#draw(),
    announce: (/** @type {string} */ text) => this.#notices.announce(text),
    seek: (/** @type {number} */ step) => this.#send({ input: "seek", step }),
    fail: (/** @type {unknown} */ error) => this.#fail(error),
    begin: (/** @type {{command: string} & Record<string, unknown>} */ request) => (
      this.#begin(request, "pause")),
    complain: (/** @type {string} */ title, /** @type {unknown} */ error) => this.#complain(title, error),
  };
  #universes = new Universes(this.#host);
  #exchange = new Exchange(this.#host);
  #find = new FindBar({
    ask: (question) => this.#call({ command: "find", universe: this.#universe, limit: 500,
      ...question }),
    step: () => this.#moment?.step ?? 0,
    onShow: ({ party, node, step }) => {
      this.#send({ input: "seek", step });
      this.#visit({ universe: this.#universe, party, node }, false);
    },
  });
  #scenarios = new ScenarioMenu({
    scenarios: () => this.#call({ command: "scenarios" })?.scenarios ?? [],
    onScenario: ({ document }) => this.#begin({ command: "import", document }, "pause"),
    onSettings: (settings) => this.#begin({ command: "start", name: "Registration", settings },
      "pause"),
  });

  /**
   * @param {import('./notices.js').Notices} notices
   * @param {(error: unknown) => void} fail
   */
  constructor(notices, fail) {
    this.#notices = notices;
    this.#fail = fail;
    byId("world").append(this.#view.element);
    byId("help").addEventListener("click", () => this.#help.open());
    byId("find").addEventListener("click", () => this.#toggleFind());
    byId("show-events").addEventListener("click", () => this.#showAside("tab-events"));
    byId("inspector-close").addEventListener("click", () => this.#close());
    addEventListener("keydown", (event) => this.#key(event));
    this.#transport.update(this.#player, null);
  }

  get #universe() {
    return this.#moment?.universe ?? 0;
  }

  /** @param {import('./core.js').Core} core */
  async start(core) {
    this.#core = core;
    this.#session = new Session(core);
    if (await this.#exchange.openAddress()) return;
    this.#begin({ command: "start", name: "Registration", settings: { seed: 1, clients: 3 } },
      prefersReducedMotion() ? "end" : "play");
  }

  async restart() {
    await this.#core?.restart();
    this.#session?.forget();
    this.#notices.clear();
    if (this.#core !== null) await this.start(this.#core);
  }

  /** Nothing more is asked of the core. */
  stop() {
    this.#send({ input: "trapped" });
  }

  /**
   * Opens a universe that a command makes. It is played to its end at once, so that its whole past
   * can be scrubbed; what is seen starts at the beginning.
   * @param {{command: string} & Record<string, unknown>} request
   * @param {'pause' | 'play' | 'end'} start
   */
  #begin(request, start) {
    const made = /** @type {Moment | null} */ (this.#call(request));
    if (made === null) return;
    this.#notices.clear();
    this.#learn(made);
    this.#selectNothing();
    this.#pinned = null;
    this.#universes.forget();
    this.#universes.showMap(false);
    this.#send({ input: "loaded" });
    const played = made.editable
      ? this.#call({ command: "play", universe: made.universe, end: true }) ?? made : made;
    this.#show(played, start === "end" ? played.steps : made.step);
    this.#showSettings();
    this.#find.forget();
    if (start === "play") this.#send({ input: "play" });
  }

  /** The menu starts from what is looked at. */
  #showSettings() {
    if (this.#moment === null || !this.#moment.editable) return;
    const told = this.#call({ command: "export", universe: this.#universe, step: 0 });
    if (told !== null) this.#scenarios.show(told.settings);
  }

  /**
   * Goes to another universe that there is.
   * @param {number} universe
   * @param {number} step
   */
  #open(universe, step) {
    const newest = this.#call({ command: "moment", universe, digest: false, pending: 0 });
    if (newest === null) return;
    this.#send({ input: "pause" });
    this.#selectNothing();
    this.#show(newest, Math.min(step, newest.steps));
    this.#find.forget();
  }

  /** @param {Moment} moment */
  #learn({ universe, counts }) {
    for (const { party } of counts) {
      const told = this.#session?.call({ command: "handlers", universe, party });
      this.#palette.learn(told?.handlers ?? []);
    }
    this.#legend.update(this.#palette.handlers, this.#palette.glyphs);
  }

  /**
   * Asks the core; what it declines is said.
   * @param {{command: string} & Record<string, unknown>} request
   * @returns {any} null when it failed
   */
  #call(request) {
    try {
      return this.#session?.call(request) ?? null;
    } catch (error) {
      this.#fail(error);
      return null;
    }
  }

  /** @param {PlayerInput} input from the controls and keys */
  #control(input) {
    this.#isManual = input.input === "forward" || input.input === "back";
    this.#send(input);
  }

  /** @param {PlayerInput} input */
  #send(input) {
    const { state, actions } = advancePlayer(this.#player, input);
    this.#player = state;
    for (const action of actions) {
      switch (action.action) {
        case "cancel":
          clearTimeout(this.#timer);
          break;
        case "schedule":
          this.#timer = setTimeout(() => this.#send({ input: "tick" }), action.delayMilliseconds);
          break;
        case "goto":
          this.#show(this.#moment, action.step);
          break;
        case "grow":
          this.#grow({ steps: 1 });
          break;
        case "growToEnd":
          this.#grow({ end: true });
          break;
      }
      if (this.#player.mode === "failed") break;
    }
    this.#transport.update(this.#player, this.#moment);
  }

  /** @param {{steps: number} | {end: true}} much */
  #grow(much) {
    if (this.#moment === null) return;
    const isRecording = !this.#moment.editable;
    const grown = isRecording ? this.#moment
      : this.#call({ command: "play", universe: this.#universe, ...much });
    if (grown !== null) this.#show(grown, grown.steps);
  }

  /**
   * Moves the cursor: asks for the moment, draws it, tells the player.
   * @param {Moment | null} of a moment of the universe that is looked at
   * @param {number} step
   */
  #show(of, step) {
    const session = this.#session;
    if (of === null || session === null) return;
    const before = this.#moment;
    const nodes = of.counts.reduce((sum, count) => sum + count.nodes, 0);
    const isQuick = nodes < QUICK_DIGEST_NODES;
    /** @type {Moment} */
    let moment;
    try {
      moment = session.moment(of.universe, step, isQuick ? {} : { digest: false, pending: 20 });
      this.#moment = moment;
      this.#draw();
    } catch (error) {
      this.#fail(error);
      return;
    }
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => this.#settle(), REST_MILLISECONDS);
    this.#narrate(before, moment);
    const next = moment.pending[0]?.at ?? moment.clock;
    this.#send({ input: "moved", step: moment.step, steps: moment.steps,
      isOver: moment.step === moment.steps ? moment.quiet || !moment.editable
        : this.#player.isOver, gapMilliseconds: next - moment.clock });
  }

  /** What is too costly for every frame of a scrub. */
  #settle() {
    if (this.#moment === null || this.#core?.isBroken) return;
    this.#exchange.follow();
    if (this.#moment.digest === undefined) {
      const whole = this.#session?.moment(this.#universe, this.#moment.step);
      if (whole !== undefined) this.#moment = whole;
      this.#describe();
    }
  }

  #draw() {
    const [session, moment] = [this.#session, this.#moment];
    if (session === null || moment === null) return;
    const isCalm = this.#player.mode !== "playing";
    this.#universes.prepare(moment);
    this.#view.update({ session, moment, palette: this.#palette, mark: this.#universes.marks,
      selected: this.#selected, isCalm });
    this.#universes.update(moment, isCalm);
    this.#events.update(moment);
    if (this.#tabs.shown === "tab-insert") this.#insert.update(moment, this.#selected);
    this.#describe();
  }

  #describe() {
    const moment = this.#moment;
    if (moment === null) return;
    assign(this.#stage, { "data-digest": moment.digest ?? "", "data-step": moment.step,
      "data-steps": moment.steps, "data-clock": moment.clock, "data-universe": moment.universe,
      "data-quiet": String(moment.quiet && moment.step === moment.steps), "aria-busy": null });
    setText(byId("digest"), moment.digest ?? "…");
    setText(byId("scenario-name"), moment.name);
    setText(byId("pending-count"), String(moment.pendingCount));
    setText(byId("pending-count-small"), String(moment.pendingCount));
  }

  /**
   * Says what happened: who is verified, and, when stepping by hand, what the step was.
   * @param {Moment | null} before
   * @param {Moment} after
   */
  #narrate(before, after) {
    const parties = this.#view.parties;
    const words = before === null || before.universe !== after.universe || after.step < before.step
      ? [] : newlyVerified(this.#heard, { clients: parties.length - 1, parties })
        .map((name) => `${name} verified`);
    this.#heard = { clients: parties.length - 1, parties };
    if (this.#isManual) {
      words.unshift(after.step === 0 ? "the beginning"
        : `${after.clock} ms, ${after.action.party ?? ""}: ${after.action.text}`);
    }
    if (after.step === after.steps && after.quiet && before !== null && before.step < after.step) {
      words.push(`finished at ${after.clock} ms`);
    }
    this.#notices.announce(words.join(". "));
  }

  /** @type {Parameters<typeof newlyVerified>[0]} */
  #heard = null;

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (this.#help.isOpen || event.defaultPrevented) return;
    const place = placeOf(event.target);
    const command = commandFor(event, place, { usesLetters: this.#help.usesLetters });
    if (command === null) return;
    event.preventDefault();
    const at = this.#view.placeOf(event.target);
    switch (command) {
      case "toggle": case "forward": case "back": case "first": case "last":
        this.#control({ input: command });
        break;
      case "help":
        this.#help.open();
        break;
      case "close":
        this.#close();
        break;
      case "select":
        if (at !== null) this.#enter({ universe: this.#universe, ...at });
        break;
      case "pin":
        this.#pin(this.#selected);
        break;
      case "events":
        this.#showAside("tab-events");
        break;
      case "insert":
        this.#showAside("tab-insert");
        this.#insert.focus();
        break;
      case "fork":
        this.#universes.fork();
        break;
      case "fanOut":
        this.#universes.fanOut();
        break;
      case "compare":
        this.#universes.toggleBeside();
        break;
      case "map":
        this.#universes.showMap(!this.#universes.isMap);
        break;
      case "find":
        this.#openFind();
        break;
      case "findNext": case "findPrevious":
        this.#find.go(command === "findNext" ? 1 : -1);
        break;
      case "scenarios": case "share":
        byId(command === "share" ? "share-menu" : "scenario-menu").togglePopover();
        break;
      case "left": case "right": case "up": case "down":
        this.#walk(at ?? this.#selected, command);
        break;
      case "rowStart": case "rowEnd":
        this.#walk(at, command === "rowStart" ? "first" : "last");
        break;
      default:
    }
  }

  /**
   * The selection follows the keyboard once there is one.
   * @param {{party: string, node: number} | null} from
   * @param {import('./navigation.js').Direction} direction
   */
  #walk(from, direction) {
    const [session, moment] = [this.#session, this.#moment];
    if (session === null || moment === null) return;
    const countOf = new Map(moment.counts.map(({ party, nodes }) => [party, nodes]));
    const trees = {
      counts: moment.counts,
      node: (/** @type {string} */ party, /** @type {number} */ node) => (
        session.nodes(moment, party, node, node + 1)[0]),
      window: (/** @type {string} */ party, /** @type {[number, number]} */ rows,
        /** @type {[number, number]} */ columns) => session.window(moment, party, rows, columns)
        .nodes.filter(({ node }) => node < (countOf.get(party) ?? 0)),
    };
    const place = from === null ? { party: moment.counts[0].party, node: 0 }
      : move(trees, from, direction);
    if (this.#selected !== null) {
      this.#visit({ universe: moment.universe, ...place });
      return;
    }
    const node = trees.node(place.party, place.node);
    if (node !== undefined) this.#view.reveal(place.party, node);
    this.#view.focus(place.party, place.node);
  }

  /**
   * Enter inspects a node; a second time it leads into the details.
   * @param {Place} place
   */
  #enter(place) {
    const isAgain = this.#selected?.party === place.party && this.#selected.node === place.node;
    if (isAgain) this.#inspector.focus();
    else this.#visit(place);
  }

  /**
   * Selects a node, moves the cursor to it where it is still to come, and shows it.
   * @param {Place} place
   * @param {boolean} [isFocused] the keyboard goes to the node
   */
  #visit(place, isFocused = true) {
    const [session, moment] = [this.#session, this.#moment];
    if (session === null || moment === null || place.universe !== moment.universe) return;
    const [node] = session.nodes(moment, place.party, place.node, place.node + 1);
    if (node === undefined) return;
    this.#selected = place;
    if (node.step > moment.step) this.#send({ input: "seek", step: node.step });
    else this.#draw();
    this.#view.reveal(place.party, node);
    this.#inspect();
    this.#showAside("tab-node");
    if (isFocused) this.#view.focus(place.party, place.node);
    this.#uncover(place);
  }

  #inspect() {
    if (this.#selected === null) return;
    const { universe, party, node } = this.#selected;
    const against = this.#pinned === null ? {} : { against: this.#pinned };
    const detail = this.#call({ command: "detail", universe, party, node, ...against });
    if (detail === null) return;
    const told = this.#call({ command: "writers", universe, party, node });
    this.#inspector.show({ detail, writers: told?.writers ?? [], palette: this.#palette,
      pinned: this.#pinned,
      ask: (request) => this.#call({ command: "value", universe, party, node, ...request }) });
  }

  /** @param {Place | null} place */
  #pin(place) {
    this.#pinned = place;
    this.#inspect();
    this.#notices.announce(place === null ? "Unpinned"
      : `Pinned ${place.party}, node ${place.node}`);
  }

  /**
   * Scrolls the page when a bar at the top or a sheet at the bottom hides the node.
   * @param {Place} place
   */
  #uncover({ party, node }) {
    const box = this.#view.boxOf(party, node);
    if (box === undefined) return;
    const isSheet = getComputedStyle(this.#aside).position === "fixed";
    const bottom = isSheet ? innerHeight - this.#aside.offsetHeight : innerHeight;
    const hiddenAbove = byId("transport").getBoundingClientRect().bottom + 8 - box.top;
    const hiddenBelow = box.bottom + 8 - bottom;
    const distance = hiddenBelow > 0 ? hiddenBelow : hiddenAbove > 0 ? -hiddenAbove : 0;
    if (distance !== 0) {
      scrollBy({ top: distance, behavior: prefersReducedMotion() ? "auto" : "smooth" });
    }
  }

  /** @param {string} tab */
  #showAside(tab) {
    this.#tabs.show(tab);
    this.#aside.dataset.open = "true";
  }

  #openFind() {
    if (this.#moment === null) return;
    this.#find.open(this.#palette.handlers.map(({ name }) => name),
      this.#moment.counts.map(({ party }) => party));
  }

  #toggleFind() {
    if (this.#find.isOpen) this.#find.close(); else this.#openFind();
  }

  /**
   * @param {string} party
   * @param {string} text
   */
  #check(party, text) {
    return this.#call({ command: "check", universe: this.#universe, party, text });
  }

  /**
   * @param {string} title
   * @param {unknown} error
   */
  #complain(title, error) {
    this.#notices.fail({ title, advice: "Nothing has changed.",
      detail: error instanceof Error ? error.message : String(error),
      actions: [{ text: "Close", run: () => this.#notices.clear() }] });
  }

  #close() {
    if (this.#find.isOpen) {
      this.#find.close();
      return;
    }
    const before = this.#selected;
    this.#aside.dataset.open = "false";
    this.#selectNothing();
    this.#tabs.show("tab-events");
    this.#draw();
    if (before !== null) this.#view.focus(before.party, before.node);
  }

  #selectNothing() {
    this.#selected = null;
    this.#inspector.clear();
  }
}
