/** The two menus of the masthead: what to look at, and how to take it along. */
import { buttonFor, byId, html } from "./dom.js";
import { seedOf } from "./seed.js";

const NEW_SEEDS = 10_000;

/** @type {Record<string, string>} what groups of scenarios are called */
const GROUPS = { registration: "Proving a key", chat: "Writing to each other" };

/**
 * @typedef {{name: string, title: string, text: string, group?: string, ends?: number | null,
 *   document: any}} Scenario
 * @typedef {object} ScenarioHandlers
 * @property {() => Scenario[]} scenarios
 * @property {(scenario: Scenario) => void} onScenario
 * @property {(settings: Record<string, unknown>) => void} onSettings
 */

export class ScenarioMenu {
  #menu = byId("scenario-menu");
  #list = html("ul", { class: "scenario-list" });
  #seed = html("input", { id: "seed", type: "text", inputmode: "numeric", value: "1",
    autocomplete: "off" });
  #clients = html("input", { id: "clients", type: "number", min: 1, max: 64, value: 3 });
  #low = html("input", { id: "latency-low", type: "number", min: 0, max: 60_000, value: 5,
    "aria-label": "Least latency in milliseconds" });
  #high = html("input", { id: "latency-high", type: "number", min: 0, max: 60_000, value: 25,
    "aria-label": "Most latency in milliseconds" });
  #error = html("p", { class: "form-error", role: "alert" });
  #handlers;

  /** @param {ScenarioHandlers} handlers */
  constructor(handlers) {
    this.#handlers = handlers;
    const fresh = buttonFor("New seed", () => {
      this.#seed.value = String(crypto.getRandomValues(new Uint32Array(1))[0] % NEW_SEEDS);
      this.#start();
    }, { class: "button", id: "new-seed" });
    const form = html("form", { class: "settings-form" },
      html("label", { class: "field" }, html("span", {}, "Seed"), this.#seed), fresh,
      html("label", { class: "field" }, html("span", {}, "Clients"), this.#clients),
      html("div", { class: "field" }, html("span", {}, "Latency, ms"),
        html("div", { class: "joined" }, this.#low, this.#high)),
      html("button", { type: "submit", class: "button button-primary", id: "start" }, "Start"),
      this.#error);
    this.#menu.append(html("h2", {}, "Your own"), form, html("h2", {}, "Scenarios"), this.#list);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#start();
      if (this.#error.textContent === "") this.#menu.hidePopover();
    });
    this.#menu.addEventListener("toggle", () => this.#fill());
  }

  /** @param {any} settings of the universe that is looked at */
  show({ seed, clients, latency }) {
    this.#seed.value = String(seed);
    this.#clients.value = String(clients);
    [this.#low.value, this.#high.value] = latency.map(String);
  }

  #fill() {
    if (this.#list.childElementCount > 0) return;
    let group = "";
    for (const scenario of this.#handlers.scenarios()) {
      if (scenario.group !== undefined && scenario.group !== group) {
        group = scenario.group;
        this.#list.append(html("li", { class: "scenario-group" }, GROUPS[group] ?? group));
      }
      const button = html("button", { type: "button", "data-scenario": scenario.name },
        html("strong", {}, scenario.title), html("span", {}, scenario.text));
      button.addEventListener("click", () => {
        this.#menu.hidePopover();
        this.#handlers.onScenario(scenario);
      });
      this.#list.append(html("li", {}, button));
    }
  }

  #start() {
    const seed = seedOf(this.#seed.value);
    this.#seed.setAttribute("aria-invalid", String(seed === null));
    this.#error.textContent = seed === null ? "The seed is a whole number from 0 to 4294967295."
      : this.#low.valueAsNumber > this.#high.valueAsNumber
        ? "The least latency is more than the most." : "";
    if (seed === null || this.#error.textContent !== "") return;
    this.#handlers.onSettings({ seed, clients: this.#clients.valueAsNumber || 1,
      latency: [this.#low.valueAsNumber || 0, this.#high.valueAsNumber || 0] });
  }
}

/**
 * @param {{id: string, title: string, text: string, run: () => void}[]} actions
 */
export function fillShareMenu(actions) {
  const menu = byId("share-menu");
  menu.append(html("ul", { class: "scenario-list" }, ...actions.map(({ id, title, text, run }) => {
    const button = html("button", { type: "button", id }, html("strong", {}, title),
      html("span", {}, text));
    button.addEventListener("click", () => {
      menu.hidePopover();
      run();
    });
    return html("li", {}, button);
  })));
}
