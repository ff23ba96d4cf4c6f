/// The value of `Host`: a name or an address, and perhaps a port (RFC 9110, 7.2; RFC 3986, 3.2.2).
///
/// The generic syntax allows more in a name than any name has. Here it is letters, digits, hyphens
/// and underscores between dots, or an IPv6 address in brackets; whatever else stands there was
/// meant to be read differently by somebody else.
package struct HTTPHost: Equatable, Sendable, CustomStringConvertible {
  /// The name or the address, brackets included, as it was written.
  package let name: String
  /// The port, where one is named.
  package let port: Int?

  /// Reads a host; nil where it is none.
  package init?(_ text: some StringProtocol) {
    let text = Substring(text)
    let name =
      text.first == "["
      ? text.prefix { $0 != "]" } + text.drop { $0 != "]" }.prefix(1)
      : text.prefix { $0 != ":" }
    guard Self.isAddress(name) || Self.isName(name) else { return nil }
    var port: Int?
    let rest = text.utf8.dropFirst(name.utf8.count)
    if let colon = rest.first {
      let digits = rest.dropFirst()
      guard colon == UInt8(ascii: ":"), digits.count <= 5, digits.allSatisfy(Self.isDigit) else {
        return nil
      }
      // An empty one is the scheme's own (RFC 3986, 3.2.3).
      port = Int(String(Substring(digits)))
      guard port ?? 0 <= 65_535 else { return nil }
    }
    self.name = String(name)
    self.port = port
  }

  package var description: String { name + (port.map { ":\($0)" } ?? "") }

  private static func isAddress(_ text: some StringProtocol) -> Bool {
    guard text.first == "[", text.last == "]", text.utf8.count > 3 else { return false }
    return text.utf8.dropFirst().dropLast().allSatisfy { byte in
      isDigit(byte) || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".")
        || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }
  }

  private static func isName(_ text: some StringProtocol) -> Bool {
    guard (1...255).contains(text.utf8.count) else { return false }
    // The last dot of a whole name may be written.
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    let named = labels.count > 1 && labels.last?.isEmpty == true ? labels.dropLast() : labels[...]
    return named.allSatisfy { label in
      (1...63).contains(label.utf8.count)
        && label.utf8.allSatisfy { byte in
          isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
        }
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
