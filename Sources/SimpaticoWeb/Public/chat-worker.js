/**
 * Lets the page open without the relay, and never with old code beside a relay that is there.
 *
 * Everything is asked of the network first. A page that is kept loads only addresses that name its
 * version (`/v/…`), so no page is ever made of two versions; what is kept is replaced as a whole.
 */

const CACHE = "simpatico-chat";
const PAGE = "/chat";
const VERSIONED = /^\/v\//;

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

worker.addEventListener("install", () => worker.skipWaiting());
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  const isPage = request.mode === "navigate" && url.pathname === PAGE;
  if (isPage || VERSIONED.test(url.pathname)) event.respondWith(answer(request, url.pathname));
});

worker.addEventListener("message", (event) => {
  if (event.data?.keep !== undefined) event.waitUntil(keepAll(event.data.keep));
});

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(showPage(event.notification.tag));
});

/** @param {Request} request @param {string} path */
async function answer(request, path) {
  try {
    return await fetch(request);
  } catch {
    const cache = await caches.open(CACHE);
    return (await cache.match(path)) ?? Response.error();
  }
}

/**
 * Keeps the files of a page that has started, all of them or none.
 * @param {string[]} paths of one version
 */
async function keepAll(paths) {
  const cache = await caches.open(CACHE);
  const has = await cache.keys();
  if (paths.every((path) => has.some(({ url }) => new URL(url).pathname === path))) return;
  const all = [PAGE, ...paths];
  const answers = await Promise.all(all.map((path) => fetch(path)));
  // A page of another version does not go with these files; the next one keeps its own.
  const page = await answers[0].clone().text();
  const version = paths[0]?.split("/", 3).join("/");
  if (answers.some(({ ok }) => !ok) || !page.includes(`"${version}/`)) return;
  // The page comes after its files: whatever ends this worker, what is kept is whole.
  for (const at of [...all.keys()].reverse()) await cache.put(all[at], answers[at]);
  const isOld = (/** @type {Request} */ { url }) => !all.includes(new URL(url).pathname);
  await Promise.all(has.filter(isOld).map((request) => cache.delete(request)));
}

/** @param {string} contact whom the notification was about */
async function showPage(contact) {
  const address = `${PAGE}#/with/${contact}`;
  const [page] = await worker.clients.matchAll({ type: "window" });
  if (page === undefined) await worker.clients.openWindow(address);
  else {
    await page.focus();
    page.postMessage({ show: contact });
  }
}
