/**
 * Lets the page open without the relay, and never with old code beside a relay that is there.
 *
 * Everything is asked of the network first. What a page has loaded from it is kept; a page that
 * could not be had from the network is opened from there, and only such a page gets the rest from
 * there too, so that no page is ever made of two versions.
 */

const CACHE = "simpatico-chat";
const PAGE = "/chat";

/** Pages that were opened without the relay. @type {Set<string>} */
const alone = new Set();

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") {
    if (url.pathname === PAGE) event.respondWith(openPage(event));
  } else if (alone.has(event.clientId)) {
    event.respondWith(kept(request.url));
  }
});

addEventListener("message", (event) => {
  if (event.data?.keep !== undefined) event.waitUntil(keepAll(event.data.keep));
});

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(showPage());
});

/** @param {FetchEvent} event */
async function openPage(event) {
  try {
    return await fetch(event.request);
  } catch {
    alone.add(event.resultingClientId);
    return kept(PAGE);
  }
}

/** @param {string} url */
async function kept(url) {
  const cache = await caches.open(CACHE);
  return (await cache.match(url, { ignoreSearch: true })) ?? Response.error();
}

/**
 * Keeps the files of a page that has started, all of them or none.
 * @param {string[]} urls
 */
async function keepAll(urls) {
  const answers = await Promise.all([PAGE, ...urls].map((url) => fetch(url)));
  if (answers.some((answer) => !answer.ok)) return;
  await caches.delete(CACHE);
  const cache = await caches.open(CACHE);
  await Promise.all(answers.map((answer, at) => cache.put([PAGE, ...urls][at], answer)));
}

async function showPage() {
  const [page] = await clients.matchAll({ type: "window" });
  if (page === undefined) await clients.openWindow(PAGE);
  else await page.focus();
}
