/** Keys to commands. The table is also what the help shows, so the two cannot differ. */

/** @typedef {'toggle' | 'step' | 'end' | 'reset' | 'help' | 'close' | 'select' | 'left' | 'right'
 *   | 'up' | 'down' | 'first' | 'last'} Command */
/** @typedef {'node' | 'page' | 'control' | 'text'} Place where the keyboard is */

/** @type {{keys: string[], shown: string[], command: Command, text: string}[]} */
export const KEYS = [
  { keys: [" "], shown: ["Space"], command: "toggle", text: "Play or pause" },
  { keys: ["n", "."], shown: ["N", "."], command: "step", text: "Take one step" },
  { keys: ["e"], shown: ["E"], command: "end", text: "Run to the end" },
  { keys: ["r"], shown: ["R"], command: "reset", text: "Reset to the beginning" },
  { keys: ["ArrowLeft"], shown: ["←"], command: "left", text: "Node before, or the parent" },
  { keys: ["ArrowRight"], shown: ["→"], command: "right", text: "Node after, along the branch" },
  { keys: ["ArrowUp"], shown: ["↑"], command: "up", text: "Row above, or the party above" },
  { keys: ["ArrowDown"], shown: ["↓"], command: "down", text: "Row below, or the party below" },
  { keys: ["Home"], shown: ["Home"], command: "first", text: "First node of the branch" },
  { keys: ["End"], shown: ["End"], command: "last", text: "Newest node of the branch" },
  { keys: ["Enter"], shown: ["Enter"], command: "select",
    text: "Inspect the node; again: go to its details" },
  { keys: ["Escape"], shown: ["Esc"], command: "close", text: "Close the inspector" },
  { keys: ["?"], shown: ["?"], command: "help", text: "Show these keys" },
];

const COMMAND_OF = new Map(KEYS.flatMap(({ keys, command }) => (
  keys.map((key) => /** @type {[string, Command]} */ ([key, command])))));

/** Commands that move from a node, and so need one. */
const ON_NODES = new Set(["select", "up", "down", "first", "last"]);

/**
 * @param {{key: string, ctrlKey: boolean, metaKey: boolean, altKey: boolean}} event
 * @param {Place} place
 * @param {{hasSelection: boolean, usesLetters: boolean}} options letters can be switched off, for
 *   those who speak to their computer
 * @returns {Command | null}
 */
export function commandFor(event, place, { hasSelection, usesLetters }) {
  if (event.ctrlKey || event.metaKey || event.altKey || place === "text") return null;
  const isLetter = event.key.length === 1 && event.key !== " ";
  if (isLetter && !usesLetters) return null;
  const command = COMMAND_OF.get(isLetter ? event.key.toLowerCase() : event.key) ?? null;
  if (command === null || command === "close") return command;
  // A focused button keeps space and Enter; arrow keys scroll until there is a node to move from.
  if (place === "control") return isLetter ? command : null;
  if (place === "page" && ON_NODES.has(command)) {
    return hasSelection && (command === "up" || command === "down") ? command : null;
  }
  return command;
}

/**
 * @param {EventTarget | null} target
 * @returns {Place}
 */
export function placeOf(target) {
  if (!(target instanceof Element)) return "page";
  if (target.closest("input:not([type=checkbox]), select, textarea") !== null) return "text";
  if (target.closest("button, a, summary, input, dialog, [role=region]") !== null) return "control";
  return target.closest("[role=option]") === null ? "page" : "node";
}
