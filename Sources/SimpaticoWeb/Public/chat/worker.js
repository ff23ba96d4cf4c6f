/** The service worker, and whether the relay has a newer page than this one. */

/** What this page's files begin with: `/v/<version>/`, or `/` where no version is named. */
const root = new URL("../", import.meta.url).pathname;

/**
 * Has the service worker keep what this page was made of, once it runs, for a visit without the
 * relay. Its own address has no version, so that a newer relay's worker takes its place.
 */
export async function keepForLater() {
  try {
    await navigator.serviceWorker.register("/chat-worker.js", { scope: "/chat",
      updateViaCache: "none" });
    const { active } = await navigator.serviceWorker.ready;
    const loaded = performance.getEntriesByType("resource").map(({ name }) => new URL(name))
      .filter(({ origin }) => origin === location.origin).map(({ pathname }) => pathname);
    const keep = [...new Set(loaded)].filter((path) => path.startsWith(root) && root !== "/");
    if (keep.length > 0) active?.postMessage({ keep });
  } catch { /* without it the page needs the relay to open, and nothing else */ }
}

/** Ends it, and what it has kept. */
export async function keepNothing() {
  try {
    for (const name of await caches.keys()) await caches.delete(name);
    for (const worker of await navigator.serviceWorker.getRegistrations()) {
      if (new URL(worker.scope).pathname === "/chat") await worker.unregister();
    }
  } catch { /* then there is none */ }
}

/** Whether the relay serves another version of this page by now. */
export async function isOutdated() {
  try {
    const answer = await fetch("/chat", { cache: "no-store" });
    return answer.ok && !(await answer.text()).includes(`"${root}chat/app.js"`);
  } catch {
    return false;
  }
}
