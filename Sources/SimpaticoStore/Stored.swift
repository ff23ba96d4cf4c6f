import GRDB
import SimpaticoTree

/// How values and names stand in the file: everything is canonical JSON, which has no zero bytes
/// and can be read with SQLite's own tool.
enum Stored {
  /// The tables of what has a name.
  enum Table: String, CustomStringConvertible {
    case secret, setting

    var description: String { rawValue }
  }

  /// Whatever the core can hold: it was read or made within its limits before it came here.
  private static let limits = JSONLimits(
    maximumBytes: 1 << 30, maximumDepth: 1_024, maximumKeys: .max, maximumElements: .max)

  static func content(_ value: Value) -> String { JSON.print(value).description }

  static func value(of row: Row) -> Value? {
    let content: String? = row["content"]
    return content.flatMap { try? JSON.parse(Text($0), limits: limits) }
  }

  /// A setting as it is written: without handles, and with markers spelt as the flat form has them.
  static func spelled(_ value: Value) -> Value { FlatForm.encode(value) }

  static func name(_ name: Text) throws -> String {
    let isName = name.withUTF8 { (1...256).contains($0.count) && !$0.contains(0) }
    guard isName else { throw StoreError.badName(name) }
    return name.description
  }

  static func named(
    _ row: Row, _ table: Table, _ path: String
  ) throws -> (name: Text, value: Value) {
    let name: String = row["name"]
    guard let value = value(of: row), table == .setting || value.string != nil else {
      throw StoreError.damaged(path: path, part: "the \(table) '\(name)'")
    }
    return (name: Text(name), value: value)
  }
}
