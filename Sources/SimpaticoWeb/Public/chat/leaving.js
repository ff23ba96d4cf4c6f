/**
 * What was given to be sent and is not kept yet. It belongs to a contact, not to a view, which may
 * go and come again meanwhile; what is being typed is another thing, a draft.
 */

import { drafts, scraps } from "./scraps.js";

const LEAVING = "leaving";
/**
 * Texts by contact, in the order in which they go.
 * @type {Record<string, string[]>}
 */
const leaving = JSON.parse(scraps.get(LEAVING) ?? "{}");

// What a page took with it goes back to the next one; a tab may also end without a word.
takeBack();
addEventListener("pagehide", takeBack);

function takeBack() {
  for (const sig of Object.keys(leaving)) giveBack(sig);
}

/** @param {string} sig whose texts go back in front of the draft, all of them and in order */
function giveBack(sig) {
  const texts = (leaving[sig] ?? []).splice(0);
  if (texts.length > 0) {
    drafts.set(sig, [...texts, drafts.get(sig)].filter(Boolean).join("\n"));
  }
  note(sig);
}

/** @param {string} sig */
function note(sig) {
  if (leaving[sig]?.length === 0) delete leaving[sig];
  scraps.set(LEAVING, JSON.stringify(leaving));
}

/**
 * Sends texts behind those that wait already. What is not taken goes back into the draft, with all
 * that was to follow it.
 * @param {string} sig
 * @param {string[]} texts
 * @param {(text: string) => Promise<boolean>} write whether a text was taken
 */
export async function send(sig, texts, write) {
  const isUnderWay = leaving[sig] !== undefined;
  const queue = leaving[sig] ??= [];
  queue.push(...texts);
  note(sig);
  if (isUnderWay) return;
  while (queue.length > 0) {
    if (!await write(queue[0])) return giveBack(sig);
    queue.shift();
    note(sig);
  }
}
