/** The clock and its controls. They decide nothing: every use is reported as an input. */
import { assign, byId, setText } from "./dom.js";
import { SPEEDS } from "./player.js";
import { grouped, timeParts, timeText } from "./times.js";

/** @typedef {import('./player.js').PlayerState} PlayerState */
/** @typedef {import('./player.js').PlayerInput} PlayerInput */
/** @typedef {import('./contract.js').Moment} Moment */

/** What the main button does next, by mode. */
const PLAY_LABELS = {
  loading: "Play", paused: "Play", playing: "Pause", ended: "Replay", failed: "Play",
};

export class Transport {
  #play = byId("play");
  #scrub = /** @type {HTMLInputElement} */ (byId("scrub"));
  #speed = /** @type {HTMLSelectElement} */ (byId("speed"));

  /** @param {(input: PlayerInput) => void} onInput */
  constructor(onInput) {
    this.#play.addEventListener("click", () => onInput({ input: "toggle" }));
    for (const [id, input] of /** @type {const} */ ([
      ["reset", "first"], ["back", "back"], ["step", "forward"], ["end", "last"]])) {
      byId(id).addEventListener("click", () => onInput({ input }));
    }
    this.#scrub.addEventListener("input", () => (
      onInput({ input: "seek", step: Number(this.#scrub.value) })));
    this.#speed.append(...SPEEDS.map((speed) => (
      new Option(`${speed === 0.25 ? "¼" : speed === 0.5 ? "½" : speed}×`, String(speed),
        speed === 1, speed === 1))));
    this.#speed.addEventListener("change", () => (
      onInput({ input: "speed", speed: Number(this.#speed.value) })));
  }

  /**
   * @param {PlayerState} state
   * @param {Moment | null} moment
   */
  update(state, moment) {
    const label = PLAY_LABELS[state.mode];
    assign(this.#play, { "data-mode": state.mode, "aria-label": label });
    setText(byId("play-label"), label);
    const isStill = state.mode === "failed" || state.mode === "loading";
    assign(this.#play, { "aria-disabled": String(isStill) });
    for (const id of ["step", "end"]) {
      assign(byId(id), { "aria-disabled": String(isStill || state.mode === "ended") });
    }
    for (const id of ["back", "reset"]) {
      assign(byId(id), { "aria-disabled": String(isStill || state.step === 0) });
    }
    if (moment === null) return;
    assign(this.#scrub, { max: moment.steps,
      "aria-valuetext": `step ${moment.step} of ${moment.steps}, ${timeText(moment.clock)}` });
    if (this.#scrub.valueAsNumber !== moment.step) this.#scrub.value = String(moment.step);
    this.#scrub.style.setProperty("--share",
      String(moment.steps === 0 ? 0 : moment.step / moment.steps));
    const { value, unit } = timeParts(moment.clock);
    setText(byId("clock"), value);
    setText(byId("clock-unit"), unit);
    setText(byId("step-count"), grouped(moment.step));
    setText(byId("steps-total"), grouped(moment.steps));
    const clients = moment.end.parties;
    const verified = clients.filter(({ word }) => word === "verified").length;
    byId("verified-fact").hidden = clients.length === 0;
    setText(byId("verified"), clients.length === 0 ? "–" : `${verified} of ${clients.length}`);
    assign(byId("verified-fact"),
      { "data-all": String(clients.length > 0 && verified === clients.length) });
    setText(byId("happened-party"), moment.action.party ?? "");
    setText(byId("happened-text"), moment.step === 0 ? "Nothing has happened yet"
      : moment.action.text || "Recorded");
  }
}
