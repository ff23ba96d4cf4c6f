import SimpaticoCrypto
import SimpaticoStore
import SimpaticoTree

/// What a client begins with: a new key pair, or what its file has.
struct SavedClient: Sendable {
  let store: Store?
  let pair: ClassicSuite.KeyPair
  var snapshot: TreeSnapshot?
  var journal: [JournalEntry] = []
  var secrets: [(name: Text, secret: Text)] = []

  /// Opens a file, or makes one with a new key pair in it.
  static func open(
    _ file: String?, passphrase: String?, maximumBytes: Int? = nil
  ) async throws(ClientError) -> SavedClient {
    guard let file else { return SavedClient(store: nil, pair: ClassicSuite().generateKeyPair()) }
    let store: Store
    do throws(StoreError) {
      store = try await Store.open(at: file, maximumBytes: maximumBytes)
    } catch {
      throw .store(String(describing: error))
    }
    do {
      return try await read(store, passphrase)
    } catch {
      try? await store.close()
      throw error as? ClientError ?? .store(String(describing: error))
    }
  }

  private static func read(_ store: Store, _ passphrase: String?) async throws -> SavedClient {
    guard let pem = try await store.identity()?.description else {
      let pair = ClassicSuite().generateKeyPair()
      let pem = try passphrase.map { try pair.encryptedPrivateKeyPEM(passphrase: $0) }
      try await store.setIdentity(Text(pem ?? pair.privateKeyPEM()))
      return SavedClient(store: store, pair: pair)
    }
    let pair = try keyPair(pem, passphrase)
    if let passphrase, !ClassicSuite.KeyPair.isEncrypted(pem) {
      try await store.setIdentity(Text(try pair.encryptedPrivateKeyPEM(passphrase: passphrase)))
    }
    var saved = SavedClient(store: store, pair: pair)
    let tree = try await store.load()
    saved.snapshot = tree.snapshot
    saved.journal = tree.entries
    saved.secrets = try await store.secrets()
    return saved
  }

  private static func keyPair(
    _ pem: String, _ passphrase: String?
  ) throws -> ClassicSuite.KeyPair {
    guard ClassicSuite.KeyPair.isEncrypted(pem) else {
      return try ClassicSuite.KeyPair(privateKeyPEM: pem)
    }
    guard let passphrase else { throw ClientError.passphraseNeeded }
    do throws(CryptoError) {
      return try ClassicSuite.KeyPair(encryptedPrivateKeyPEM: pem, passphrase: passphrase)
    } catch .invalidPrivateKey(.wrongPassphrase) {
      throw ClientError.wrongPassphrase
    } catch {
      throw ClientError.store("the key in this file cannot be read: \(error)")
    }
  }
}
