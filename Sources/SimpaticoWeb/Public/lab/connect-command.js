/** The command that runs the same handshake for real, against the relay that serves this page. */
import { byId, setText } from "./dom.js";

/**
 * @param {Location} location
 * @returns {string}
 */
export function connectCommand({ protocol, host }) {
  return `simpatico connect ${protocol === "https:" ? "wss" : "ws"}://${host}/ws`;
}

/** @param {(text: string) => void} announce */
export function showConnectCommand(announce) {
  const code = byId("connect-command");
  const button = byId("copy");
  const label = byId("copy-label");
  setText(code, connectCommand(location));
  let restore = 0;
  button.addEventListener("click", async () => {
    const isCopied = await copy(code);
    setText(label, isCopied ? "Copied" : "Selected");
    announce(isCopied ? "Command copied" : "Command selected: copy it with your keyboard");
    clearTimeout(restore);
    restore = setTimeout(() => setText(label, "Copy"), 2000);
  });
}

/**
 * Without a secure context there is no clipboard; then the text is selected instead.
 * @param {HTMLElement} code
 */
async function copy(code) {
  try {
    await navigator.clipboard.writeText(code.textContent ?? "");
    return true;
  } catch {
    getSelection()?.selectAllChildren(code);
    return false;
  }
}
