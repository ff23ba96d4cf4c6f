/// Reads a line of `Forwarded` as its grammar has it (RFC 7239 section 4).
///
/// What stands in quotes separates nothing (RFC 9110 section 5.6.4): a proxy quotes what a client
/// said, such as `host="a,for=192.0.2.1"`. A line that does not keep to the grammar is believed in
/// nothing at all, because nobody can tell then which of its quotes were the proxy's. Only colons
/// and brackets may stand bare besides what the grammar lets: some proxies write addresses so, and
/// they separate nothing either.
struct ForwardedReader {
  /// A longer line is not read; the longest that proxies make have a few hundred bytes.
  static let bytesAtMost = 8192

  private var rest: Substring.UTF8View

  private init(_ line: String) { rest = line[...].utf8 }

  /// What each element of a line says in `for`, in order; nil where an element says nothing or
  /// two things. Nil for a line that cannot be read. Linear in the line.
  static func clients(in line: String) -> [String?]? {
    guard line.utf8.count <= bytesAtMost else { return nil }
    var reader = ForwardedReader(line)
    return reader.elements()
  }

  private mutating func elements() -> [String?]? {
    var clients: [String?] = []
    repeat {
      skipSpace()
      // An element that is empty is none (RFC 9110 section 5.6.1.2).
      guard let first = rest.first, first != UInt8(ascii: ",") else { continue }
      guard let element = element() else { return nil }
      clients.append(element.count == 1 ? element[0] : nil)
    } while take(",")
    return rest.isEmpty ? clients : nil
  }

  /// All that an element says in `for`; nil where it is none.
  private mutating func element() -> [String]? {
    var clients: [String] = []
    repeat {
      skipSpace()
      guard let first = rest.first, ![UInt8(ascii: ";"), UInt8(ascii: ",")].contains(first)
      else { continue }
      guard let name = word(Self.isTokenByte), take("="),
        let value = take("\"") ? quoted() : word(Self.isBareByte)
      else { return nil }
      if name.lowercased() == "for" { clients.append(value) }
      skipSpace()
    } while take(";")
    return clients
  }

  private mutating func word(_ belongs: (UInt8) -> Bool) -> String? {
    let word = rest.prefix(while: belongs)
    rest = rest[word.endIndex...]
    return word.isEmpty ? nil : String(word)
  }

  /// The rest of a value in quotes, whose first is taken; nil where the last is missing.
  private mutating func quoted() -> String? {
    var bytes: [UInt8] = []
    while var byte = rest.popFirst() {
      if byte == UInt8(ascii: "\"") { return String(decoding: bytes, as: UTF8.self) }
      if byte == UInt8(ascii: "\\") {
        guard let next = rest.popFirst() else { return nil }
        byte = next
      }
      let isText = byte >= 0x20 && byte != 0x7f || byte == UInt8(ascii: "\t")
      guard isText else { return nil }
      bytes.append(byte)
    }
    return nil
  }

  private mutating func take(_ mark: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: mark) else { return false }
    rest.removeFirst()
    return true
  }

  private mutating func skipSpace() {
    rest = rest.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
  }

  /// A token's bytes (RFC 9110 section 5.6.2).
  private static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"):
      true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }

  private static func isBareByte(_ byte: UInt8) -> Bool {
    isTokenByte(byte) || ":[]".utf8.contains(byte)
  }
}
