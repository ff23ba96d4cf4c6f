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
  /// - Parameters:
  ///   - identity: whose a new file becomes, and whose any other must be.
  ///   - encrypting: whether the passphrase encrypts a key that is new or was plain.
  static func open(
    _ file: String?, identity: Identity? = nil, passphrase: String?, encrypting: Bool = true,
    maximumBytes: Int? = nil
  ) async throws(ClientError) -> SavedClient {
    guard let file else {
      return SavedClient(store: nil, pair: (identity ?? .generate()).pair)
    }
    return try await withStore(file, maximumBytes: maximumBytes) { store in
      try await read(store, identity, passphrase, encrypting)
    }
  }

  /// Whether a file has a key that only a passphrase opens.
  static func isKeyEncrypted(_ file: String) async throws(ClientError) -> Bool {
    try await withStore(file) { store in
      let identity = try await store.identity()
      try await store.close()
      return identity.map { ClassicSuite.KeyPair.isEncrypted($0.description) } ?? false
    }
  }

  /// Opens a file, which is closed again where the body throws.
  private static func withStore<Result>(
    _ file: String, maximumBytes: Int? = nil, _ body: (Store) async throws -> Result
  ) async throws(ClientError) -> Result {
    let store: Store
    do throws(StoreError) {
      store = try await Store.open(at: file, maximumBytes: maximumBytes)
    } catch {
      throw .store(String(describing: error))
    }
    do {
      return try await body(store)
    } catch {
      try? await store.close()
      throw error as? ClientError ?? .store(String(describing: error))
    }
  }

  private static func read(
    _ store: Store, _ identity: Identity?, _ passphrase: String?, _ encrypting: Bool
  ) async throws -> SavedClient {
    let known = try await store.identity()?.description
    let kept = try known.map { pem throws(ClientError) in
      do throws(ClientError) {
        return try Identity(pem: pem, passphrase: passphrase)
      } catch .badKey(let reason) {
        throw .store("the key in this file cannot be read: \(reason)")
      }
    }
    if let kept, let identity, kept.fingerprint != identity.fingerprint {
      throw ClientError.otherIdentity(kept.fingerprint)
    }
    let pair = (kept ?? identity ?? .generate()).pair
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
}
