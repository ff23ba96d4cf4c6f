// Lets Node load the page's modules, which end in .js because that is what servers and browsers
// expect; Node would take them for CommonJS without a package.json beside them.
import { register } from "node:module";

const hook = `export async function load(url, context, next) {
  const isPage = /\\/Public\\/(lab|chat)\\//.test(url);
  return next(url, isPage ? { ...context, format: "module" } : context);
}`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);

const directory = new URL("../../Sources/SimpaticoWeb/Public/", import.meta.url);

/**
 * @param {string} name a module of the lab page
 */
export function lab(name) {
  return import(new URL(`lab/${name}`, directory).href);
}

/**
 * @param {string} name a module of the chat page
 */
export function chat(name) {
  return import(new URL(`chat/${name}`, directory).href);
}
