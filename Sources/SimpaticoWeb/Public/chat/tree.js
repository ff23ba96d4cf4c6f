
/** @typedef {import("./app.js").App} App */
/**
 * Hands this tab's tree to the lab in another tab, for as long as the lab asks for it. The messages
 * are described in `docs/CHAT-PAGE.md`.
 */

const CHANNEL = "simpatico-tree";
const PAUSE_MILLISECONDS = 250;
/** Who asked is told what is added for so long; the lab asks again. */
const INTEREST_MILLISECONDS = 15_000;

export class TreeSharing {
  #app;
  #channel = new BroadcastChannel(CHANNEL);
  #tree = "";
  /** The id after the last node that was told. */
  #told = 0;
  #askedAt = -Infinity;
  #toldAt = -Infinity;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    this.#channel.onmessage = ({ data }) => {
      if (data?.want !== "tree") return;
      this.#askedAt = performance.now();
      this.#tell(data.have?.tree === this.#tree ? data.have.count : 0);
    };
    addEventListener("pagehide", (event) => event.persisted || this.ended());
  }

  /** This tab runs the desk from now on: its tree is a new one. */
  begun() {
    this.#tree = crypto.randomUUID();
    this.#told = 0;
  }

  /** Nothing more comes of the tree. */
  ended() {
    if (this.#tree !== "") this.#channel.postMessage({ gone: this.#tree });
    this.#tree = "";
  }

  /** Something was added, which is told where somebody looks: at once, then after a pause. */
  changed() {
    const now = performance.now();
    if (this.#tree === "" || now - this.#askedAt > INTEREST_MILLISECONDS) return;
    const rest = this.#toldAt + PAUSE_MILLISECONDS - now;
    clearTimeout(this.#timer);
    if (rest <= 0) this.#tell(this.#told);
    else this.#timer = setTimeout(() => this.#tell(this.#told), rest);
  }

  /** @param {number} from the id of the first node that is to be told */
  async #tell(from) {
    const tree = this.#tree;
    if (tree === "") return;
    this.#toldAt = performance.now();
    const answer = await this.#app.ask({ command: "transcript", from }).catch(() => null);
    if (answer === null || tree !== this.#tree) return;
    const { transcript: entries, next: count } = answer;
    this.#told = count;
    this.#channel.postMessage({ tree, name: this.#app.overview?.view.home.name || "chat",
      role: "client", from: Math.min(from, count), count, entries });
  }
}
