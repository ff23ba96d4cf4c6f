// Writes ../webcrypto.json: key pairs, fingerprints and boxes made by Node's WebCrypto.
// Usage: node webcrypto.mjs

import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { fingerprint, generateKeyPair, seal, sharedSecret, toHex } from './suite.mjs'

// The shared secret is used with its leading zeros. One pair in 512 has a whole zero byte after
// the byte that is 0 or 1 by nature; these are the vectors that show a lost zero.
const leadingBytes = async (from, to) => {
  const secret = new Uint8Array(await sharedSecret(from.privateKeyPEM, to.publicKeyPEM))
  return [secret[0], secret[1]]
}

const partnerOf = async (alice, wanted) => {
  for (;;) {
    const candidate = await generateKeyPair()
    if (wanted(...await leadingBytes(alice, candidate))) return candidate
  }
}

const alice = await generateKeyPair()
const pairs = {
  alice,
  bob: await partnerOf(alice, (first) => first === 0),
  charlie: await partnerOf(alice, (first) => first === 1),
  zeno: await partnerOf(alice, (first, second) => first === 0 && second === 0),
}

const text = 'The quick brown fox jumps over the lazy dog. '
const messages = {
  'empty': '',
  '15 bytes': text.slice(0, 15),
  '16 bytes': text.slice(0, 16),
  '17 bytes': text.slice(0, 17),
  '3 KB': text.repeat(69).slice(0, 3072),
  'UTF-8': 'Grüße, Κόσμε, 世界, 👩🏽‍🚀 \u0000 \u200f שלום',
}

const boxes = []
for (const [name, message] of Object.entries(messages)) {
  for (const to of ['bob', 'charlie', 'zeno']) {
    const initializationVector = crypto.getRandomValues(new Uint8Array(16))
    const bytes = new TextEncoder().encode(message)
    const box = await seal(
      bytes, alice.privateKeyPEM, pairs[to].publicKeyPEM, initializationVector)
    boxes.push({
      name, from: 'alice', to,
      initializationVector: toHex(initializationVector), message: toHex(bytes), box: toHex(box),
    })
  }
}

const keyPairs = []
for (const [name, pair] of Object.entries(pairs)) {
  keyPairs.push({ name, ...pair, fingerprint: await fingerprint(pair.publicKeyPEM) })
}

const vectors = { madeBy: `WebCrypto of Node ${process.version}`, keyPairs, boxes }
const path = fileURLToPath(new URL('../webcrypto.json', import.meta.url))
writeFileSync(path, JSON.stringify(vectors, null, 2) + '\n')
