/** Invitations: making one, handing on its link, and following one. */

import { avatar, backLink, bond, button, h, svg } from "./dom.js";
import { confirmed, field } from "./forms.js";
import { pasteForm } from "./pasting.js";
import { strings } from "./strings.js";
import { fullTime, grouped } from "./writing.js";

/** @typedef {import("./app.js").App} App */

const HOST_PENDING = ["COMPUTING", "INVITED"];
const GUEST_PENDING = ["REQUEST_PUBLIC_KEY", "PROVING"];
const NAME_CHARACTERS_AT_MOST = 64;
const NOTE_CHARACTERS_AT_MOST = 256;
const WEEK = 604_800_000;

/** The invitation whose link was copied when it was made. */
let copied = "";

/** @param {App} app */
const nameInput = (app) => h("input", { id: "own-name", maxlength: NAME_CHARACTERS_AT_MOST,
  autocomplete: "nickname", dir: "auto", value: app.overview?.view.home.name ?? "" });

const noteInput = () => h("input", { id: "note", maxlength: NOTE_CHARACTERS_AT_MOST, dir: "auto",
  autocomplete: "off", placeholder: strings.notePlaceholder });

/** @param {App} app @param {string} name */
async function rename(app, name) {
  if (name.trim() === app.overview.view.home.name) return true;
  return undefined !== await app.perform({
    command: "home", message: { handler: "rename", name: name.trim() } });
}

/** @param {App} app */
export function inviteView(app) {
  const name = nameInput(app);
  const note = noteInput();
  const expiry = h("select", { id: "expiry" }, ...strings.expiries.map(([label, milliseconds]) => (
    h("option", { value: String(milliseconds), selected: milliseconds === WEEK }, String(label)))));
  const make = h("button", { class: "button primary big" }, strings.makeLink);
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    make.disabled = true;
    const known = new Set(
      app.overview.view.invitations.map((/** @type {any} */ i) => i.invitation));
    const isDone = await rename(app, name.value) && await app.perform({ command: "home", message: {
      handler: "invite", note: note.value.trim(), expiresInMilliseconds: Number(expiry.value) } });
    make.disabled = false;
    if (isDone === undefined || isDone === false) return;
    await app.refresh();
    const made = app.overview.view.invitations.find((/** @type {any} */ each) => (
      each.role === "host" && !known.has(each.invitation)));
    if (made === undefined) return;
    await copyLink(app, made.invitation);
    app.go(`/invitation/${made.branch}`);
  };
  return {
    element: h("div", { class: "sheet" }, backLink(strings.back, "#"),
      h("h1", { tabindex: "-1" }, strings.inviteTitle),
        h("p", { class: "lead" }, strings.inviteText),
      h("form", { class: "form", onsubmit: submit },
        field(strings.yourName, name, { optional: strings.optional }),
        field(strings.noteLabel, note, { optional: strings.optional, hint: strings.noteHint }),
        field(strings.expiry, expiry), h("div", { class: "actions" }, make)),
      pasteForm(app)),
  };
}

/**
 * One invitation, of either side, as far as it has come.
 * @param {App} app
 * @param {string} branch
 */
export function invitationView(app, branch) {
  const element = h("div", { class: "sheet" });
  let shown = "";
  const update = () => {
    const invitation = app.overview?.view.invitations.find(
      (/** @type {any} */ each) => String(each.branch) === branch);
    const sig = invitation?.role === "host" ? invitation.guest : invitation?.host;
    if (invitation?.phase === "VERIFIED" && app.contact(sig) !== null) {
      location.replace(`#${app.routeTo(sig)}`);
      return;
    }
    const key = JSON.stringify([invitation?.phase, invitation?.waitingFor,
      app.overview?.view.home.session === "ONLINE"]);
    if (key === shown) return;
    shown = key;
    element.replaceChildren(backLink(strings.back, "#"), ...(invitation === undefined
      ? [h("h1", { tabindex: "-1" }, strings.gone)]
      : invitation.role === "host" ? hostParts(app, invitation) : guestParts(app, invitation)));
  };
  return { element, update };
}

/** @param {App} app @param {any} invitation */
function hostParts(app, invitation) {
  if (!HOST_PENDING.includes(invitation.phase)) {
    const over = /** @type {Record<string, string>} */ (strings.hostOver);
    const phases = /** @type {Record<string, string>} */ (strings.hostPhases);
    return [bond("broken", "large"),
      h("h1", { tabindex: "-1" }, phases[invitation.phase] ?? strings.gone),
      h("p", { class: "lead" }, over[invitation.phase] ?? ""),
      h("div", { class: "actions" },
        button(strings.inviteAgain, () => app.go("/invite"), "primary"))];
  }
  const link = h("input", { id: "link", class: "link-text", readonly: true, "aria-label":
    strings.linkLabel, onfocus: () => link.select() });
  const code = h("div", { class: "qr" });
  showLink(app, invitation, link, code);
  return [
    h("div", { class: "waiting" }, bond("waiting", "large")),
    h("h1", { tabindex: "-1" }, strings.linkTitle),
    invitation.note !== "" && h("p", { class: "for" }, h("bdi", {}, invitation.note)),
    h("p", { class: "lead" }, strings.linkText),
    h("div", { class: "row link-row" }, link, copyButton(link, invitation.invitation === copied)),
    invitation.invitation === copied && h("p", { class: "small", role: "status" },
      strings.linkCopied),
    navigator.share !== undefined && h("div", { class: "actions" },
      button(strings.share, () => navigator.share({ url: link.value }).catch(() => {}))),
    h("figure", { class: "qr-figure" }, code, h("figcaption", {}, strings.showQR)),
    h("p", { class: "small" }, strings.expiresAt(fullTime(invitation.expiresAt)), " · ",
      button(strings.revoke, () => revoke(app, invitation), "link")),
  ].filter(Boolean);
}

/** Copies the link of a new invitation, where the browser lets a page do so. */
async function copyLink(/** @type {App} */ app, /** @type {string} */ invitation) {
  try {
    const { link } = await app.ask({ command: "link", page: pageAddress(), invitation });
    await navigator.clipboard.writeText(link);
    copied = invitation;
  } catch { /* there is a button for it */ }
}

const pageAddress = () => `${location.origin}${location.pathname}`;

/** @param {HTMLInputElement} link @param {boolean} isCopied already */
function copyButton(link, isCopied) {
  const copy = button(isCopied ? strings.copied : strings.copy, async () => {
    try {
      await navigator.clipboard.writeText(link.value);
      copy.textContent = strings.copied;
    } catch {
      link.select();
      copy.textContent = strings.copyFailed;
    }
    fade();
  }, "primary");
  const fade = () => setTimeout(() => { copy.textContent = strings.copy; }, 3000);
  if (isCopied) fade();
  copy.setAttribute("aria-live", "polite");
  return copy;
}

/**
 * @param {App} app
 * @param {any} invitation
 * @param {HTMLInputElement} input
 * @param {HTMLElement} place
 */
async function showLink(app, invitation, input, place) {
  const asked = { command: "link", page: pageAddress(), invitation: invitation.invitation };
  const answer = await app.ask(asked).catch(() => null);
  if (answer === null) return;
  input.value = answer.link;
  const { path, side } = await app.ask({ command: "qr", text: answer.link });
  place.replaceChildren(svg("svg", { viewBox: `0 0 ${side} ${side}`, role: "img",
    "aria-label": strings.linkQR, "shape-rendering": "crispEdges" }, svg("path", { d: path })));
}

/** @param {App} app @param {any} invitation */
async function revoke(app, invitation) {
  const isSure = await confirmed({ title: strings.revokeTitle, text: strings.revokeText,
    action: strings.revoke, cancel: strings.cancel });
  if (isSure) tell(app, invitation, { handler: "revoke" });
}

/** @param {App} app @param {any} invitation @param {Record<string, unknown>} message */
const tell = (app, invitation, message) => app.perform(
  { command: "tell", branch: invitation.branch, message });

/** @param {App} app @param {any} invitation */
function guestParts(app, invitation) {
  const isPending = GUEST_PENDING.includes(invitation.phase);
  const isOnline = app.overview.view.home.session === "ONLINE";
  const waiting = /** @type {Record<string, string[]>} */ (strings.guestWaiting);
  const over = /** @type {Record<string, string[]>} */ (strings.guestOver);
  const [title, text] = isPending
    ? waiting[isOnline ? invitation.waitingFor ?? "host" : "network"]
    : over[invitation.phase] ?? [strings.guestPhases.VERIFIED, ""];
  return [
    bond(isPending ? "waiting" : "broken", "large"),
    h("h1", { tabindex: "-1" }, title), h("p", { class: "lead" }, text),
    invitation.note !== "" && h("p", { class: "for" }, h("bdi", {}, invitation.note)),
    h("div", { class: "actions" }, ...(isPending ? [
      button(strings.askAgain, () => tell(app, invitation, { handler: "seek" })),
      button(strings.giveUp, () => tell(app, invitation, { handler: "cancel" }), "quiet"),
    ] : [button(strings.dismiss, () => {
      app.perform({ command: "mark", name: `dismissed:${invitation.invitation}`, value: true });
      app.go("");
    })])),
  ].filter(Boolean);
}

/**
 * A link was opened: who invites, and the question whether to follow.
 * @param {App} app
 */
export function guestView(app) {
  const element = h("div", { class: "sheet" });
  let shown = "";
  const update = async () => {
    if (shown !== "" || app.overview === null) return;
    shown = app.pendingLink ?? "";
    const parts = await app.ask({ command: "readLink", link: shown }).catch(() => null);
    element.replaceChildren(...(parts === null
      ? ending(app, strings.badLinkTitle, strings.badLinkText) : questionOf(app, parts)));
    element.querySelector("h1")?.focus();
  };
  if (app.overview === null) element.append(bond("waiting", "large"));
  return { element, update };
}

/**
 * @param {App} app
 * @param {string} title
 * @param {string} text
 * @param {...HTMLElement} actions
 */
const ending = (app, title, text, ...actions) => [
  bond("broken", "large"), h("h1", { tabindex: "-1" }, title), h("p", { class: "lead" }, text),
  h("div", { class: "actions" }, ...actions, button(strings.close, () => leave(app)))];

/** @param {App} app @param {string} [route] */
function leave(app, route = "") {
  app.pendingLink = null;
  app.go(route);
  app.rebuild();
}

/** @param {App} app @param {string} invitation @param {string} note */
async function follow(app, invitation, note) {
  const answer = await app.perform({ command: "accept", link: app.pendingLink, note });
  if (answer === undefined) return;
  // It may have been followed before, to an end that was put away.
  app.perform({ command: "mark", name: `dismissed:${invitation}`, value: null });
  await app.refresh();
  const followed = app.overview.view.invitations.find(
    (/** @type {any} */ each) => each.invitation === invitation);
  leave(app, `/invitation/${followed?.branch}`);
}

/**
 * The invitation is from a contact: its link was used already, or, where it is a new one, they have
 * deleted the contact or lost it, and what is written to them goes nowhere.
 * @param {App} app
 * @param {string} host
 * @param {string} invitation
 */
function knownParts(app, host, invitation) {
  const route = app.routeTo(host);
  if (app.contact(host).standing !== "KNOWN") {
    // The link stays: once they are unblocked, it is asked about again.
    return ending(app, strings.blockedLinkTitle, strings.blockedLinkText,
      button(strings.details, () => app.go(`${route}/details`), "primary"));
  }
  const open = button(strings.openConversation, () => leave(app, route), "primary");
  const isUsed = app.overview.view.invitations.some((/** @type {any} */ each) => (
    each.host === host && each.invitation === invitation && each.phase === "VERIFIED"));
  return isUsed ? ending(app, strings.knownTitle, strings.knownText, open)
    : ending(app, strings.knownTitle, strings.meetAgainText, open,
      button(strings.meetAgain, () => follow(app, invitation, "")));
}

/** @param {App} app @param {{host: string, invitation: string}} parts */
function questionOf(app, { host, invitation }) {
  const { view } = app.overview;
  if (host === view.home.publicKeySig) {
    return ending(app, strings.ownLinkTitle, strings.ownLinkText);
  }
  if (app.contact(host) !== null) return knownParts(app, host, invitation);
  const name = nameInput(app);
  const note = noteInput();
  const accept = h("button", { class: "button primary big" }, strings.accept);
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    accept.disabled = true;
    if (await rename(app, name.value)) await follow(app, invitation, note.value.trim());
    accept.disabled = false;
  };
  return [
    bond("waiting", "large"), h("h1", { tabindex: "-1" }, strings.guestTitle),
    h("p", { class: "lead" }, strings.guestText),
    h("div", { class: "key-card" }, avatar(host), h("div", {},
      h("p", { class: "small" }, strings.guestKey), h("code", { class: "key" }, grouped(host)),
      h("p", { class: "small" }, strings.guestKeyHint))),
    h("form", { class: "form", onsubmit: submit },
      field(strings.yourName, name, { optional: strings.optional }),
      field(strings.noteLabel, note, { optional: strings.optional, hint: strings.noteHint }),
      h("div", { class: "actions" }, accept, button(strings.notNow, () => leave(app), "quiet"))),
  ];
}
