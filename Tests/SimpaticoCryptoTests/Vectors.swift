import Foundation
import SimpaticoCrypto

/// The vector files. Who made them, and how, is in `Vectors/generate`.
enum Vectors {
  /// Key pairs and boxes that another implementation made.
  struct Suite: Decodable, CustomStringConvertible {
    let madeBy: String
    let keyPairs: [KeyPair]
    let boxes: [Box]

    var description: String { madeBy }

    func keyPair(_ name: String) throws -> ClassicSuite.KeyPair {
      guard let keyPair = keyPairs.first(where: { $0.name == name }) else {
        throw Missing(name: name)
      }
      return try ClassicSuite.KeyPair(privateKeyPEM: keyPair.privateKeyPEM)
    }
  }

  struct KeyPair: Decodable {
    let name: String
    let privateKeyPEM: String
    let publicKeyPEM: String
    let fingerprint: String
  }

  /// Byte sequences are hexadecimal.
  struct Box: Decodable {
    let name: String
    let from: String
    let to: String
    let initializationVector: String
    let message: String
    let box: String
  }

  /// Keys in all kinds of spellings.
  struct Keys: Decodable {
    let publicKeys: [Key]
    let privateKeys: [Key]
  }

  struct Key: Decodable, CustomStringConvertible {
    let name: String
    let pem: String
    /// Nil when the key must be refused.
    let fingerprint: String?

    var description: String { name }
  }

  /// Private keys under a passphrase.
  struct EncryptedKeys: Decodable {
    let keys: [EncryptedKey]
  }

  struct EncryptedKey: Decodable, CustomStringConvertible {
    let name: String
    let passphrase: String
    let pem: String
    /// Nil when the key must be refused.
    let fingerprint: String?
    /// Why it must be refused, as the library names it.
    let fault: String?

    var description: String { name }
  }

  struct Missing: Error {
    let name: String
  }

  static let suites = [
    load("openssl", as: Suite.self),
    load("webcrypto", as: Suite.self),
  ]

  static let keys = load("keys", as: Keys.self)

  static let encryptedKeys = load("encrypted", as: EncryptedKeys.self).keys

  /// The path of a file in the folder `Vectors`.
  static func path(_ name: String) -> String {
    Bundle.module.bundleURL.appending(path: "Vectors/\(name)").path(percentEncoded: false)
  }

  /// A vector file that cannot be read is a broken checkout, not a failed law.
  private static func load<Content: Decodable>(_ name: String, as: Content.Type) -> Content {
    do {
      let data = try Data(contentsOf: URL(filePath: path("\(name).json")))
      return try JSONDecoder().decode(Content.self, from: data)
    } catch {
      preconditionFailure("cannot read \(name).json: \(error)")
    }
  }
}
