/** The controls and what they show. It decides nothing: every use is reported as a request. */
import { assign, byId, setText } from "./dom.js";
import { CLIENTS_MAXIMUM, readSeed } from "./player.js";
import { partyStatus } from "./status.js";

/** @typedef {import('./player.js').PlayerState} PlayerState */
/** @typedef {import('./contract.js').View} View */

/** New seeds are small, so that people can say them to each other. */
const NEW_SEEDS = 10000;

/** What the main button does next, by mode. */
const PLAY_LABELS = {
  loading: "Play", paused: "Play", playing: "Pause", ended: "Replay", failed: "Play",
};

export class Toolbar {
  #play = byId("play");
  #seed = /** @type {HTMLInputElement} */ (byId("seed"));
  #clients = /** @type {HTMLSelectElement} */ (byId("clients"));
  #onWorld;

  /**
   * @param {object} handlers
   * @param {(command: 'toggle' | 'step' | 'end' | 'reset' | 'help') => void} handlers.onCommand
   * @param {(seed: number, clients: number) => void} handlers.onWorld another world is wanted
   * @param {(text: string) => void} handlers.onMistake the typed seed is none
   */
  constructor({ onCommand, onWorld, onMistake }) {
    this.#onWorld = onWorld;
    this.#play.addEventListener("click", () => onCommand("toggle"));
    for (const command of /** @type {const} */ (["step", "end", "reset", "help"])) {
      byId(command).addEventListener("click", () => onCommand(command));
    }
    for (let clients = 1; clients <= CLIENTS_MAXIMUM; clients += 1) {
      this.#clients.append(new Option(String(clients), String(clients)));
    }
    this.#clients.addEventListener("change", () => this.#request());
    this.#seed.addEventListener("input", () => this.#mark());
    this.#seed.addEventListener("change", () => {
      if (this.#mark()) this.#request();
      else onMistake("The seed is a whole number from 0 to 4294967295.");
    });
    byId("new-seed").addEventListener("click", () => {
      this.#seed.value = String(crypto.getRandomValues(new Uint32Array(1))[0] % NEW_SEEDS);
      this.#mark();
      this.#request();
    });
  }

  /**
   * @param {PlayerState} state
   * @param {View | null} view
   */
  update(state, view) {
    const label = PLAY_LABELS[state.mode];
    assign(this.#play, { "data-mode": state.mode, "aria-label": label });
    setText(byId("play-label"), label);
    const isDone = state.mode === "ended" || state.mode === "failed" || state.mode === "loading";
    assign(byId("step"), { "aria-disabled": String(isDone) });
    assign(byId("end"), { "aria-disabled": String(isDone) });
    assign(this.#play, { "aria-disabled": String(
      state.mode === "failed" || state.mode === "loading") });
    if (document.activeElement !== this.#seed) this.#seed.value = String(state.seed);
    this.#clients.value = String(state.clients);
    if (state.mode === "failed") this.#showNext(null, "Nothing: the core has stopped");
    if (view === null) return;
    setText(byId("clock"), view.clock.toLocaleString("en"));
    setText(byId("step-count"), view.step.toLocaleString("en"));
    const verified = view.parties.filter((party) => partyStatus(party, view).isVerified).length;
    setText(byId("verified"), `${verified} of ${view.parties.length}`);
    assign(byId("verified-fact"), { "data-all": String(verified === view.parties.length) });
    if (state.mode !== "failed") this.#showNext(view.next, "Nothing: the world is quiet");
    setText(byId("digest"), view.digest);
  }

  /**
   * @param {View['next']} next
   * @param {string} none what to say when there is nothing
   */
  #showNext(next, none) {
    setText(byId("next-at"), next === null ? "" : `${next.at.toLocaleString("en")} ms`);
    setText(byId("next-party"), next === null ? "" : next.party);
    setText(byId("next-text"), next === null ? none : next.text);
  }

  /** Says whether the typed seed is one, and shows it. */
  #mark() {
    const isSeed = readSeed(this.#seed.value) !== null;
    assign(this.#seed, { "aria-invalid": isSeed ? null : "true" });
    return isSeed;
  }

  #request() {
    const seed = readSeed(this.#seed.value);
    if (seed !== null) this.#onWorld(seed, Number(this.#clients.value));
  }
}
