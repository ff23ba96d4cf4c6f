import Crypto
import CryptoExtras
import SwiftASN1

/// A private key under a passphrase: EncryptedPrivateKeyInfo (RFC 5958 section 3) with the scheme
/// PBES2 (RFC 8018 section 6.2), PBKDF2 (section 5.2) and AES-256-CBC.
///
/// PBES2 does not authenticate. That what comes out is a key is what tells a right passphrase from
/// a wrong one.
struct EncryptedPrivateKeyInfo {
  static let label = "ENCRYPTED PRIVATE KEY"

  /// Iterations of what is written: what OWASP's Password Storage Cheat Sheet asks for.
  static let iterationsWritten = 600_000
  /// The most iterations of what is read; some seconds of work.
  static let iterationsMaximum = 10_000_000
  private static let saltByteCount = 16
  private static let saltByteCounts = 8...64
  private static let keyByteCount = 32

  /// The function that PBKDF2 iterates.
  private enum PseudoRandomFunction {
    case hmacWithSHA256, hmacWithSHA512
  }

  private let salt: [UInt8]
  private let iterations: Int
  private let pseudoRandomFunction: PseudoRandomFunction
  private let initializationVector: [UInt8]
  private let ciphertext: [UInt8]

  // MARK: Closing and opening

  /// Encrypts a PrivateKeyInfo, with a salt and an initialization vector of its own.
  init(_ privateKeyInfo: [UInt8], passphrase: String) throws {
    salt = (0..<Self.saltByteCount).map { _ in UInt8.random(in: 0...255) }
    iterations = Self.iterationsWritten
    pseudoRandomFunction = .hmacWithSHA256
    let vector = AES._CBC.IV()
    initializationVector = Array(vector)
    let key = try Self.key(passphrase, salt, iterations, pseudoRandomFunction)
    ciphertext = Array(try AES._CBC.encrypt(privateKeyInfo, using: key, iv: vector))
  }

  /// The DER of the key inside, which may be of any kind.
  func open(passphrase: String) throws(CryptoError.KeyFault) -> [UInt8] {
    do {
      let key = try Self.key(passphrase, salt, iterations, pseudoRandomFunction)
      let vector = try AES._CBC.IV(ivBytes: initializationVector)
      let opened = Array(try AES._CBC.decrypt(ciphertext, using: key, iv: vector))
      // About one wrong passphrase in 256 leaves padding that looks right, around garbage.
      _ = try DER.parse(opened)
      return opened
    } catch {
      throw .wrongPassphrase
    }
  }

  private static func key(
    _ passphrase: String, _ salt: [UInt8], _ iterations: Int, _ function: PseudoRandomFunction
  ) throws -> SymmetricKey {
    // Keys of other programs may have fewer iterations than the library's least, so unchecked.
    try KDF.Insecure.PBKDF2.deriveKey(
      from: Array(passphrase.utf8), salt: salt,
      using: function == .hmacWithSHA256 ? .sha256 : .sha512, outputByteCount: keyByteCount,
      unsafeUncheckedRounds: iterations)
  }
}

// MARK: DER

extension EncryptedPrivateKeyInfo {
  private typealias Fields = ASN1NodeCollection.Iterator

  /// The names of algorithms: RFC 8018 appendix A and B.1.2, NIST's arc for AES.
  private enum Name {
    static let pbes2: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 5, 13]
    static let pbkdf2: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 5, 12]
    static let hmacWithSHA256: ASN1ObjectIdentifier = [1, 2, 840, 113549, 2, 9]
    static let hmacWithSHA512: ASN1ObjectIdentifier = [1, 2, 840, 113549, 2, 11]
    static let aes256CBC: ASN1ObjectIdentifier = [2, 16, 840, 1, 101, 3, 4, 1, 42]
  }

  /// Reads the structure; nothing is decrypted.
  init(der: [UInt8]) throws(CryptoError.KeyFault) {
    do {
      self = try DER.sequence(try DER.parse(der), identifier: .sequence) { fields in
        let scheme = try Self.algorithm(Name.pbes2, &fields) { try Self.scheme(&$0) }
        let ciphertext = try ASN1OctetString(derEncoded: &fields)
        return Self(
          salt: scheme.derivation.salt, iterations: scheme.derivation.iterations,
          pseudoRandomFunction: scheme.derivation.function,
          initializationVector: scheme.vector, ciphertext: Array(ciphertext.bytes))
      }
    } catch let fault as CryptoError.KeyFault {
      throw fault
    } catch {
      throw .malformed
    }
  }

  private init(
    salt: [UInt8], iterations: Int, pseudoRandomFunction: PseudoRandomFunction,
    initializationVector: [UInt8], ciphertext: [UInt8]
  ) {
    self.salt = salt
    self.iterations = iterations
    self.pseudoRandomFunction = pseudoRandomFunction
    self.initializationVector = initializationVector
    self.ciphertext = ciphertext
  }

  /// An AlgorithmIdentifier: its name, which must be this one, and its parameters.
  private static func algorithm<Parameters>(
    _ name: ASN1ObjectIdentifier, _ fields: inout Fields,
    _ parameters: (inout Fields) throws -> Parameters
  ) throws -> Parameters {
    guard let node = fields.next(), node.identifier == .sequence,
      case .constructed(let parts) = node.content
    else { throw CryptoError.KeyFault.malformed }
    // Other algorithms have other parameters, which need not be understood to be refused.
    var start = parts.makeIterator()
    guard try ASN1ObjectIdentifier(derEncoded: &start) == name else {
      throw CryptoError.KeyFault.unsupportedEncryption
    }
    return try DER.sequence(node, identifier: .sequence) { fields in
      _ = fields.next()
      return try parameters(&fields)
    }
  }

  /// A SEQUENCE, of which `body` reads every part.
  private static func sequence<Content>(
    _ fields: inout Fields, _ body: (inout Fields) throws -> Content
  ) throws -> Content {
    guard let node = fields.next() else { throw CryptoError.KeyFault.malformed }
    return try DER.sequence(node, identifier: .sequence, body)
  }

  private typealias Derivation = (salt: [UInt8], iterations: Int, function: PseudoRandomFunction)

  /// PBES2-params.
  private static func scheme(
    _ fields: inout Fields
  ) throws -> (derivation: Derivation, vector: [UInt8]) {
    try sequence(&fields) { fields in
      let derivation = try algorithm(Name.pbkdf2, &fields) { fields in
        try sequence(&fields) { try Self.derivation(&$0) }
      }
      let vector = try algorithm(Name.aes256CBC, &fields) { fields in
        Array(try ASN1OctetString(derEncoded: &fields).bytes)
      }
      guard vector.count == ClassicSuite.blockByteCount else {
        throw CryptoError.KeyFault.malformed
      }
      return (derivation, vector)
    }
  }

  /// PBKDF2-params. Without a function, which means HMAC-SHA-1, they are refused.
  private static func derivation(_ fields: inout Fields) throws -> Derivation {
    let salt = Array(try ASN1OctetString(derEncoded: &fields).bytes)
    let iterations = try Int(derEncoded: &fields)
    guard saltByteCounts.contains(salt.count), iterations > 0 else {
      throw CryptoError.KeyFault.malformed
    }
    guard iterations <= iterationsMaximum else { throw CryptoError.KeyFault.tooManyIterations }
    var rest = fields
    if let node = rest.next(), node.identifier == .integer {
      guard try Int(derEncoded: node) == keyByteCount else {
        throw CryptoError.KeyFault.malformed
      }
      fields = rest
    }
    var end = fields
    guard end.next() != nil else { throw CryptoError.KeyFault.unsupportedEncryption }
    let function: PseudoRandomFunction = try sequence(&fields) { fields in
      let name = try ASN1ObjectIdentifier(derEncoded: &fields)
      _ = try ASN1Null(derEncoded: &fields)
      switch name {
      case Name.hmacWithSHA256: return .hmacWithSHA256
      case Name.hmacWithSHA512: return .hmacWithSHA512
      default: throw CryptoError.KeyFault.unsupportedEncryption
      }
    }
    return (salt, iterations, function)
  }

  /// The structure as DER.
  func der() throws -> [UInt8] {
    var serializer = DER.Serializer()
    try serializer.appendConstructedNode(identifier: .sequence) { info in
      try Self.append(Name.pbes2, to: &info) { parameters in
        try parameters.appendConstructedNode(identifier: .sequence) { both in
          try Self.append(Name.pbkdf2, to: &both) { try append(derivationTo: &$0) }
          try Self.append(Name.aes256CBC, to: &both) { fields in
            try ASN1OctetString(contentBytes: initializationVector[...]).serialize(into: &fields)
          }
        }
      }
      try ASN1OctetString(contentBytes: ciphertext[...]).serialize(into: &info)
    }
    return serializer.serializedBytes
  }

  private func append(derivationTo fields: inout DER.Serializer) throws {
    try fields.appendConstructedNode(identifier: .sequence) { parameters in
      try ASN1OctetString(contentBytes: salt[...]).serialize(into: &parameters)
      try iterations.serialize(into: &parameters)
      let isSHA256 = pseudoRandomFunction == .hmacWithSHA256
      let name = isSHA256 ? Name.hmacWithSHA256 : Name.hmacWithSHA512
      try Self.append(name, to: &parameters) { try ASN1Null().serialize(into: &$0) }
    }
  }

  private static func append(
    _ name: ASN1ObjectIdentifier, to serializer: inout DER.Serializer,
    _ parameters: (inout DER.Serializer) throws -> Void
  ) throws {
    try serializer.appendConstructedNode(identifier: .sequence) { fields in
      try name.serialize(into: &fields)
      try parameters(&fields)
    }
  }
}
