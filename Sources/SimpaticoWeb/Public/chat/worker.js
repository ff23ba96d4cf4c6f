/**
 * Has the service worker keep what this page was made of, once it runs.
 *
 * The worker's own address has no version, so that a newer relay's worker takes its place.
 */
export async function keepForLater() {
  try {
    await navigator.serviceWorker.register("/chat-worker.js", { scope: "/chat",
      updateViaCache: "none" });
    const { active } = await navigator.serviceWorker.ready;
    const loaded = performance.getEntriesByType("resource").map((entry) => entry.name)
      .filter((name) => name.startsWith(`${location.origin}/`)
        && !name.endsWith("/chat-worker.js"));
    if (navigator.onLine) active?.postMessage({ keep: [...new Set(loaded)] });
  } catch { /* without it the page needs the relay to open, and nothing else */ }
}
