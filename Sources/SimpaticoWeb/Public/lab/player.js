/**
 * Playing as a machine: inputs in, actions out, no clock and no page inside. `main.js` performs
 * the actions and reports what came of them.
 *
 *              loaded                  play
 *   loading ───────────▶ paused ◀────────────▶ playing
 *      │                   │  ▲     pause        │
 *      │ trapped           │  │ reset            │ the world is quiet
 *      ▼                   ▼  │                  ▼
 *   failed ◀── trapped ──  ended ◀───────────────┘      (play at the end starts over)
 */

/** @typedef {import('./contract.js').View} View */
/** @typedef {'loading' | 'paused' | 'playing' | 'ended' | 'failed'} Mode */
/** @typedef {'pause' | 'play' | 'end'} Start what a new world does first */

/**
 * @typedef {object} PlayerState
 * @property {Mode} mode
 * @property {number} seed
 * @property {number} clients
 * @property {boolean} isFresh whether the world stands at step 0
 */

/**
 * @typedef {{input: 'loaded', start: Start}
 *   | {input: 'renew', seed: number, clients: number, start: Start}
 *   | {input: 'answered', view: View}
 *   | {input: 'play' | 'pause' | 'toggle' | 'step' | 'end' | 'reset' | 'tick' | 'trapped'}
 * } PlayerInput
 */

/**
 * @typedef {{action: 'create', seed: number, clients: number}
 *   | {action: 'step'} | {action: 'run'} | {action: 'cancel'}
 *   | {action: 'schedule', delayMilliseconds: number}
 * } PlayerAction
 */

/** @typedef {{state: PlayerState, actions: PlayerAction[]}} Transition */

export const SEED_MAXIMUM = 4294967295;
export const CLIENTS_MAXIMUM = 8;

/**
 * @param {number} seed
 * @param {number} clients
 * @returns {PlayerState}
 */
export function initialPlayer(seed, clients) {
  return { mode: "loading", seed, clients, isFresh: true };
}

/**
 * @param {PlayerState} state
 * @param {PlayerInput} input
 * @returns {Transition}
 */
export function advancePlayer(state, input) {
  if (input.input === "trapped") {
    return { state: { ...state, mode: "failed" }, actions: [{ action: "cancel" }] };
  }
  if (state.mode === "loading") {
    return input.input === "loaded" ? begin(state, input.start) : { state, actions: [] };
  }
  switch (input.input) {
    case "loaded":
      return { state, actions: [] };
    case "reset":
      return begin(state, "pause");
    case "renew":
      return begin({ ...state, seed: input.seed, clients: input.clients }, input.start);
    case "answered":
      return answered(state, input.view);
    default:
      // A broken core takes no steps: only a reset or a new world leads out.
      return state.mode === "failed" ? { state, actions: [] } : transport(state, input.input);
  }
}

/**
 * @param {PlayerState} state
 * @param {'play' | 'pause' | 'toggle' | 'step' | 'end' | 'tick'} command
 * @returns {Transition}
 */
function transport(state, command) {
  const paused = /** @type {PlayerState} */ ({ ...state, mode: "paused" });
  switch (command) {
    case "toggle":
      return transport(state, state.mode === "playing" ? "pause" : "play");
    case "play":
      if (state.mode === "playing") return { state, actions: [] };
      if (state.mode === "ended") return begin(state, "play");
      return { state: { ...state, mode: "playing" }, actions: [{ action: "step" }] };
    case "tick":
      return { state, actions: state.mode === "playing" ? [{ action: "step" }] : [] };
    case "pause":
      if (state.mode !== "playing") return { state, actions: [] };
      return { state: paused, actions: [{ action: "cancel" }] };
    case "step":
      if (state.mode === "ended") return { state, actions: [] };
      return { state: paused, actions: [{ action: "cancel" }, { action: "step" }] };
    case "end":
      if (state.mode === "ended") return { state, actions: [] };
      return { state: paused, actions: [{ action: "cancel" }, { action: "run" }] };
  }
}

/**
 * @param {PlayerState} state
 * @param {Start} start
 * @returns {Transition}
 */
function begin(state, start) {
  /** @type {PlayerAction[]} */
  const actions = [
    { action: "cancel" },
    { action: "create", seed: state.seed, clients: state.clients },
  ];
  if (start === "end") actions.push({ action: "run" });
  const mode = start === "play" ? "playing" : "paused";
  return { state: { ...state, mode, isFresh: true }, actions };
}

/**
 * @param {PlayerState} state
 * @param {View} view
 * @returns {Transition}
 */
function answered(state, view) {
  const next = { ...state, isFresh: view.step === 0 };
  if (view.quiet) {
    return { state: { ...next, mode: "ended" }, actions: [{ action: "cancel" }] };
  }
  if (state.mode !== "playing") return { state: { ...next, mode: "paused" }, actions: [] };
  const delayMilliseconds = pace(view);
  return { state: next, actions: [{ action: "schedule", delayMilliseconds }] };
}

/**
 * How long to rest before the next event. Virtual time sets the rhythm, so that events of one
 * moment come in quick succession, but the rest is bounded both ways; larger worlds go faster, so
 * that every handshake takes a few seconds to watch.
 * @param {View} view
 */
export function pace(view) {
  const gapMilliseconds = Math.max(0, (view.next?.at ?? view.clock) - view.clock);
  const crowd = Math.sqrt(Math.max(1, view.clients) / 3);
  const rest = Math.min(340, 70 + 24 * gapMilliseconds) / crowd;
  return view.step === 0 ? Math.max(rest, 500) : rest;
}

/**
 * Reads a seed typed by a person: a whole number in range, or null.
 * @param {string} text
 */
export function readSeed(text) {
  if (!/^[0-9]{1,10}$/.test(text.trim())) return null;
  const seed = Number(text);
  return seed <= SEED_MAXIMUM ? seed : null;
}
