import Crypto

// What a registration cannot do without: importing a P-521 key and one agreement with it, by the
// library that the relay uses, on one thread. Prints the microseconds of one.

let own = P521.KeyAgreement.PrivateKey()
let keys = (0..<50).map { _ in P521.KeyAgreement.PrivateKey().publicKey.pemRepresentation }

/// Imports each key once and agrees with it.
func agree() throws {
  for pem in keys {
    let key = try P521.KeyAgreement.PublicKey(pemRepresentation: pem)
    _ = try own.sharedSecretFromKeyAgreement(with: key)
  }
}

try agree()
var best = Double.infinity
for _ in 0..<8 {
  let duration = try ContinuousClock().measure { try agree() }
  best = min(best, duration / .microseconds(keys.count))
}
print(best)
