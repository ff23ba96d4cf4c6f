/**
 * Lets the page open without the relay, and hardly ever with old code beside a relay that is there.
 *
 * The page itself is asked of the network first; what is kept takes its place where a proxy says
 * that the relay is gone, or nobody answers. A page loads only addresses that name its version
 * (`/v/…`), whose content never changes: no page is ever made of two versions, and what is kept is
 * replaced as a whole. A page that came too late is told by the relay that it is old (`app.js`).
 */

const CACHE = "simpatico-chat";
const PAGE = "/chat";
const VERSIONED = /^\/v\//;
/** Nobody looks at an empty page for longer, where another one is kept. */
const PATIENCE_MILLISECONDS = 4000;

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

worker.addEventListener("install", () => worker.skipWaiting());
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  const isPage = request.mode === "navigate" && url.pathname === PAGE;
  if (isPage) event.respondWith(page(request));
  else if (VERSIONED.test(url.pathname)) event.respondWith(file(request, url.pathname));
});

worker.addEventListener("message", (event) => {
  if (event.data?.keep !== undefined) event.waitUntil(keepAll(event.data.keep));
});

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(showPage(event.notification.tag));
});

/** @param {Request} request */
async function page(request) {
  const kept = await keptAt(PAGE);
  if (kept === undefined) return fetch(request);
  return Promise.race([
    fetch(request).then((answer) => (answer.status >= 500 ? kept : answer), () => kept),
    new Promise((done) => setTimeout(() => done(kept), PATIENCE_MILLISECONDS)),
  ]);
}

/** @param {Request} request @param {string} path */
const file = async (request, path) => await keptAt(path) ?? fetch(request);

/**
 * @param {string} path
 * @returns {Promise<Response | undefined>} also where the browser has no cache to give
 */
async function keptAt(path) {
  try {
    return await (await caches.open(CACHE)).match(path);
  } catch {
    return undefined;
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

/** @param {string} contact the number of whom the notification was about */
async function showPage(contact) {
  const address = `${PAGE}#/with/${contact}`;
  const [page] = await worker.clients.matchAll({ type: "window" });
  if (page === undefined) await worker.clients.openWindow(address);
  else {
    await page.focus();
    page.postMessage({ show: contact });
  }
}
