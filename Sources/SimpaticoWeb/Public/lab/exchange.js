/** Taking universes along: links, files, pictures, logs, and opening what others have saved. */
import { assign, byId, setText } from "./dom.js";
import { acceptFiles, fileName, save } from "./files.js";
import { Later, loadParts } from "./later.js";
import { sourceOf } from "./live-source.js";
import { fillShareMenu } from "./menus.js";
import { commandForFile, commandForLink, packLink } from "./permalink.js";

/** @typedef {import('./contract.js').Moment} Moment */

/** How long the cursor rests before the address follows it. */
const ADDRESS_MILLISECONDS = 400;

/**
 * @typedef {object} Host What the lab lets this part do.
 * @property {() => Moment | null} moment
 * @property {(request: {command: string} & Record<string, unknown>) => any} call
 * @property {(request: {command: string} & Record<string, unknown>) => number} begin opens, paused;
 *   throws where there is nothing to open
 * @property {(text: string) => void} announce
 * @property {(title: string, error: unknown) => void} complain
 * @property {(universe: number, step: number) => void} open
 * @property {import('./live.js').Host['openLive']} openLive
 * @property {import('./live.js').Host['extendLive']} extendLive
 */

export class Exchange {
  #host;
  #live;
  #timer = 0;
  #written = "";

  /** @param {Host} host */
  constructor(host) {
    this.#host = host;
    this.#live = new Later(({ Live }) => new Live({ openLive: host.openLive,
      extendLive: host.extendLive, complain: host.complain, onPulse: showPulse }));
    fillShareMenu([
      { id: "copy-link", title: "Copy a link", run: () => this.copyLink(),
        text: "Seed, edits and this moment; nothing else, and no secret" },
      { id: "save-universe", title: "Save the universe", run: () => this.saveUniverse(),
        text: "As JSON, to open it again" },
      { id: "open-file", title: "Open a file …", run: () => byId("file").click(),
        text: "A universe, a saved tree, or drop it on the page" },
      { id: "save-svg", title: "Picture as SVG", run: () => this.#saveSvg(),
        text: "What is on the screen" },
      { id: "save-png", title: "Picture as PNG", run: () => this.#savePng(),
        text: "What is on the screen, for slides" },
      { id: "save-log", title: "Log for ShiViz", run: () => this.saveLog(),
        text: "All events with vector clocks" },
    ]);
    byId("pulse").addEventListener("click", () => {
      const universe = this.#live.part?.universe ?? null;
      if (universe !== null) host.open(universe, Infinity);
    });
    acceptFiles((text, name) => this.#openFile(text, name),
      (error) => host.complain("The file was not opened", error));
    addEventListener("hashchange", async () => {
      if (location.hash === this.#written) return;
      const opened = await this.openAddress();
      if (opened instanceof Error) host.complain("The link could not be opened", opened);
    });
  }

  /**
   * Opens what the address holds.
   * @returns {Promise<boolean | Error>} whether it held anything, or why it could not be opened
   */
  async openAddress() {
    const { hash } = location;
    const source = sourceOf(hash);
    if (source !== null) {
      setText(byId("happened-text"), "");
      this.#live.use((live) => {
        if (location.hash === hash) live.open(source);
      });
      return true;
    }
    this.#live.part?.close();
    byId("pulse").hidden = true;
    try {
      const command = await commandForLink(location.hash);
      if (command === null) return false;
      this.#host.begin(command);
      return true;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  /** The address follows the cursor, once it rests. */
  follow() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(async () => {
      const link = await this.#link();
      if (link === null || link === this.#written) return;
      this.#written = link;
      history.replaceState(null, "", link);
    }, ADDRESS_MILLISECONDS);
  }

  /** @returns {Promise<string | null>} */
  async #link() {
    const moment = this.#host.moment();
    if (moment === null || !moment.editable) return null;
    const document = this.#export(moment);
    return document === null ? null : packLink(document);
  }

  /** @param {Moment} moment */
  #export({ universe, step, editable }) {
    return editable ? this.#host.call({ command: "export", universe, step }) : null;
  }

  async copyLink() {
    const link = await this.#link();
    if (link === null) return;
    this.#written = link;
    history.replaceState(null, "", link);
    try {
      await navigator.clipboard.writeText(location.href);
      this.#host.announce("Link copied");
    } catch {
      this.#host.announce("The link is in the address bar");
    }
  }

  saveUniverse() {
    const moment = this.#host.moment();
    const document = moment === null ? null : this.#export(moment);
    if (moment === null || document === null) return;
    save(fileName(moment.name, "json"), `${JSON.stringify(document, null, 2)}\n`,
      "application/json");
  }

  saveLog() {
    const moment = this.#host.moment();
    if (moment === null) return;
    let text = "";
    let from = 0;
    for (;;) {
      const part = this.#host.call({ command: "log", universe: moment.universe, from });
      if (part === null) return;
      // ShiViz reads the expression from the first line.
      text += from === 0 ? `${part.regex}\n\n${part.text}` : part.text;
      if (part.next === null) break;
      from = part.next;
    }
    save(fileName(moment.name, "log"), text, "text/plain");
  }

  async #saveSvg() {
    const { shapesOf, toSvg } = await loadParts();
    const moment = this.#host.moment();
    if (moment === null) return;
    save(fileName(moment.name, "svg"), toSvg(shapesOf(byId("views"))), "image/svg+xml");
  }

  async #savePng() {
    const { shapesOf, toPng } = await loadParts();
    const moment = this.#host.moment();
    if (moment === null) return;
    save(fileName(moment.name, "png"), await toPng(shapesOf(byId("views"))), "image/png");
  }

  /** @param {string} text @param {string} name */
  #openFile(text, name) {
    try {
      this.#host.begin(commandForFile(text, name));
    } catch (error) {
      this.#host.complain("The file was not opened", error);
    }
  }
}

/**
 * @param {import('./live.js').Pulse} pulse
 * @param {string} text
 */
function showPulse(pulse, text) {
  setText(byId("waiting"), text);
  const chip = byId("pulse");
  assign(chip, { hidden: false, "data-pulse": pulse });
  setText(chip, text);
}
