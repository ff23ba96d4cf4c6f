/// Why bytes were refused as a JSON document, and where.
public struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What was wrong.
  public enum Kind: UInt8, Sendable {
    /// The document ends inside a value, or before one.
    case unexpectedEnd
    /// No value, separator or bracket starts like this.
    case unexpectedByte
    /// Something follows the document.
    case trailingBytes
    /// A number is not spelt as JSON wants it.
    case badNumber
    /// A number is larger than a double can hold.
    case numberOutOfRange
    /// A control character stands in a string without an escape.
    case controlCharacter
    /// There is no such escape.
    case badEscape
    /// An escape stands for half a surrogate pair.
    case loneSurrogate
    /// The bytes of a string are not UTF-8.
    case badUTF8
    /// A key stands twice in one object.
    case duplicateKey
    /// The document is longer than `JSONLimits.maximumBytes`.
    case tooLong
    /// Values nest deeper than `JSONLimits.maximumDepth`.
    case tooDeep
    /// The document has more fields than `JSONLimits.maximumKeys`.
    case tooManyKeys
    /// The document has more array elements than `JSONLimits.maximumElements`.
    case tooManyElements
  }

  /// What kind of fault it is.
  public let kind: Kind
  /// The offset, counted from 0, of the byte that cannot stand where it stands.
  public let offset: Int

  /// A fault at a byte offset.
  package init(_ kind: Kind, at offset: Int) {
    self.kind = kind
    self.offset = offset
  }

  /// The error in plain words. It never repeats the document, which may hold what must stay secret.
  public var message: Text { kind.message + " at byte " + Text(offset) }

  /// The same as a Swift string.
  public var description: String { message.description }
}

extension JSONError.Kind {
  var message: Text {
    switch self {
    case .unexpectedEnd: "the document ends too early"
    case .unexpectedByte: "no JSON value, separator or bracket can start like this"
    case .trailingBytes: "something follows the document"
    case .badNumber: "a number is not spelt as JSON wants it"
    case .numberOutOfRange: "a number is larger than a double can hold"
    case .controlCharacter: "a control character must be escaped in a string"
    case .badEscape: "no such escape in a string"
    case .loneSurrogate: "an escape stands for half a character"
    case .badUTF8: "the text is not UTF-8"
    case .duplicateKey: "a key stands twice in one object"
    case .tooLong: "the document is too long"
    case .tooDeep: "arrays and objects nest too deeply"
    case .tooManyKeys: "the document has too many fields"
    case .tooManyElements: "the document has too many array elements"
    }
  }
}
