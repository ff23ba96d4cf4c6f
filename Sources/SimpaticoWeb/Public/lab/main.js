/** The lab page: fetches the core, opens the first universe, and says what went wrong. */
import { CoreLoadError, CoreRefusal, CoreTrap, loadCore } from "./core.js";
import { showConnectCommand } from "./connect-command.js";
import { assign, byId } from "./dom.js";
import { Lab } from "./lab.js";
import { PartsLoadError, loadPartsAtFirstSign } from "./later.js";
import { Notices } from "./notices.js";

const notices = new Notices();
const lab = new Lab(notices, failCalling);

/** @param {unknown} error */
function failLoading(error) {
  lab.stop();
  notices.fail({
    title: "The world could not be started",
    advice: error instanceof CoreLoadError
      ? "This page runs the protocol's own code in your browser, and that code did not load. " +
        "Reload the page; if that does not help, use a current browser."
      : "Something in this page failed. Reload it to start again.",
    detail: error instanceof Error ? error.message : String(error),
    actions: [{ text: "Reload the page", run: () => location.reload() }],
  });
  assign(byId("stage"), { "aria-busy": null });
}

/**
 * A refusal breaks nothing: it is said, and the page goes on. A trap needs a fresh core.
 * @param {unknown} error
 */
function failCalling(error) {
  const detail = error instanceof Error ? error.message : String(error);
  if (error instanceof CoreRefusal) {
    notices.fail({ title: "The core declined this", advice: "Nothing is broken.", detail,
      actions: [{ text: "Close", run: () => notices.clear() }] });
    return;
  }
  if (!(error instanceof CoreTrap)) {
    failLoading(error);
    return;
  }
  lab.stop();
  notices.fail({
    title: "The core stopped unexpectedly",
    advice: "What you see is the last moment before it stopped, and can no longer be trusted. " +
      "Reset to begin again with a fresh core.",
    detail,
    actions: [
      { text: "Reset the world", run: () => lab.restart().catch(failLoading) },
      { text: "Reload the page", run: () => location.reload() },
    ],
  });
}

/** What was asked for is not there; all else goes on. @param {PartsLoadError} error */
function failUsing(error) {
  notices.fail({
    title: "This part of the page did not load",
    advice: "Is the relay still running? The rest of the page goes on without it.",
    detail: error.message,
    actions: [{ text: "Reload the page", run: () => location.reload() },
      { text: "Close", run: () => notices.clear() }],
  });
}

addEventListener("error", (event) => failLoading(event.error ?? event.message));
addEventListener("unhandledrejection", ({ reason }) => {
  if (reason instanceof PartsLoadError) failUsing(reason);
  else failLoading(reason);
});
loadPartsAtFirstSign();
showConnectCommand((text) => notices.announce(text));
loadCore(new URL("simpatico.wasm", import.meta.url).pathname).then((core) => lab.start(core)).catch(
  failLoading);
