/** Where a tree comes from that grows while it is looked at; the address names it. See live.js. */

/** @typedef {{kind: 'channel', name: string} | {kind: 'relay', token: string}} Source */

/**
 * The source that a fragment names. Pure.
 * @param {string} fragment
 * @returns {Source | null}
 */
export function sourceOf(fragment) {
  if (!fragment.startsWith("#live=")) return null;
  const parameters = new URLSearchParams(fragment.slice(1));
  const name = parameters.get("live") ?? "";
  const token = parameters.get("token");
  if (name === "relay" && token !== null) return { kind: "relay", token };
  return name === "" ? null : { kind: "channel", name };
}
