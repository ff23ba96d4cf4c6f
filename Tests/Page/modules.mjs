// Lets Node load the page's modules, which end in .js because that is what servers and browsers
// expect; Node would take them for CommonJS without a package.json beside them.
import { register } from "node:module";

const hook = `export async function load(url, context, next) {
  return next(url, url.includes("/Public/lab/") ? { ...context, format: "module" } : context);
}`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);

const directory = new URL("../../Sources/SimpaticoWeb/Public/lab/", import.meta.url);

/**
 * @param {string} name a module of the lab page
 */
export function lab(name) {
  return import(new URL(name, directory).href);
}
