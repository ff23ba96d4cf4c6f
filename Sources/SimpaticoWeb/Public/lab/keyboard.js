/** Keys to commands. The table is also what the help shows, so the two cannot differ. */

/** @typedef {'toggle' | 'forward' | 'back' | 'last' | 'first' | 'help' | 'close' | 'select'
 * | 'left' | 'right' | 'up' | 'down' | 'rowStart' | 'rowEnd' | 'fork' | 'fanOut' | 'compare' |
 * 'map'
 *   | 'find' | 'findNext' | 'findPrevious' | 'insert' | 'pin' | 'events' | 'scenarios' | 'share'
 * } Command */
/** @typedef {'node' | 'page' | 'control' | 'text'} Place where the keyboard is */

/** @type {{group: string, keys: {keys: string[], shown: string[], command: Command,
 *   text: string}[]}[]} */
export const KEY_GROUPS = [
  { group: "Time", keys: [
    { keys: [" "], shown: ["Space"], command: "toggle", text: "Play or pause" },
    { keys: ["n", "."], shown: ["N", "."], command: "forward", text: "One step forward" },
    { keys: ["b", ","], shown: ["B", ","], command: "back", text: "One step back" },
    { keys: ["r"], shown: ["R"], command: "first", text: "To the beginning" },
    { keys: ["e"], shown: ["E"], command: "last", text: "To the end" },
  ] },
  { group: "Trees", keys: [
    { keys: ["ArrowLeft"], shown: ["←"], command: "left",
      text: "Node before, or the parent; outside of a tree: one step back" },
    { keys: ["ArrowRight"], shown: ["→"], command: "right",
      text: "Node after; outside of a tree: one step forward" },
    { keys: ["ArrowUp"], shown: ["↑"], command: "up", text: "Row above, or the party above" },
    { keys: ["ArrowDown"], shown: ["↓"], command: "down", text: "Row below, or into the trees" },
    { keys: ["Home"], shown: ["Home"], command: "rowStart", text: "First node of the branch" },
    { keys: ["End"], shown: ["End"], command: "rowEnd", text: "Newest node of the branch" },
    { keys: ["Enter"], shown: ["Enter"], command: "select",
      text: "Inspect the node; again: go to its details" },
    { keys: ["p"], shown: ["P"], command: "pin", text: "Pin the node, to compare others with it" },
    { keys: ["Escape"], shown: ["Esc"], command: "close", text: "Close what is open" },
  ] },
  { group: "Universes", keys: [
    { keys: ["v"], shown: ["V"], command: "events", text: "What happens next, and its faults" },
    { keys: ["i"], shown: ["I"], command: "insert", text: "Insert a message" },
    { keys: ["f"], shown: ["F"], command: "fork", text: "Fork here" },
    { keys: ["o"], shown: ["O"], command: "fanOut", text: "Fan out: every fault possible here" },
    { keys: ["c"], shown: ["C"], command: "compare", text: "Beside the universe it came from" },
    { keys: ["m"], shown: ["M"], command: "map", text: "Map of universes, and back" },
    { keys: ["/"], shown: ["/"], command: "find", text: "Find" },
    { keys: ["]"], shown: ["]"], command: "findNext", text: "Next that was found" },
    { keys: ["["], shown: ["["], command: "findPrevious", text: "Previous that was found" },
    { keys: ["s"], shown: ["S"], command: "scenarios", text: "Scenarios" },
    { keys: ["x"], shown: ["X"], command: "share", text: "Save, open, copy a link" },
    { keys: ["?"], shown: ["?"], command: "help", text: "Show these keys" },
  ] },
];

const COMMAND_OF = new Map(KEY_GROUPS.flatMap(({ keys }) => keys).flatMap(({ keys, command }) => (
  keys.map((key) => /** @type {[string, Command]} */ ([key, command])))));

/** Commands that only a node has an answer to. */
const ON_NODES = new Set(["select", "rowStart", "rowEnd"]);

/** What the arrows do while no node has the keyboard. */
const ON_PAGE = new Map(/** @type {[string, Command][]} */ ([
  ["left", "back"], ["right", "forward"]]));

/**
 * @param {{key: string, ctrlKey: boolean, metaKey: boolean, altKey: boolean}} event
 * @param {Place} place
 * @param {{usesLetters: boolean}} options letters can be switched off, for those who speak to
 *   their computer
 * @returns {Command | null}
 */
export function commandFor(event, place, { usesLetters }) {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  if (place === "text") return event.key === "Escape" ? "close" : null;
  const isLetter = event.key.length === 1 && event.key !== " ";
  if (isLetter && !usesLetters) return null;
  const command = COMMAND_OF.get(isLetter ? event.key.toLowerCase() : event.key) ?? null;
  if (command === null || command === "close") return command;
  // A focused button keeps space, Enter and the arrows.
  if (place === "control") return isLetter ? command : null;
  if (place === "page") return ON_NODES.has(command) ? null : ON_PAGE.get(command) ?? command;
  return command;
}

/**
 * @param {EventTarget | null} target
 * @returns {Place}
 */
export function placeOf(target) {
  if (!(target instanceof Element)) return "page";
  if (target.closest("input:not([type=checkbox], [type=range]), select, textarea") !== null) {
    return "text";
  }
  if (target.closest("[role=option]") !== null) {
    return target.closest("[role=option]")?.matches(".node") ? "node" : "control";
  }
  return target.closest("button, a, summary, input, dialog, [role=region], [popover]") === null
    ? "page" : "control";
}
