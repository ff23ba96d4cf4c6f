/**
 * Playing as a machine: inputs in, actions out, no clock and no page inside. `main.js` performs
 * the actions and reports where the cursor came to. It moves the cursor through steps that have
 * happened; only beyond the newest one does it ask the universe for more.
 *
 *              loaded                  play
 *   loading ───────────▶ paused ◀────────────▶ playing
 *      │                   │  ▲     pause        │
 *      │ trapped           │  │ seek             │ nothing more happens
 *      ▼                   ▼  │                  ▼
 *   failed ◀── trapped ──  ended ◀───────────────┘      (play at the end starts over)
 */

/** @typedef {'loading' | 'paused' | 'playing' | 'ended' | 'failed'} Mode */

/**
 * @typedef {object} PlayerState
 * @property {Mode} mode
 * @property {number} step where the cursor stands
 * @property {number} steps the universe's newest step
 * @property {boolean} isOver nothing happens after the newest step
 * @property {number} speed
 *
 * @typedef {{input: 'loaded' | 'trapped' | 'play' | 'pause' | 'toggle' | 'forward' | 'back' |
 *   'first' | 'last' | 'tick'}
 *   | {input: 'seek', step: number}
 *   | {input: 'speed', speed: number}
 *   | {input: 'moved', step: number, steps: number, isOver: boolean, gapMilliseconds: number}
 * } PlayerInput
 *
 * @typedef {{action: 'goto', step: number} | {action: 'grow'} | {action: 'growToEnd'}
 *   | {action: 'cancel'} | {action: 'schedule', delayMilliseconds: number}} PlayerAction
 *
 * @typedef {{state: PlayerState, actions: PlayerAction[]}} Transition
 */

export const SPEEDS = [0.25, 0.5, 1, 2, 4, 16];

/** @returns {PlayerState} */
export function initialPlayer() {
  return { mode: "loading", step: 0, steps: 0, isOver: false, speed: 1 };
}

/**
 * @param {PlayerState} state
 * @param {PlayerInput} input
 * @returns {Transition}
 */
export function advancePlayer(state, input) {
  switch (input.input) {
    case "trapped":
      return { state: { ...state, mode: "failed" }, actions: [{ action: "cancel" }] };
    case "loaded":
      return { state: { ...initialPlayer(), mode: "paused", speed: state.speed },
        actions: [{ action: "cancel" }] };
    case "speed":
      return { state: { ...state, speed: input.speed }, actions: [] };
    default:
  }
  // A broken core takes no steps: only a new universe leads out.
  if (state.mode === "loading" || state.mode === "failed") return { state, actions: [] };
  return input.input === "moved" ? moved(state, input) : transport(state, input);
}

/**
 * @param {PlayerState} state
 * @param {Exclude<PlayerInput, {input: 'speed' | 'moved'}>} input
 * @returns {Transition}
 */
function transport(state, input) {
  switch (input.input) {
    case "toggle":
      return transport(state, { input: state.mode === "playing" ? "pause" : "play" });
    case "play":
      if (state.mode === "playing") return { state, actions: [] };
      return { state: { ...state, mode: "playing" },
        actions: [state.mode === "ended" ? { action: "goto", step: 0 } : onward(state)] };
    case "tick":
      return { state, actions: state.mode === "playing" ? [onward(state)] : [] };
    case "pause":
      if (state.mode !== "playing") return { state, actions: [] };
      return stop(state, []);
    case "forward":
      return state.mode === "ended" ? { state, actions: [] } : stop(state, [onward(state)]);
    case "back":
      return state.step === 0 ? stop(state, [])
        : stop(state, [{ action: "goto", step: state.step - 1 }]);
    case "first":
      return stop(state, [{ action: "goto", step: 0 }]);
    case "last":
      if (state.mode === "ended") return { state, actions: [] };
      return stop(state, [state.step < state.steps ? { action: "goto", step: state.steps }
        : { action: "growToEnd" }]);
    case "seek":
      return stop(state, [
        { action: "goto", step: Math.max(0, Math.min(state.steps, Math.round(input.step))) }]);
    default:
      return { state, actions: [] };
  }
}

/**
 * @param {PlayerState} state
 * @param {PlayerAction[]} actions
 * @returns {Transition}
 */
function stop(state, actions) {
  const mode = state.mode === "playing" ? "paused" : state.mode;
  return { state: { ...state, mode }, actions: [{ action: "cancel" }, ...actions] };
}

/**
 * @param {PlayerState} state
 * @returns {PlayerAction}
 */
function onward(state) {
  return state.step < state.steps ? { action: "goto", step: state.step + 1 } : { action: "grow" };
}

/**
 * @param {PlayerState} state
 * @param {Extract<PlayerInput, {input: 'moved'}>} input
 * @returns {Transition}
 */
function moved(state, { step, steps, isOver, gapMilliseconds }) {
  const next = { ...state, step, steps, isOver };
  if (isOver && step === steps) {
    return { state: { ...next, mode: "ended" }, actions: [{ action: "cancel" }] };
  }
  if (state.mode !== "playing") return { state: { ...next, mode: "paused" }, actions: [] };
  // The universe has grown elsewhere: the rest that was begun goes on.
  if (step === state.step) return { state: next, actions: [] };
  const delayMilliseconds = pace(gapMilliseconds, state.speed, step === 0);
  return { state: next, actions: [{ action: "schedule", delayMilliseconds }] };
}

/**
 * How long to rest before the next event. Virtual time sets the rhythm, so that events of one
 * moment come in quick succession, but the rest is bounded both ways.
 * @param {number} gapMilliseconds the virtual time since the event before
 * @param {number} speed
 * @param {boolean} isStart
 */
export function pace(gapMilliseconds, speed, isStart = false) {
  const rest = Math.min(380, 90 + 24 * Math.max(0, gapMilliseconds)) / speed;
  return isStart ? Math.max(rest, 500) : rest;
}
