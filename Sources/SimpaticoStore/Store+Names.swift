import GRDB
public import SimpaticoTree

extension Store {
  /// The client's own identity, or nil where none was kept.
  public func identity() async throws(StoreError) -> Text? {
    try await read { [path] database in
      guard let row = try Row.fetchOne(database, sql: "SELECT content FROM identity") else {
        return nil
      }
      guard let text = Stored.value(of: row)?.string else {
        throw StoreError.damaged(path: path, part: "the identity")
      }
      return text
    }
  }

  /// Keeps the client's own identity: a text that only the caller understands, such as PEM.
  public func setIdentity(_ text: Text) async throws(StoreError) {
    try await write([.identity(text)])
  }

  /// Keeps a secret under a name, in the place of one that may be there.
  public func setSecret(_ name: Text, _ secret: Text) async throws(StoreError) {
    try await write([.secret(name, secret)])
  }

  /// Removes a secret and overwrites it in the file. Nothing happens where there is none.
  public func removeSecret(_ name: Text) async throws(StoreError) {
    try await write([.secret(name, nil)])
  }

  /// The secret of a name, or nil.
  public func secret(_ name: Text) async throws(StoreError) -> Text? {
    try await named(.secret, name)?.string
  }

  /// All secrets, by name.
  public func secrets() async throws(StoreError) -> [(name: Text, secret: Text)] {
    try await all(.secret).map { (name: $0.name, secret: $0.value.string ?? Text()) }
  }

  /// Keeps a setting under a name, in the place of one that may be there; nil removes it.
  public func setSetting(_ name: Text, _ value: Value?) async throws(StoreError) {
    try await write([.setting(name, value)])
  }

  /// The setting of a name, or nil.
  public func setting(_ name: Text) async throws(StoreError) -> Value? {
    try await named(.setting, name)
  }

  /// All settings, by name.
  public func settings() async throws(StoreError) -> [(name: Text, value: Value)] {
    try await all(.setting)
  }

  private func named(_ table: Stored.Table, _ name: Text) async throws(StoreError) -> Value? {
    try await read { [path] database in
      let row = try Row.fetchOne(
        database, sql: "SELECT name, content FROM \(table) WHERE name = ?",
        arguments: [Stored.name(name)])
      return try row.map { try Stored.named($0, table, path).value }
    }
  }

  private func all(
    _ table: Stored.Table
  ) async throws(StoreError) -> [(name: Text, value: Value)] {
    try await read { [path] database in
      try Row.fetchAll(database, sql: "SELECT name, content FROM \(table) ORDER BY name")
        .map { try Stored.named($0, table, path) }
    }
  }
}
