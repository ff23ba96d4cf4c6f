/** Under the hood: how the connection stands, and everything that led there. */

import { backLink, bond, button, h } from "./dom.js";
import { download } from "./forms.js";
import { strings } from "./strings.js";
import { fullTime, grouped } from "./writing.js";

/** @typedef {import("./app.js").App} App */

/** @param {App} app @returns {import("./views.js").View} */
export function hoodView(app) {
  const mark = h("div", {});
  const title = h("h1", { tabindex: "-1" });
  const facts = h("dl", { class: "facts" });
  const state = h("pre", { class: "state", tabindex: "0", "aria-label": strings.hoodState });
  let shown = "";
  const update = () => {
    const { text, state: stands } = app.connection;
    title.textContent = text;
    if (app.overview === null) return;
    const { view } = app.overview;
    const { publicKeyPem: _, ...home } = view.home;
    state.textContent = JSON.stringify(
      { home, connection: view.connection, counters: view.counters }, null, 1);
    const key = JSON.stringify([text, view.connection, view.counters]);
    if (key === shown) return;
    shown = key;
    mark.replaceChildren(bond(stands, "large"));
    facts.replaceChildren(...factsOf(view).flatMap(([what, value]) => [
      h("dt", {}, what), h("dd", {}, value)]));
  };
  const save = async () => {
    const answer = await app.perform({ command: "transcript" });
    if (answer === undefined) return;
    const name = app.overview.view.home.name || "chat";
    download("simpatico-recording.json", JSON.stringify({ simpatico: "recording", version: 1, name,
      trees: [{ name, role: "client", transcript: answer.transcript }], messages: [] }));
  };
  const element = h("div", { class: "sheet" }, backLink(strings.back, "#"), mark, title,
    h("section", { class: "card" }, facts),
    h("section", { class: "card" }, h("h2", {}, strings.hoodTitle), h("p", {}, strings.hoodText),
      h("div", { class: "actions" },
        h("a", { class: "button primary", href: "/#live=simpatico-tree", target: "_blank",
          rel: "noopener" }, strings.hoodOpen),
        button(strings.hoodSave, save)),
      h("p", { class: "hint" }, strings.hoodHint),
      h("details", {}, h("summary", {}, strings.hoodState), state)));
  return { element, update };
}

/**
 * What people may want to know, in words.
 * @param {any} view
 * @returns {any[][]} each a word and what belongs to it
 */
function factsOf({ home, connection, counters }) {
  const names = strings.facts;
  const trip = connection?.roundTripMilliseconds;
  const skew = connection?.clockSkewMilliseconds;
  return [
    [names.relay, location.host],
    [names.yourKey, h("code", { class: "key" }, grouped(home.publicKeySig))],
    ...(home.onlineAt === undefined || home.session !== "ONLINE" ? []
      : [[names.since, fullTime(home.onlineAt)]]),
    ...(trip === undefined ? [] : [[names.roundTrip, strings.milliseconds(trip)]]),
    ...(skew === undefined ? [] : [[names.skew, strings.milliseconds(Math.round(skew))]]),
    [names.inputs, counters.inputs.toLocaleString()],
    [names.refusals, (counters.refusals + counters.violations).toLocaleString()],
  ];
}
