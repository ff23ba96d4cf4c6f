import Crypto

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

// What a registration cannot do without: importing a P-521 key and one agreement with it, by the
// library that the relay uses, on one thread. Prints the microseconds of processor that one takes:
// the mean over many, as the relay's registrations are measured.

let own = P521.KeyAgreement.PrivateKey()
let keys = (0..<50).map { _ in P521.KeyAgreement.PrivateKey().publicKey.pemRepresentation }

/// Imports each key once and agrees with it.
func agree() throws {
  for pem in keys {
    let key = try P521.KeyAgreement.PublicKey(pemRepresentation: pem)
    _ = try own.sharedSecretFromKeyAgreement(with: key)
  }
}

/// The processor time of the process so far, in microseconds.
func processorMicroseconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
}

try agree()
let rounds = 8
let start = processorMicroseconds()
for _ in 0..<rounds { try agree() }
print((processorMicroseconds() - start) / Double(rounds * keys.count))
