import SimpaticoCrypto
import SimpaticoStore
import SimpaticoTree

/// What a client begins with: a new key pair, or what its file has.
struct SavedClient: Sendable {
  let store: Store?
  let pair: ClassicSuite.KeyPair
  /// Whether only a passphrase opens the key in the file.
  var isKeyEncrypted = false
  /// The relay that the client was at.
  var server: ServerAddress?
  var snapshot: TreeSnapshot?
  var journal: [JournalEntry] = []
  var secrets: [(name: Text, secret: Text)] = []

  /// The name of the setting that says which relay the client was at.
  static let serverSetting: Text = "server"

  /// Opens a file, or makes one with a new key pair in it.
  ///
  /// - Parameter encrypting: whether the passphrase encrypts a key that is new or was plain.
  static func open(
    _ file: String?, passphrase: String?, encrypting: Bool = true, maximumBytes: Int? = nil
  ) async throws(ClientError) -> SavedClient {
    guard let file else { return SavedClient(store: nil, pair: ClassicSuite().generateKeyPair()) }
    let store: Store
    do throws(StoreError) {
      store = try await Store.open(at: file, maximumBytes: maximumBytes)
    } catch {
      throw .store(String(describing: error))
    }
    do {
      return try await read(store, passphrase, encrypting)
    } catch {
      try? await store.close()
      throw error as? ClientError ?? .store(String(describing: error))
    }
  }

  private static func read(
    _ store: Store, _ passphrase: String?, _ encrypting: Bool
  ) async throws -> SavedClient {
    let known = try await store.identity()?.description
    let pair =
      try known.map { try keyPair($0, passphrase) } ?? ClassicSuite().generateKeyPair()
    var saved = SavedClient(store: store, pair: pair)
    saved.isKeyEncrypted = known.map { ClassicSuite.KeyPair.isEncrypted($0) } ?? false
    if encrypting, !saved.isKeyEncrypted, let passphrase {
      try await store.setIdentity(Text(try pair.encryptedPrivateKeyPEM(passphrase: passphrase)))
      saved.isKeyEncrypted = true
    } else if known == nil {
      try await store.setIdentity(Text(pair.privateKeyPEM()))
    }
    saved.server = try await store.setting(serverSetting)?.string
      .flatMap { try? ServerAddress($0.description) }
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
