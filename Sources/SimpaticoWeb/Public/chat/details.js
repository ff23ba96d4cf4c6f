/** What a person knows of a contact, and what can be done about it. */

import { avatar, backLink, button, h } from "./dom.js";
import { confirmed, field } from "./forms.js";
import { drafts } from "./scraps.js";
import { strings } from "./strings.js";
import { dateOf } from "./text.js";
import { comparedNumber, grouped } from "./writing.js";

/** @typedef {import("./app.js").App} App */

/**
 * @param {App} app
 * @param {string} sig
 * @returns {import("./views.js").View}
 */
export function detailsView(app, sig) {
  const contact = app.contact(sig);
  const tell = (/** @type {any} */ message) => app.perform(
    { command: "tell", branch: app.contact(sig).branch, message });
  const compare = h("div", { class: "compare" });
  const standing = h("div", { class: "actions" });
  const title = h("h1", { tabindex: "-1" });
  const mark = h("span", {});
  let shown = "";
  const update = () => {
    const now = app.contact(sig);
    if (now === null) return app.go("");
    const name = app.nameOf(now);
    const key = JSON.stringify([name, now.standing, app.overview.marks[`compared:${sig}`]]);
    if (key === shown) return undefined;
    shown = key;
    title.replaceChildren(h("bdi", {}, name));
    mark.replaceChildren(avatar(sig, now.contact.name));
    showComparison(app, sig, compare);
    standing.replaceChildren(...standingActions(app, now, tell));
    return undefined;
  };
  const element = h("div", { class: "sheet" },
    backLink(strings.back, `#${app.routeTo(sig)}`),
    h("div", { class: "person-title" }, mark, title),
    annotations(app, contact, tell),
    h("section", { class: "card" }, h("h2", {}, strings.compareTitle),
      h("p", {}, strings.compareText), compare),
    h("section", { class: "card" }, h("h2", {}, strings.theirKey),
      h("code", { class: "key" }, grouped(sig)), h("h2", {}, strings.yourKey),
      h("code", { class: "key" }, grouped(app.overview.view.home.publicKeySig))),
    standing);
  return { element, update };
}

/** @param {App} app @param {any} contact @param {(message: any) => Promise<any>} tell */
function annotations(app, contact, tell) {
  const name = h("input", { id: "contact-name", maxlength: "64", dir: "auto", autocomplete: "off",
    value: contact.contact.name ?? "" });
  const notes = h("textarea", { id: "contact-notes", maxlength: "4096", rows: "3", dir: "auto",
    value: contact.contact.notes ?? "" });
  const save = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const isDone = await tell(
      { handler: "annotate", name: name.value.trim(), notes: notes.value.trim() });
    if (isDone !== undefined) app.toast(strings.saved);
  };
  return h("form", { class: "form card", onsubmit: save }, field(strings.theirName, name),
    field(strings.theirNotes, notes, { hint: strings.noteHint }),
    h("div", { class: "actions" }, h("button", { class: "button" }, strings.save)));
}

/** @param {App} app @param {string} sig @param {HTMLElement} place */
async function showComparison(app, sig, place) {
  const numbers = await comparedNumber(sig, app.overview.view.home.publicKeySig);
  const at = app.overview.marks[`compared:${sig}`];
  const note = (/** @type {number | null} */ value) => (
    app.perform({ command: "mark", name: `compared:${sig}`, value }));
  place.replaceChildren(
    h("p", { class: "number" }, ...numbers.flatMap((group) => [h("span", {}, group), " "])),
    at === undefined ? button(strings.compareYes, () => note(Date.now()))
      : h("p", { class: "is-compared" }, strings.compared(dateOf(at).toLocaleDateString()), " ",
        button(strings.compareUndo, () => note(null), "link")));
}

/** @param {App} app @param {any} contact @param {(message: any) => Promise<any>} tell */
function standingActions(app, contact, tell) {
  const name = app.nameOf(contact);
  const block = async () => {
    const isSure = await confirmed({ title: strings.blockTitle(name), text: strings.blockText,
      action: strings.block, cancel: strings.cancel });
    if (isSure) tell({ handler: "block" });
  };
  const remove = async () => {
    const isSure = await confirmed({ title: strings.removeTitle(name), text: strings.removeText,
      action: strings.removeDo, cancel: strings.cancel });
    if (!isSure || await tell({ handler: "remove" }) === undefined) return;
    const { publicKeySig: sig } = contact.contact;
    drafts.set(sig, null);
    app.perform({ command: "mark", name: `compared:${sig}`, value: null });
    app.go("");
  };
  return [
    contact.standing === "KNOWN" ? button(strings.block, block)
      : button(strings.unblock, () => tell({ handler: "unblock" })),
    button(strings.remove, remove, "danger-quiet")];
}
