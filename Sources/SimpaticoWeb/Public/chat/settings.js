/** What concerns the person and this device. */

import { BACKUP_CHARACTERS_AT_MOST } from "./backup.js";
import { backLink, button, h } from "./dom.js";
import { confirmed, download, field } from "./forms.js";
import { limits } from "./limits.js";
import { strings } from "./strings.js";
import { dayLong } from "./writing.js";

/** @typedef {import("./app.js").App} App */

const PASSPHRASE_CHARACTERS_AT_LEAST = 12;

/**
 * @param {App} app
 * @param {string | undefined} part `restore`, where the person came for that
 * @returns {import("./views.js").View}
 */
export function settingsView(app, part) {
  if (app.overview === null) {
    return { element: h("div", { class: "sheet" }, backLink(strings.back, "#"),
      h("h1", { tabindex: "-1" }, strings.settings), limits(true), forgetting(app)) };
  }
  const backup = h("section", { class: "card" });
  const notifications = h("section", { class: "card" });
  let shown = "";
  const update = () => {
    const { marks, key: own } = app.overview;
    const key = JSON.stringify([own, marks.notify, globalThis.Notification?.permission]);
    if (key === shown) return;
    shown = key;
    backup.replaceChildren(...backupParts(app, own));
    notifications.replaceChildren(...notificationParts(app, marks.notify === true));
  };
  const restore = restoring(app, part === "restore");
  const element = h("div", { class: "sheet" }, backLink(strings.back, "#"),
    h("h1", { tabindex: "-1" }, strings.settings), nameForm(app), notifications, backup, restore,
    keeping(app), hood(), h("section", { class: "card" }, limits(false)), forgetting(app));
  return { element, update, focus: part === "restore" ? restore.querySelector("summary")
    : undefined };
}

/** @param {App} app */
function nameForm(app) {
  const name = h("input", { id: "own-name", maxlength: "64", dir: "auto", autocomplete: "nickname",
    value: app.overview.view.home.name });
  const save = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const isDone = await app.perform(
      { command: "home", message: { handler: "rename", name: name.value.trim() } });
    if (isDone !== undefined) app.toast(strings.saved);
  };
  return h("form", { class: "form card", onsubmit: save },
    field(strings.yourName, name, { hint: strings.yourNameHint }),
    h("div", { class: "actions" }, h("button", { class: "button" }, strings.save)));
}

/** @param {App} app @param {boolean} isOn */
function notificationParts(app, isOn) {
  const set = (/** @type {boolean | null} */ value) => (
    app.perform({ command: "mark", name: "notify", value }));
  const turnOn = async () => {
    const permission = await globalThis.Notification?.requestPermission();
    if (permission === "granted") await set(true);
    else app.toast(strings.notificationsDenied);
  };
  return [h("h2", {}, strings.notifications), h("p", {}, strings.notificationsText),
    h("div", { class: "actions" }, isOn ? button(strings.notificationsOff, () => set(null))
      : button(strings.notificationsOn, turnOn))];
}

/** @param {App} app @param {{isSaved: boolean, openUntil: number | null}} key */
function backupParts(app, { isSaved, openUntil }) {
  const heading = h("h2", {}, strings.backupTitle);
  if (!isSaved && openUntil === null) return [heading, h("p", {}, strings.backupLocked)];
  const day = openUntil === null ? "" : dayLong(openUntil);
  const lockIn = async () => {
    const isSure = await confirmed({ title: strings.lockInTitle, text: strings.lockInText,
      action: strings.lockIn, cancel: strings.cancel });
    if (isSure) app.perform({ command: "lockIn" });
  };
  return [heading, h("p", {}, strings.backupText),
    h("p", {}, openUntil === null ? strings.backupAgain
      : isSaved ? strings.backupAgainUntil(day) : strings.backupUntil(day)),
    saving(app, openUntil !== null, button(strings.lockIn, lockIn, "quiet"))];
}

/**
 * Saves a file. A passphrase that is chosen is typed twice: whoever mistypes it has a file that
 * nobody can open, and learns so when there is nothing else any more.
 * @param {App} app
 * @param {boolean} isChosen not asked for
 * @param {HTMLElement} other what else can be done
 */
function saving(app, isChosen, other) {
  const input = (/** @type {string} */ id) => h("input", { id, type: "password", required: true,
    minlength: String(PASSPHRASE_CHARACTERS_AT_LEAST),
    autocomplete: isChosen ? "new-password" : "current-password" });
  const [passphrase, again] = [input("passphrase"), input("passphrase-again")];
  const problem = h("p", { class: "problem", role: "alert" });
  const save = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const isSame = !isChosen || again.value === passphrase.value;
    problem.textContent = isSame ? "" : strings.passphraseDiffers;
    if (!isSame) return;
    try {
      const file = await app.ask({ command: "export", passphrase: passphrase.value });
      passphrase.value = again.value = "";
      download("simpatico-identity.json", file);
    } catch (error) {
      const { name, message } = /** @type {Error} */ (error);
      problem.textContent = name === "BackupError" ? strings.backupOther
        : strings.failedAction(message);
    }
  };
  return h("form", { class: "form", onsubmit: save },
    field(strings.passphrase, passphrase, { hint: isChosen ? strings.passphraseHint
      : strings.passphraseSame }),
    isChosen && field(strings.passphraseAgain, again), problem,
    h("div", { class: "actions" }, h("button", { class: "button" }, strings.backupSave), other));
}

/** @param {App} app @param {boolean} isOpen */
function restoring(app, isOpen) {
  const file = h("input", { id: "restore-file", type: "file", required: true,
    accept: ".json,application/json" });
  const passphrase = h("input", { id: "restore-passphrase", type: "password", required: true,
    autocomplete: "current-password" });
  const problem = h("p", { class: "problem", role: "alert" });
  const restore = async (/** @type {Event} */ event) => {
    event.preventDefault();
    problem.textContent = "";
    const isSure = app.overview.view.contacts.length === 0 || await confirmed({
      title: strings.restoreConfirm, text: strings.restoreConfirmText, action: strings.restoreDo,
      cancel: strings.cancel });
    if (!isSure) return;
    const [chosen] = file.files;
    const text = chosen.size > BACKUP_CHARACTERS_AT_MOST ? "" : await chosen.text();
    try {
      await app.ask({ command: "import", file: text, passphrase: passphrase.value });
    } catch {
      problem.textContent = strings.restoreFailed;
    }
  };
  return h("details", { class: "card", open: isOpen }, h("summary", {}, strings.restoreTitle),
    h("p", {}, strings.restoreText), h("form", { class: "form", onsubmit: restore },
      field(strings.restoreFile, file), field(strings.passphrase, passphrase), problem,
      h("div", { class: "actions" }, h("button", { class: "button" }, strings.restoreDo))));
}

/**
 * Whether the browser has promised to keep what is here.
 * @param {App} app
 */
function keeping(app) {
  const card = h("section", { class: "card" });
  const show = async () => {
    const isSafe = await navigator.storage?.persisted?.().catch(() => false);
    const ask = async () => {
      if (!await navigator.storage.persist().catch(() => false)) app.toast(strings.keepRefused);
      show();
    };
    card.replaceChildren(h("h2", {}, strings.keepTitle), h("p", {}, !app.overview.isLasting
      ? strings.notLasting : isSafe ? strings.keepSafe : strings.keepUnsafe),
    ...(isSafe || !app.overview.isLasting ? [] : [h("div", { class: "actions" },
      button(strings.keepAsk, ask))]));
  };
  show();
  return card;
}

const hood = () => h("section", { class: "card" }, h("h2", {}, strings.hoodTitle),
  h("p", {}, strings.hoodText), h("div", { class: "actions" },
    h("a", { class: "button", href: "#/connection" }, strings.hoodShow)));

/** @param {App} app */
function forgetting(app) {
  const forget = async () => {
    const isSure = await confirmed({ title: strings.forgetConfirm, text: strings.forgetConfirmText,
      action: strings.forgetDo, cancel: strings.cancel });
    if (isSure) await app.forget();
  };
  return h("section", { class: "card card-danger" }, h("h2", {}, strings.forgetTitle),
    h("p", {}, strings.forgetText),
    h("div", { class: "actions" }, button(strings.forget, forget, "danger")));
}
