/// Why bytes were refused as a JSON document, and where.
public struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What was wrong.
  public enum Kind: UInt8, Sendable {
    case unexpectedEnd, unexpectedByte, trailingBytes
    case badNumber, numberOutOfRange
    case controlCharacter, badEscape, loneSurrogate, badUTF8
    case duplicateKey
    case tooLong, tooDeep, tooManyKeys, tooManyElements
  }

  /// What kind of fault it is.
  public let kind: Kind
  /// The offset, counted from 0, of the byte that cannot stand where it stands.
  public let offset: Int

  /// A fault at a byte offset.
  public init(_ kind: Kind, at offset: Int) {
    self.kind = kind
    self.offset = offset
  }

  /// The error in plain words. It never repeats the document, which may hold what must stay secret.
  public var message: Text { kind.message + " at byte " + Text(offset) }

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
