/** The lab page: fetches the core, opens the first universe, and says what went wrong. */
import { CoreLoadError, CoreRefusal, CoreTrap, loadCore } from "./core.js";
import { showConnectCommand } from "./connect-command.js";
import { assign, byId } from "./dom.js";
import { Lab } from "./lab.js";
import { PartsLoadError, loadPartsAtFirstSign } from "./later.js";
import { Notices } from "./notices.js";

const notices = new Notices();
const lab = new Lab(notices, fail);

const RELOAD = { text: "Reload the page", run: () => location.reload() };
const CLOSE = { text: "Close", run: () => notices.clear() };

/**
 * Says what went wrong. Only where the core is not to be had, or broke, does the lab stop: whatever
 * else failed, the universes are as they were.
 * @param {unknown} error
 */
function fail(error) {
  if (error instanceof CoreTrap || error instanceof CoreLoadError) lab.stop();
  notices.fail({ detail: error instanceof Error ? error.message : String(error),
    ...meaningOf(error) });
  assign(byId("stage"), { "aria-busy": null });
}

/** @param {unknown} error */
function meaningOf(error) {
  if (error instanceof CoreRefusal) {
    return { title: "The core declined this", advice: "Nothing is broken.", actions: [CLOSE] };
  }
  if (error instanceof PartsLoadError) {
    return { title: "This part of the page did not load", actions: [RELOAD, CLOSE],
      advice: "Is the relay still running? The rest of the page goes on without it." };
  }
  if (error instanceof CoreLoadError) {
    return { title: "The world could not be started", actions: [RELOAD],
      advice: "This page runs the protocol's own code in your browser, and that code did not " +
        "load. Reload the page; if that does not help, use a current browser." };
  }
  if (error instanceof CoreTrap) {
    return { title: "The core stopped unexpectedly",
      advice: "What you see is the last moment before it stopped, and can no longer be trusted. " +
        "Reset to begin again with a fresh core.",
      actions: [{ text: "Reset the world", run: () => lab.restart().catch(fail) }, RELOAD] };
  }
  return { title: "Something in this page failed", actions: [RELOAD, CLOSE],
    advice: "The universes are as they were. If the page looks wrong, reload it." };
}

addEventListener("error", (event) => fail(event.error ?? event.message));
addEventListener("unhandledrejection", ({ reason }) => fail(reason));
loadPartsAtFirstSign();
showConnectCommand((text) => notices.announce(text));
loadCore(new URL("simpatico.wasm", import.meta.url).pathname).then((core) => lab.start(core))
  .catch(fail);
