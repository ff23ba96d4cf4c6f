/**
 * Trees that grow while they are looked at: that of a chat in another tab of this browser, over a
 * channel of its name, or the relay's own, as a stream of lines. What comes is added to an opened
 * recording; nothing is ever sent but the wish to hear.
 *
 * `#live=CHANNEL` names a channel (docs/CHAT-PAGE.md), `#live=relay&token=TOKEN` the relay
 * (docs/LAB.md). The token stays in the fragment and goes into a header, never into an address.
 */

import { CoreRefusal } from "./core.js";

/** How often a chat is told that somebody still looks, in milliseconds. */
const WISH_MILLISECONDS = 5_000;
/** After so long without a word, a source counts as asleep. */
const SILENCE_MILLISECONDS = 12_000;
/** Lines of the relay that are added together, at most. */
const CHUNK = 2_000;

/**
 * @typedef {import('./live-source.js').Source} Source
 * @typedef {'waiting' | 'live' | 'asleep' | 'ended'} Pulse
 *
 * @typedef {object} Host What the lab lets this part do.
 * @property {(name: string, tree: Record<string, unknown>) => number} openLive opens a recording
 *   of one tree and answers its universe
 * @property {(universe: number, more: Record<string, unknown>) => void} extendLive
 * @property {(pulse: Pulse, text: string) => void} onPulse
 * @property {(title: string, error: unknown, more: {advice: string,
 *   actions: {text: string, run: () => void}[]}) => void} complain
 *
 * @typedef {Host & {end: (error: unknown) => void}} Listener
 */

export class Live {
  #host;
  /** @type {(() => void) | null} */
  #close = null;
  /** @type {number | null} the universe that grows */
  universe = null;

  /** @param {Host} host */
  constructor(host) {
    this.#host = { ...host, openLive: (name, tree) => {
      this.universe = host.openLive(name, tree);
      return this.universe;
    } };
  }

  /** @param {Source} source */
  open(source) {
    this.close();
    this.#host.onPulse("waiting", source.kind === "relay"
      ? "Waiting for the relay" : "Waiting for the chat: is it open in another tab?");
    const listener = { ...this.#host, end: (/** @type {unknown} */ error) => (
      this.#end(source, error)) };
    this.#close = source.kind === "relay" ? listenToRelay(source.token, listener)
      : listenToChannel(source.name, listener);
  }

  /**
   * Nothing more is listened to: what there is stays.
   * @param {Source} source
   * @param {unknown} error
   */
  #end(source, error) {
    this.#close?.();
    this.#host.onPulse("ended", source.kind === "relay" ? "The relay's stream has ended"
      : "The chat is no longer followed");
    const isRefused = error instanceof CoreRefusal;
    if (isRefused && error.kind === "noSuchUniverse") {
      // Whoever removed it does not miss it.
      this.universe = null;
      return;
    }
    this.#host.complain("The tree cannot be followed any further", error, {
      advice: "What has come so far stays.",
      actions: isRefused ? [] : [{ text: "Connect again", run: () => this.open(source) }] });
  }

  close() {
    this.#close?.();
    this.#close = null;
    this.universe = null;
  }
}

/**
 * @param {string} name
 * @param {Listener} host
 */
function listenToChannel(name, host) {
  const channel = new BroadcastChannel(name);
  /** @type {{tree: unknown, universe: number, count: number} | null} */
  let seen = null;
  let heardAt = performance.now();
  const ask = () => channel.postMessage({ want: "tree",
    ...(seen === null ? {} : { have: { tree: seen.tree, count: seen.count } }) });
  const begin = (/** @type {any} */ data) => {
    if (data.entries.length === 0) return;
    const universe = host.openLive(data.name, { name: data.name, role: data.role ?? "client",
      transcript: data.entries });
    seen = { tree: data.tree, universe, count: data.count };
  };
  const hear = (/** @type {any} */ data) => {
    if (data?.gone !== undefined && data.gone === seen?.tree) {
      host.onPulse("ended", "The chat was closed");
      return;
    }
    if (!Array.isArray(data?.entries)) return;
    heardAt = performance.now();
    host.onPulse("live", `Live: ${data.name}`);
    if (seen?.tree !== data.tree) {
      if (data.from === 0) begin(data);
      else channel.postMessage({ want: "tree" });
    } else if (data.from > seen.count) {
      ask();
    } else if (data.count > seen.count) {
      host.extendLive(seen.universe, { transcript: data.entries });
      seen.count = data.count;
    }
  };
  channel.onmessage = ({ data }) => {
    try {
      hear(data);
    } catch (error) {
      host.end(error);
    }
  };
  const timer = setInterval(() => {
    if (performance.now() - heardAt > SILENCE_MILLISECONDS) {
      host.onPulse("asleep", "The chat does not answer: it sleeps, or is closed");
    }
    ask();
  }, WISH_MILLISECONDS);
  ask();
  return () => {
    clearInterval(timer);
    channel.close();
  };
}

/**
 * @param {string} token
 * @param {Listener} host
 */
function listenToRelay(token, host) {
  const abort = new AbortController();
  followRelay(token, host, abort.signal).catch((error) => {
    if (!abort.signal.aborted) host.end(error);
  });
  return () => abort.abort();
}

/**
 * @param {string} token
 * @param {Host} host
 * @param {AbortSignal} signal
 */
async function followRelay(token, host, signal) {
  const response = await fetch("/live", { headers: { Authorization: `Bearer ${token}` }, signal,
    cache: "no-store" });
  if (!response.ok || response.body === null) {
    throw new Error(WHY_NOT[response.status] ?? `The relay answers with status ${
      response.status}.`);
  }
  const lines = response.body.pipeThrough(new TextDecoderStream())
    .pipeThrough(lineStream()).getReader();
  /** @type {number | null} */
  let universe = null;
  for (;;) {
    const { done, value } = await lines.read();
    if (done) break;
    const entries = value.filter((line) => line !== "").map((line) => JSON.parse(line));
    host.onPulse("live", "Live: the relay");
    for (let at = 0; at < entries.length; at += CHUNK) {
      const transcript = entries.slice(at, at + CHUNK);
      if (universe !== null) host.extendLive(universe, { transcript });
      else universe = host.openLive("relay", { name: "relay", role: "server", transcript });
    }
  }
  throw new Error("The relay has stopped, or this page read too slowly and was cut off.");
}

/** @type {Record<number, string>} */
const WHY_NOT = {
  401: "The token is not the one that the relay has printed when it started.",
  403: "A relay shows its tree to its own machine only.",
  404: "This relay was started without --live.",
  503: "As many pages look at the relay's tree as it allows.",
};

/**
 * Cuts text into lines; those that came together are passed on together.
 * @returns {TransformStream<string, string[]>}
 */
export function lineStream() {
  let rest = "";
  return new TransformStream({
    transform(text, controller) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      if (lines.length > 0) controller.enqueue(lines);
    },
  });
}
