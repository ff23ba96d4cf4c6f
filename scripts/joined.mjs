/**
 * What a page's scripts and style sheets are joined to, as Brotli, which relays send as it is:
 * `joined.mjs write BINARY` makes the files anew, `joined.mjs check BINARY` fails where they are
 * out of date. The relay knows each by the digest of what it holds, so one that is out of date is
 * never sent; all is a little larger then.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";

const FOLDER = "Sources/SimpaticoWeb/Public/joined";

const [task, binary] = process.argv.slice(2);

/** What a running relay answers to those who take no coding, by the names of the packed files. */
async function joined() {
  const relay = spawn(binary, ["serve", "--port", "0"], { stdio: ["ignore", "pipe", "ignore"] });
  try {
    let base = null;
    for await (const line of createInterface({ input: relay.stdout })) {
      base = /listening on (http:\/\/\S+?)\/?$/.exec(line)?.[1] ?? null;
      if (base !== null) break;
    }
    const ask = async (path) => {
      const answer = await fetch(base + path, { headers: { "Accept-Encoding": "identity" } });
      if (!answer.ok) throw new Error(`${path}: HTTP status ${answer.status}`);
      return { tag: answer.headers.get("ETag").replaceAll('"', ""), text: await answer.text() };
    };
    const { text: page } = await ask("/");
    const script = /<script type="module" src="([^"]+)"/.exec(page)[1];
    const sheet = /<link rel="stylesheet" href="([^"]+)"/.exec(page)[1];
    const main = await ask(script);
    const later = [...main.text.matchAll(/\bimport\("\.\/([\w.-]+)"\)/g)]
      .map(([, name]) => script.replace(/[^/]+$/, name));
    return new Map([main, await ask(sheet), ...await Promise.all(later.map(ask))]
      .map(({ tag, text }) => [`${tag}.br`, Buffer.from(text)]));
  } finally {
    relay.kill();
  }
}

const wanted = await joined();
if (task === "write") {
  mkdirSync(FOLDER, { recursive: true });
  for (const [name, plain] of wanted) {
    if (existsSync(`${FOLDER}/${name}`)) continue;
    writeFileSync(`${FOLDER}/${name}`, brotliCompressSync(plain, { params: {
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
    } }));
  }
  for (const name of readdirSync(FOLDER)) if (!wanted.has(name)) rmSync(`${FOLDER}/${name}`);
}
const there = existsSync(FOLDER) ? readdirSync(FOLDER) : [];
const isUpToDate = there.length === wanted.size && there.every((name) => wanted.has(name)
  && brotliDecompressSync(readFileSync(`${FOLDER}/${name}`)).equals(wanted.get(name)));
if (!isUpToDate) {
  console.error(`${FOLDER} is not what the pages are joined to: run \`make pages\` and commit it`);
  process.exit(1);
}
for (const name of there) console.log(`${name}: ${readFileSync(`${FOLDER}/${name}`).length} bytes`);
