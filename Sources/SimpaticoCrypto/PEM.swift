/// One block of textual key encoding (RFC 7468): a label and DER bytes.
///
/// What is written is the strict form: lines of 64 digits, each ended by a line feed, as OpenSSL
/// and the original's box library write it. What is read is lenient about layout only: lines of
/// any width, CR, LF, spaces and tabs between digits and around the block. There must be exactly
/// one block, with the expected label, and nothing else.
enum PEM {
  private static let digitsPerLine = 64

  /// Writes `der` as a block with this label.
  static func encode(_ der: [UInt8], label: String) -> String {
    var rest = Base64.encode(der, alphabet: .standard)[...]
    var text = "-----BEGIN \(label)-----\n"
    while !rest.isEmpty {
      text += rest.prefix(digitsPerLine) + "\n"
      rest = rest.dropFirst(digitsPerLine)
    }
    return text + "-----END \(label)-----\n"
  }

  /// Reads the DER bytes of the one block with this label. Linear in the length of `text`, which
  /// is refused unread when it is longer than the limit.
  static func decode(
    _ text: String, label: String
  ) throws(CryptoError.KeyFault) -> [UInt8] {
    let bytes = text.utf8
    guard bytes.count <= ClassicSuite.pemByteCountMaximum else { throw .tooLong }
    let block = trimmed(bytes)
    let header = "-----BEGIN \(label)-----".utf8
    let footer = "-----END \(label)-----".utf8
    guard
      block.count >= header.count + footer.count,
      block.prefix(header.count).elementsEqual(header),
      block.suffix(footer.count).elementsEqual(footer)
    else { throw .notPEM }
    let body = block.dropFirst(header.count).dropLast(footer.count)
    do {
      return try Base64.decode(body.filter { !isWhitespace($0) }, alphabet: .standard)
    } catch {
      throw .notBase64
    }
  }

  private static func trimmed(_ bytes: String.UTF8View) -> ArraySlice<UInt8> {
    var slice = Array(bytes)[...]
    while let byte = slice.first, isWhitespace(byte) { slice.removeFirst() }
    while let byte = slice.last, isWhitespace(byte) { slice.removeLast() }
    return slice
  }

  private static func isWhitespace(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): true
    default: false
    }
  }
}
