/**
 * The lab page: one world, played by the player, drawn by the panels, read by the inspector.
 * This module performs what the player decides; it holds the current view and the selection.
 */
import { CoreLoadError, CoreRefusal, loadCore } from "./core.js";
import { showConnectCommand } from "./connect-command.js";
import { assign, byId, prefersReducedMotion } from "./dom.js";
import { assignGlyphs } from "./glyphs.js";
import { Help } from "./help.js";
import { Inspector } from "./inspector.js";
import { commandFor, placeOf } from "./keyboard.js";
import { isPlain } from "./layout.js";
import { Legend } from "./legend.js";
import { move, nodeAt } from "./navigation.js";
import { Notices } from "./notices.js";
import { Panel } from "./panel.js";
import { advancePlayer, initialPlayer } from "./player.js";
import { newlyVerified } from "./status.js";
import { Toolbar } from "./toolbar.js";

/** @typedef {import('./contract.js').View} View */
/** @typedef {import('./navigation.js').Place} Place */
/** @typedef {import('./player.js').PlayerInput} PlayerInput */

const WORLD = 0;
const FIRST_SEED = 1;
const FIRST_CLIENTS = 3;
/** More events than any world of this page has; one that goes on is run in portions. */
const RUN_STEPS = 10000;

class Lab {
  /** @type {import('./core.js').Core | null} */
  #core = null;
  #player = initialPlayer(FIRST_SEED, FIRST_CLIENTS);
  /** @type {View | null} */
  #view = null;
  /** @type {Place | null} */
  #selected = null;
  /** @type {Panel[]} */
  #panels = [];
  /** @type {Map<string, string>} */
  #glyphs = new Map();
  /** @type {Map<string, number>} */
  #colours = new Map();
  #timer = 0;
  #isManual = false;
  #notices = new Notices();
  #help = new Help();
  #legend = new Legend(byId("legend-list"));
  #stage = byId("stage");
  #parties = byId("parties");
  #inspector = new Inspector(byId("inspector"), byId("inspector-body"), (node) => (
    this.#visit({ party: this.#selected?.party ?? 0, node })));
  #toolbar = new Toolbar({
    onCommand: (command) => this.#command(command),
    onWorld: (seed, clients) => this.#send({ input: "renew", seed, clients, start: freshStart() }),
    onMistake: (text) => this.#notices.announce(text),
  });

  async start() {
    showConnectCommand((text) => this.#notices.announce(text));
    this.#parties.addEventListener("click", (event) => this.#click(event));
    byId("inspector-close").addEventListener("click", () => this.#closeInspector());
    addEventListener("keydown", (event) => this.#key(event));
    this.#toolbar.update(this.#player, null);
    try {
      this.#core = await loadCore(new URL("simpatico.wasm", import.meta.url).pathname);
    } catch (error) {
      this.#failLoading(error);
      return;
    }
    this.#send({ input: "loaded", start: freshStart() });
  }

  /** @param {PlayerInput} input */
  #send(input) {
    const { state, actions } = advancePlayer(this.#player, input);
    this.#player = state;
    if (actions.some(({ action }) => action === "create") && this.#core?.isBroken) {
      this.#restart(actions);
      return;
    }
    this.#perform(actions);
    this.#toolbar.update(this.#player, this.#view);
  }

  /** @param {import('./player.js').PlayerAction[]} actions */
  async #restart(actions) {
    try {
      await this.#core?.restart();
    } catch (error) {
      this.#failLoading(error);
      return;
    }
    this.#perform(actions);
    this.#toolbar.update(this.#player, this.#view);
  }

  /** @param {import('./player.js').PlayerAction[]} actions */
  #perform(actions) {
    for (const action of actions) {
      switch (action.action) {
        case "cancel":
          clearTimeout(this.#timer);
          break;
        case "schedule":
          this.#timer = setTimeout(() => this.#send({ input: "tick" }), action.delayMilliseconds);
          break;
        case "create":
          this.#forget();
          this.#ask({ command: "new", world: WORLD, seed: action.seed, clients: action.clients });
          break;
        case "step":
          this.#ask({ command: "step", world: WORLD });
          break;
        case "run":
          this.#ask({ command: "run", world: WORLD, steps: RUN_STEPS });
          break;
      }
      if (this.#player.mode === "failed") return;
    }
  }

  /**
   * Asks for a view, draws it, and tells the player.
   * @param {{command: string} & Record<string, unknown>} request
   */
  #ask(request) {
    const view = /** @type {View | null} */ (this.#call(request));
    if (view === null) return;
    if (request.command === "new") this.#notices.clear();
    const before = this.#view;
    this.#view = view;
    this.#draw(view);
    this.#narrate(before, view);
    this.#send({ input: "answered", view });
  }

  /**
   * @param {{command: string} & Record<string, unknown>} request
   * @returns {any} null when it failed, which the page then says
   */
  #call(request) {
    try {
      return this.#core?.call(request) ?? null;
    } catch (error) {
      this.#failCalling(error);
      return null;
    }
  }

  /** @param {View} view */
  #draw(view) {
    if (this.#glyphs.size !== view.handlers.length) {
      this.#glyphs = assignGlyphs(view.handlers);
      this.#colours = new Map(view.handlers.map(({ name, colour }) => [name, colour]));
    }
    this.#legend.update(view.handlers, this.#glyphs);
    const names = view.parties.map(({ name }) => name).join();
    if (names !== this.#panels.map(({ element }) => element.dataset.party).join()) {
      this.#panels = view.parties.map((party) => new Panel(party));
      const [server, ...clients] = this.#panels.map(({ element }) => element);
      byId("server").replaceChildren(server);
      byId("client-panels").replaceChildren(...clients);
    }
    this.#panels.forEach((panel, index) => (
      panel.update(view, index, this.#glyphs, this.#colours)));
    assign(this.#stage, { "data-digest": view.digest, "data-step": view.step,
      "data-clock": view.clock, "data-quiet": String(view.quiet), "aria-busy": null });
  }

  /**
   * Says what happened: who is verified, and, when stepping by hand, what the step was.
   * @param {View | null} before
   * @param {View} after
   */
  #narrate(before, after) {
    const words = newlyVerified(before, after).map((name) => `${name} verified`);
    if (this.#isManual && before?.next && after.step === before.step + 1) {
      words.unshift(`${before.next.at} ms, ${before.next.party}: ${before.next.text}`);
    }
    if (after.quiet && before !== null && !before.quiet) {
      words.push(`finished at ${after.clock} ms`);
    }
    this.#notices.announce(words.join(". "));
  }

  /** @param {'toggle' | 'step' | 'end' | 'reset' | 'help'} command */
  #command(command) {
    if (command === "help") {
      this.#help.open();
      return;
    }
    if (this.#core === null) return;
    this.#isManual = command === "step";
    this.#send({ input: command });
    if (command === "reset") this.#notices.announce("Reset to the beginning");
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (this.#help.isOpen || event.defaultPrevented) return;
    const place = placeOf(event.target);
    const command = commandFor(event, place, {
      hasSelection: this.#selected !== null, usesLetters: this.#help.usesLetters });
    if (command === null || (command === "close" && !this.#inspector.isOpen)) return;
    event.preventDefault();
    switch (command) {
      case "toggle": case "step": case "end": case "reset": case "help":
        this.#command(command);
        break;
      case "close":
        this.#closeInspector();
        break;
      case "select":
        this.#enter(this.#placeOfNode(event.target));
        break;
      default:
        this.#walk(this.#placeOfNode(event.target) ?? this.#selected, command);
    }
  }

  /**
   * The selection follows the keyboard once there is one.
   * @param {Place | null} from
   * @param {import('./navigation.js').Direction} direction
   */
  #walk(from, direction) {
    if (this.#view === null) return;
    const place = from === null ? { party: 0, node: 0 } : move(this.#view, from, direction);
    if (this.#selected === null) this.#panels[place.party]?.tree.focus(place.node);
    else this.#visit(place);
  }

  /**
   * Enter inspects a node; a second time it leads into the details.
   * @param {Place | null} place
   */
  #enter(place) {
    if (place === null) return;
    const isAgain = this.#selected?.party === place.party && this.#selected.node === place.node;
    if (isAgain) this.#inspector.focus();
    else this.#select(place);
  }

  /** @param {Place} place */
  #visit(place) {
    this.#select(place);
    this.#panels[place.party]?.tree.focus(place.node);
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const place = this.#placeOfNode(event.target);
    if (place !== null) this.#select(place);
  }

  /**
   * @param {EventTarget | null} target
   * @returns {Place | null}
   */
  #placeOfNode(target) {
    const node = target instanceof Element ? target.closest("[data-node]") : null;
    const party = this.#panels.findIndex(({ element }) => element.contains(node));
    if (node === null || party < 0) return null;
    return { party, node: Number(node.getAttribute("data-node")) };
  }

  /** @param {Place} place */
  #select(place) {
    const node = this.#view === null ? undefined : nodeAt(this.#view, place);
    if (node === undefined) return;
    const details = this.#call({ command: "node", world: WORLD, ...place });
    if (details === null) return;
    this.#selected = place;
    this.#panels.forEach(({ tree }, index) => (
      tree.select(index === place.party ? place.node : null)));
    const glyph = isPlain(node) || node.handler === null
      ? String(node.node) : this.#glyphs.get(node.handler) ?? "?";
    this.#inspector.show(details, glyph, node.colour, this.#glyphs, this.#colours);
    this.#panels[place.party]?.tree.uncover(
      place.node, byId("transport"), this.#inspector.coveredFrom());
  }

  #closeInspector() {
    const before = this.#selected;
    this.#forget();
    if (before !== null) this.#panels[before.party]?.tree.focus(before.node);
  }

  #forget() {
    this.#selected = null;
    for (const { tree } of this.#panels) tree.select(null);
    if (this.#inspector.isOpen) this.#inspector.close();
  }

  /** @param {unknown} error */
  #failLoading(error) {
    this.#send({ input: "trapped" });
    const detail = error instanceof Error ? error.message : String(error);
    this.#notices.fail({
      title: "The world could not be started",
      advice: error instanceof CoreLoadError
        ? "This page runs the protocol's own code in your browser, and that code did not load. " +
          "Reload the page; if that does not help, use a current browser."
        : "Something in this page failed. Reload it to start again.",
      detail,
      actions: [{ text: "Reload the page", run: () => location.reload() }],
    });
    assign(this.#stage, { "aria-busy": null });
  }

  /** @param {unknown} error */
  #failCalling(error) {
    this.#send({ input: "trapped" });
    const isRefusal = error instanceof CoreRefusal;
    this.#notices.fail({
      title: isRefusal ? "The core declined this" : "The core stopped unexpectedly",
      advice: isRefusal
        ? "Nothing is broken. Reset to begin this world again."
        : "What you see is the last moment before it stopped, and can no longer be trusted. " +
          "Reset to begin this world again with a fresh core.",
      detail: error instanceof Error ? error.message : String(error),
      actions: [
        { text: "Reset the world", run: () => this.#command("reset") },
        { text: "Reload the page", run: () => location.reload() },
      ],
    });
  }

  /** @param {unknown} error */
  failUnexpectedly(error) {
    this.#failLoading(error);
  }
}

/** A new world plays at once, except for those who asked for no motion: they see its end. */
function freshStart() {
  return prefersReducedMotion() ? "end" : "play";
}

const lab = new Lab();
addEventListener("error", (event) => lab.failUnexpectedly(event.error ?? event.message));
addEventListener("unhandledrejection", (event) => lab.failUnexpectedly(event.reason));
lab.start();
