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
 * @property {(step: number) => void} seek
 * @property {import('./live.js').Host['openLive']} openLive
 * @property {import('./live.js').Host['extendLive']} extendLive
 */

export class Exchange {
  #host;
  #live;
  #timer = 0;
  #written = "";
  /** Where the cursor stood when a link could not be opened: so long the address keeps it. */
  #held = "";
  /** @type {Map<number, string>} the addresses of recordings, by their universes */
  #addresses = new Map();
  #liveAddress = "";

  /** @param {Host} host */
  constructor(host) {
    this.#host = host;
    this.#live = new Later(({ Live }) => new Live({ ...host, onPulse: showPulse,
      openLive: (name, tree) => {
        const universe = host.openLive(name, tree);
        this.#addresses.set(universe, this.#liveAddress);
        return universe;
      } }));
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
    byId("share-menu").addEventListener("beforetoggle", () => {
      const hidden = host.moment()?.editable !== true;
      for (const id of ["copy-link", "save-universe"]) assign(byId(id), { hidden });
    });
    acceptFiles((text, name) => this.#openFile(text, name),
      (error) => host.complain("The file was not opened", error));
    addEventListener("hashchange", async () => {
      clearTimeout(this.#timer);
      if (location.hash === this.#written) return;
      const opened = await this.openAddress();
      if (opened instanceof Error) this.refuse(opened);
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
      this.#liveAddress = hash;
      setText(byId("happened-text"), "");
      this.#live.use((live) => {
        if (location.hash === hash) live.open(source);
      });
      return true;
    }
    this.#live.part?.close();
    byId("pulse").hidden = true;
    try {
      const command = await commandForLink(hash);
      if (command === null) return false;
      this.#addresses.set(this.#host.begin(command), hash);
      return true;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  /** The core is another one, which knows no universe. */
  forget() {
    this.#addresses.clear();
  }

  /** Says why the address was not opened, which stays as long as the cursor. @param {Error} why */
  refuse(why) {
    this.#host.seek(this.#host.moment()?.step ?? 0);
    this.#host.complain("The link could not be opened", why);
    this.#held = this.#place;
  }

  get #place() {
    const moment = this.#host.moment();
    return `${moment?.universe} ${moment?.step}`;
  }

  /** The address follows the cursor, once it rests. */
  follow() {
    clearTimeout(this.#timer);
    if (this.#held === this.#place) return;
    this.#held = "";
    this.#timer = setTimeout(() => this.#write(), ADDRESS_MILLISECONDS);
  }

  /** @returns {Promise<boolean>} whether the address tells of what is looked at */
  async #write() {
    const before = location.hash;
    const link = await this.#link();
    // Meanwhile somebody may have gone elsewhere.
    if (link === null || location.hash !== before) return false;
    if (link !== before) history.replaceState(null, "", link || location.pathname);
    this.#written = link;
    return true;
  }

  /** @returns {Promise<string | null>} empty where there is none */
  async #link() {
    const moment = this.#host.moment();
    if (moment === null) return null;
    if (!moment.editable) return this.#addresses.get(moment.universe) ?? "";
    const document = this.#export(moment);
    return document === null ? null : packLink(document);
  }

  /** @param {Moment} moment */
  #export({ universe, step, editable }) {
    return editable ? this.#host.call({ command: "export", universe, step }) : null;
  }

  async copyLink() {
    if (!await this.#write()) return;
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
