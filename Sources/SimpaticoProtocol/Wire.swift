public import SimpaticoTree

/// Why a frame from the other side is not a message that this side takes.
///
/// The texts are for this side's log and tree. Nothing of the frame's content is in them, and
/// nothing of them is sent.
public indirect enum WireViolation: Error, Equatable, Sendable {
  case tooLong(characters: Int, limit: Int)
  case notText
  case notJSON(JSONError)
  case notAMessage
  case notAccepted
  case refused(CombineError)
  case badFrame(Text)

  /// What was wrong, as a sentence.
  public var text: Text {
    switch self {
    case .tooLong(let characters, let limit):
      "a message of " + Text(characters) + " characters is longer than " + Text(limit)
    case .notText: "a frame that is not text"
    case .notJSON(let error): "not JSON: " + error.message
    case .notAMessage: "not an object with a string 'handler'"
    case .notAccepted: "a handler that is not accepted from the wire"
    case .refused(let error): error.text
    case .badFrame(let reason): reason
    }
  }
}

/// The gate between a socket and a tree: what a side accepts from the wire, and in what shape.
public struct Wire: Sendable {
  /// The most UTF-16 code units of one message, as the original counts them.
  public let maximumCharacters: Int
  /// The limit of the original.
  public static let defaultMaximumCharacters = 4096
  /// The handlers that may be named from outside. Their patterns decide the shape, and drop what
  /// they do not name.
  public let accepted: [Text]

  private static let limits = JSONLimits(maximumDepth: 16, maximumKeys: 256)

  /// A gate for messages to these handlers.
  public init(accepting accepted: [Text], maximumCharacters: Int = defaultMaximumCharacters) {
    self.accepted = accepted
    self.maximumCharacters = maximumCharacters
  }

  /// Reads a frame into a message that names an accepted handler and holds only fields that its
  /// pattern names.
  ///
  /// The pattern itself is checked by the dispatch that follows. Linear in the frame.
  public func message(
    from frame: UnsafeBufferPointer<UInt8>, library: HandlerLibrary
  ) throws(WireViolation) -> Value {
    try message(from: frame, library: library) { (frame) throws(JSONError) in
      try JSON.parse(frame, limits: Wire.limits)
    }
  }

  /// A reader for frames: whoever gets many of them keeps one.
  public static func makeReader() -> JSONReader { JSONReader(limits: limits) }

  func message(
    from frame: UnsafeBufferPointer<UInt8>, library: HandlerLibrary,
    reading: (UnsafeBufferPointer<UInt8>) throws(JSONError) -> Value
  ) throws(WireViolation) -> Value {
    if frame.count > maximumCharacters {
      let characters = Wire.utf16Count(frame)
      if characters > maximumCharacters {
        throw .tooLong(characters: characters, limit: maximumCharacters)
      }
    }
    let value: Value
    do throws(JSONError) {
      value = try reading(frame)
    } catch {
      throw .notJSON(error)
    }
    guard let name = value[WireName.handler]?.string else { throw .notAMessage }
    guard accepted.contains(where: { $0 == name }),
      let message = library.restricted(value, to: name)
    else { throw .notAccepted }
    return message
  }

  static func utf16Count(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var count = 0
    for byte in bytes where byte & 0xC0 != 0x80 { count += byte >= 0xF0 ? 2 : 1 }
    return count
  }
}
