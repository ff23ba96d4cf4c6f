// The other side of the live cross-check: WebCrypto answers the Swift tests.
// Reads one JSON request from standard input, writes one JSON answer to standard output.
//   {"publicKeyPEM", "messages": [hex]}
//     → {"publicKeyPEM", "privateKeyPEM", "fingerprint", "peerFingerprint", "boxes": [hex]}
//   {"publicKeyPEM", "privateKeyPEM", "boxes": [hex]} → {"messages": [hex]}
// publicKeyPEM in a request is the Swift side's key; privateKeyPEM is this side's key, returned.

import { fingerprint, fromHex, generateKeyPair, open, seal, toHex } from './suite.mjs'

const chunks = []
for await (const chunk of process.stdin) chunks.push(chunk)
const request = JSON.parse(Buffer.concat(chunks).toString('utf8'))

const answer = {}
if (request.messages !== undefined) {
  const own = await generateKeyPair()
  answer.publicKeyPEM = own.publicKeyPEM
  answer.privateKeyPEM = own.privateKeyPEM
  answer.fingerprint = await fingerprint(own.publicKeyPEM)
  answer.peerFingerprint = await fingerprint(request.publicKeyPEM)
  answer.boxes = []
  for (const message of request.messages) {
    const box = await seal(fromHex(message), own.privateKeyPEM, request.publicKeyPEM)
    answer.boxes.push(toHex(box))
  }
} else {
  answer.messages = []
  for (const box of request.boxes) {
    const message = await open(fromHex(box), request.privateKeyPEM, request.publicKeyPEM)
    answer.messages.push(toHex(message))
  }
}
process.stdout.write(JSON.stringify(answer))
