// The classic suite written directly on WebCrypto: the reference that the Swift suite is held to.
// No third-party modules; runs in Node 20 and later.

const { subtle } = globalThis.crypto
const curve = { name: 'ECDH', namedCurve: 'P-521' }
const privateUses = ['deriveKey', 'deriveBits']

export const toHex = (bytes) => Buffer.from(bytes).toString('hex')
export const fromHex = (text) => new Uint8Array(Buffer.from(text, 'hex'))

const toPEM = (der, label) => {
  const lines = Buffer.from(der).toString('base64').match(/.{1,64}/g)
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}

const fromPEM = (pem) => Buffer.from(pem.replace(/-----[A-Z ]+-----/g, ''), 'base64')

export const generateKeyPair = async () => {
  const { privateKey, publicKey } = await subtle.generateKey(curve, true, privateUses)
  return {
    privateKeyPEM: toPEM(await subtle.exportKey('pkcs8', privateKey), 'PRIVATE KEY'),
    publicKeyPEM: toPEM(await subtle.exportKey('spki', publicKey), 'PUBLIC KEY'),
  }
}

const importPublic = (pem) => subtle.importKey('spki', fromPEM(pem), curve, true, [])

const importPrivate = (pem) => subtle.importKey('pkcs8', fromPEM(pem), curve, true, privateUses)

export const fingerprint = async (publicKeyPEM) => {
  const der = await subtle.exportKey('spki', await importPublic(publicKeyPEM))
  return Buffer.from(await subtle.digest('SHA-256', der)).toString('base64url')
}

// All 66 bytes of the shared secret, only so that vectors can be chosen by its first bytes.
export const sharedSecret = async (privateKeyPEM, publicKeyPEM) =>
  subtle.deriveBits(
    { name: 'ECDH', public: await importPublic(publicKeyPEM) },
    await importPrivate(privateKeyPEM), 528)

const cipherKey = async (privateKeyPEM, publicKeyPEM) =>
  subtle.deriveKey(
    { name: 'ECDH', public: await importPublic(publicKeyPEM) },
    await importPrivate(privateKeyPEM), { name: 'AES-CBC', length: 256 }, false,
    ['encrypt', 'decrypt'])

export const seal = async (message, privateKeyPEM, publicKeyPEM, initializationVector) => {
  const iv = initializationVector ?? globalThis.crypto.getRandomValues(new Uint8Array(16))
  const key = await cipherKey(privateKeyPEM, publicKeyPEM)
  const ciphertext = await subtle.encrypt({ name: 'AES-CBC', iv }, key, message)
  return Buffer.concat([iv, Buffer.from(ciphertext)])
}

export const open = async (box, privateKeyPEM, publicKeyPEM) => {
  const key = await cipherKey(privateKeyPEM, publicKeyPEM)
  return subtle.decrypt({ name: 'AES-CBC', iv: box.slice(0, 16) }, key, box.slice(16))
}
