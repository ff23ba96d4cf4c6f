/** What each key's command does, with the parts of the lab that do it. */
import { byId } from "./dom.js";

/**
 * @typedef {object} Parts
 * @property {(input: {input: 'toggle' | 'forward' | 'back' | 'first' | 'last'}) => void} control
 * @property {import('./help.js').Help} help
 * @property {import('./find-bar.js').FindBar | null} find null until it was first opened
 * @property {import('./desk.js').Desk} desk
 * @property {import('./universes.js').Universes} universes
 * @property {() => void} openFind
 * @property {() => number} universe
 */

/**
 * @param {import('./keyboard.js').Command} command
 * @param {{party: string, node: number} | null} at the node that has the keyboard
 * @param {Parts} parts
 */
export function perform(command, at, { control, help, find, desk, universes, openFind,
  universe }) {
  switch (command) {
    case "toggle": case "forward": case "back": case "first": case "last":
      control({ input: command });
      break;
    case "help":
      help.open();
      break;
    case "close":
      if (find?.isOpen) find.close(); else desk.close();
      break;
    case "select":
      if (at !== null) desk.enter({ universe: universe(), ...at });
      break;
    case "pin":
      desk.pin(desk.selected);
      break;
    case "events":
      desk.show("tab-events");
      break;
    case "insert":
      desk.show("tab-insert");
      break;
    case "fork":
      universes.fork();
      break;
    case "fanOut":
      universes.fanOut();
      break;
    case "compare":
      universes.toggleBeside();
      break;
    case "map":
      universes.showMap(!universes.isMap);
      break;
    case "find":
      openFind();
      break;
    case "findNext": case "findPrevious":
      find?.go(command === "findNext" ? 1 : -1);
      break;
    case "scenarios": case "share":
      byId(command === "share" ? "share-menu" : "scenario-menu").togglePopover();
      break;
    case "left": case "right": case "up": case "down":
      desk.walk(at ?? desk.selected, command);
      break;
    case "rowStart": case "rowEnd":
      desk.walk(at, command === "rowStart" ? "first" : "last");
      break;
    default:
  }
}
