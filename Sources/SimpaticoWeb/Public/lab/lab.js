/**
 * The lab: one cursor over one universe, and perhaps another universe beside it. This module
 * performs what the player and the parts of the page ask for, and draws what came of it. It holds
 * where we are (universe, step, selection); all else is asked of the core.
 */
import { CoreRefusal, CoreTrap } from "./core.js";
import { Desk } from "./desk.js";
import { assign, byId, prefersReducedMotion, setText } from "./dom.js";
import { Exchange } from "./exchange.js";
import { Help } from "./help.js";
import { commandFor, placeOf } from "./keyboard.js";
import { Later } from "./later.js";
import { Legend } from "./legend.js";
import { ScenarioMenu } from "./menus.js";
import { advancePlayer, initialPlayer } from "./player.js";
import { Palette, QUICK_DIGEST_NODES, Session, wholeMoment } from "./session.js";
import { perform } from "./shortcuts.js";
import { newlyVerified } from "./status.js";
import { timeText } from "./times.js";
import { Transport } from "./transport.js";
import { UniverseView } from "./universe-view.js";
import { Universes } from "./universes.js";

/** @typedef {import('./contract.js').Moment} Moment */
/** @typedef {import('./player.js').PlayerInput} PlayerInput */
/** @typedef {import('./notices.js').Failure} Failure */

/** How long the cursor rests before what is costly is asked for. */
const REST_MILLISECONDS = 140;
/** Nodes of each party that are looked at for the key, before any is drawn. */
const MET_NODES = 400;
/** How long a chat is watched, which never ends by itself, in virtual milliseconds. */
const CHAT_MILLISECONDS = 30_000;

export class Lab {
  /** @type {import('./core.js').Core | null} */
  #core = null;
  /** @type {Session | null} */
  #session = null;
  #player = initialPlayer();
  /** @type {Moment | null} */
  #moment = null;
  #palette = new Palette();
  #timer = 0;
  #rest = 0;
  #isManual = false;
  #notices;
  #fail;
  #help = new Help();
  #legend = new Legend(byId("legend-list"));
  #stage = byId("stage");
  #transport = new Transport((input) => this.#control(input));
  #view = new UniverseView({
    onSeek: (step) => this.#send({ input: "seek", step }),
    onSelect: (party, node) => this.#desk.visit({ universe: this.#universe, party, node }),
  }, byId("legend"));
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
    unpin: () => this.#desk.forget(),
    seek: (/** @type {number} */ step) => this.#send({ input: "seek", step }),
    fail: (/** @type {unknown} */ error) => this.#fail(error),
    begin: (/** @type {{command: string} & Record<string, unknown>} */ request) => (
      this.#begin(request, "pause")),
    openLive: (/** @type {string} */ name, /** @type {Record<string, unknown>} */ tree) => (
      this.#begin({ command: "open", name, trees: [tree] }, "end")),
    extendLive: (/** @type {number} */ universe, /** @type {Record<string, unknown>} */ more) => (
      this.#extend(universe, more)),
    complain: (/** @type {string} */ title, /** @type {unknown} */ error,
      /** @type {{advice: string, actions: Failure["actions"]} | undefined} */ more) => (
      this.#complain(title, error, more)),
    edit: (/** @type {Record<string, unknown>} */ edit, /** @type {boolean} */ isAtNode) => (
      this.#universes.edit(edit, isAtNode)),
  };
  #desk = new Desk(this.#host, this.#view);
  #universes = new Universes(this.#host);
  #exchange = new Exchange(this.#host);
  #find = new Later(({ FindBar }) => new FindBar({
    ask: (question) => this.#call({ command: "find", universe: this.#universe, limit: 500,
      ...question }),
    step: () => this.#moment?.step ?? 0,
    choices: () => ({ handlers: this.#palette.handlers.map(({ name }) => name),
      parties: this.#moment?.counts.map(({ party }) => party) ?? [] }),
    onShow: ({ party, node, step }) => {
      this.#send({ input: "seek", step });
      this.#desk.visit({ universe: this.#universe, party, node }, false);
    },
  }));
  #scenarios = new ScenarioMenu({
    scenarios: () => this.#call({ command: "scenarios" })?.scenarios ?? [],
    onScenario: ({ document, ends }) => this.#try("The scenario could not be opened", () => (
      this.#begin({ command: "import", document }, "pause", ends ?? null))),
    onSettings: (settings) => this.#try("This world could not be started", () => (
      this.#begin({ command: "start", name: "Registration", settings }, "pause"))),
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
    const opened = await this.#exchange.openAddress();
    if (opened === true) return;
    const isRefused = opened instanceof Error;
    this.#begin({ command: "start", name: "Registration", settings: { seed: 1, clients: 3 } },
      isRefused ? "pause" : prefersReducedMotion() ? "end" : "play");
    if (isRefused) this.#exchange.refuse(opened);
  }

  async restart() {
    await this.#core?.restart();
    this.#session?.forget();
    this.#exchange.forget();
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
   * @param {number | null} [ends] when it is over, where it goes on for ever
   * @returns {number} the universe
   * @throws {CoreRefusal} where there is none to open; then all is as it was
   */
  #begin(request, start, ends = endOfScript(request)) {
    if (this.#session === null) throw new CoreTrap("There is no core yet.");
    const made = wholeMoment(this.#session.call(request));
    this.#notices.clear();
    this.#learn(made);
    this.#desk.forget();
    this.#universes.forget();
    this.#universes.showMap(false);
    this.#send({ input: "loaded" });
    const played = made.editable ? this.#session.playOut(made, ends) : made;
    this.#meetAll(played);
    this.#show(played, start === "end" ? played.steps : made.editable ? made.step : 0);
    this.#showSettings();
    this.#find.part?.forget();
    if (start === "play") this.#send({ input: "play" });
    if (played.blocked !== undefined) {
      const { error, at } = played.blocked;
      this.#complain("An edit could not be made", new CoreRefusal(error, "", at),
        { advice: "The universe is shown as far as it came." });
    }
    return made.universe;
  }

  /**
   * Adds to a recording what has happened since. Whoever looks at its end goes on with it.
   * @param {number} universe
   * @param {Record<string, unknown>} more
   * @throws {CoreRefusal} where it does not fit
   */
  #extend(universe, more) {
    const before = this.#moment;
    const grown = wholeMoment(this.#session?.call({ command: "extend", universe, digest: false,
      party: 0, ...more }));
    if (before?.universe === universe) {
      this.#show(grown, before.step === before.steps ? grown.steps : before.step);
    }
  }

  /**
   * Gives handlers their characters in the order of their first nodes, as far as there are few.
   * @param {Moment} moment
   */
  #meetAll(moment) {
    for (const { party, nodes } of moment.counts) {
      this.#palette.meet(this.#session?.nodes(moment, party, 0, Math.min(nodes, MET_NODES)) ?? []);
    }
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
    this.#desk.clear();
    this.#show(newest, Math.min(step, newest.steps));
    this.#find.part?.forget();
  }

  /** @param {Moment} moment */
  #learn({ universe, counts }) {
    this.#palette.forget();
    for (const { party } of counts) {
      const told = this.#session?.call({ command: "handlers", universe, party });
      this.#palette.learn(told?.handlers ?? []);
    }
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

  /** @param {string} title @param {() => void} run */
  #try(title, run) {
    try {
      run();
    } catch (error) {
      this.#complain(title, error);
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
          clearTimeout(this.#timer);
          this.#timer = setTimeout(() => this.#send({ input: "tick" }), action.delayMilliseconds);
          break;
        case "goto":
          this.#show(this.#moment, action.step);
          break;
        case "grow":
          this.#grow({ steps: 1 });
          break;
        case "growToEnd":
          this.#grow(this.#moment?.chat ? { clock: nextTime(this.#moment) + CHAT_MILLISECONDS }
            : { end: true });
          break;
      }
      if (this.#player.mode === "failed") break;
    }
    this.#transport.update(this.#player, this.#moment);
  }

  /** @param {{steps: number} | {end: true} | {clock: number}} much */
  #grow(much) {
    if (this.#moment === null) return;
    const isRecording = !this.#moment.editable;
    const grown = isRecording ? this.#moment
      : this.#call({ command: "play", universe: this.#universe, ...much });
    if (grown === null) this.#send({ input: "pause" });
    else this.#show(grown, grown.steps);
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
    this.#send({ input: "moved", step: moment.step, steps: moment.steps,
      isOver: moment.step === moment.steps ? moment.quiet || !moment.editable
        : this.#player.isOver, gapMilliseconds: nextTime(moment) - moment.clock });
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
      selected: this.#desk.selected, isCalm });
    this.#universes.update(moment, isCalm);
    this.#desk.update(moment);
    this.#describe();
  }

  #describe() {
    const moment = this.#moment;
    if (moment === null) return;
    this.#legend.update(this.#palette.handlers, this.#palette.glyphs);
    assign(this.#stage, { "data-digest": moment.digest ?? "", "data-step": moment.step,
      "data-steps": moment.steps, "data-clock": moment.clock, "data-universe": moment.universe,
      "data-quiet": String(moment.quiet && moment.step === moment.steps), "aria-busy": null });
    setText(byId("digest"), moment.digest ?? "…");
    setText(byId("scenario-name"), moment.name);
  }

  /**
   * Says what happened: who is verified, and, when stepping by hand, what the step was.
   * @param {Moment | null} before
   * @param {Moment} after
   */
  #narrate(before, after) {
    const parties = this.#view.parties;
    const words = !after.editable || before === null || before.universe !== after.universe
      || after.step < before.step
      ? [] : newlyVerified(this.#heard, { clients: parties.length - 1, parties })
        .map((name) => `${name} verified`);
    this.#heard = { clients: parties.length - 1, parties };
    if (this.#isManual) {
      words.unshift(after.step === 0 ? "the beginning"
        : `${timeText(after.clock)}, ${after.action.party ?? ""}: ${after.action.text}`);
    }
    const isOver = after.editable && after.quiet && after.step === after.steps;
    if (isOver && before !== null && before.step < after.step) {
      words.push(`finished at ${timeText(after.clock)}`);
    }
    this.#notices.announce(words.join(". "));
  }

  /** @type {Parameters<typeof newlyVerified>[0]} */
  #heard = null;

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (this.#help.isOpen || event.defaultPrevented) return;
    // An open menu keeps its keys, and Escape closes it, wherever the keyboard is.
    const menu = document.querySelector(":popover-open");
    if (menu && (event.key === "Escape" || event.composedPath().includes(menu))) return;
    const place = placeOf(event.target);
    const command = commandFor(event, place, { usesLetters: this.#help.usesLetters });
    if (command === null) return;
    event.preventDefault();
    const at = this.#view.placeOf(event.target);
    perform(command, at, { control: (input) => this.#control(input), help: this.#help,
      find: this.#find.part, desk: this.#desk, universes: this.#universes,
      openFind: () => this.#openFind(), universe: () => this.#universe });
  }

  #openFind() {
    this.#find.use((find) => {
      if (this.#moment !== null) find.open();
    });
  }

  #toggleFind() {
    if (this.#find.part?.isOpen) this.#find.part.close(); else this.#openFind();
  }

  /**
   * Says what was not done. What broke the core is more than that.
   * @param {string} title
   * @param {unknown} error
   * @param {{advice?: string, actions?: Failure['actions']}} [more]
   */
  #complain(title, error, { advice = "Nothing has changed.", actions = [] } = {}) {
    if (error instanceof CoreTrap) {
      this.#fail(error);
      return;
    }
    const place = error instanceof CoreRefusal && error.at !== "" ? `${error.at}: ` : "";
    this.#notices.fail({ title, advice,
      detail: place + (error instanceof Error ? error.message : String(error)),
      actions: [...actions, { text: "Close", run: () => this.#notices.clear() }] });
  }
}

/** When something happens next. @param {Moment} moment */
function nextTime({ pending, clock }) {
  return pending[0]?.at ?? clock;
}

/**
 * When a universe with a script is over; one without becomes quiet by itself.
 * @param {Record<string, any>} request
 * @returns {number | null}
 */
function endOfScript({ document, settings }) {
  const script = (document?.settings ?? settings)?.script;
  if (!Array.isArray(script)) return null;
  return script.reduce((last, { at }) => Math.max(last, at), 0) + CHAT_MILLISECONDS;
}
