import NIOCore
import Testing

@testable import SimpaticoSocket

/// Frames of a peer, and all that an endpoint must answer and tell its delegate.
///
/// The frames are written as a client sends them to a server; for the same rule at a client their
/// masks are turned around. The answers are written without a mask, which a client's must have.
struct RuleCase: CustomTestStringConvertible, Sendable {
  /// The section of RFC 6455 that demands it.
  let section: String
  let name: String
  let roles: [WebSocketRole]
  let acceptsBinary: Bool
  let frames: [Frame]
  let answers: [Frame]
  /// What the delegate is told after it was told of the opening and before the loss of a
  /// connection that is left open.
  let events: [SocketEvent]

  var testDescription: String { "\(section) \(name)" }

  init(
    _ section: String, _ name: String, roles: [WebSocketRole] = [.server, .client],
    acceptsBinary: Bool = true, _ frames: [Frame], answers: [Frame] = [], _ events: [SocketEvent]
  ) {
    self.section = section
    self.name = name
    self.roles = roles
    self.acceptsBinary = acceptsBinary
    self.frames = frames
    self.answers = answers
    self.events = events
  }

  /// A case in which the frames, after some events, break a rule.
  init(
    _ section: String, _ name: String, roles: [WebSocketRole] = [.server, .client],
    acceptsBinary: Bool = true, _ frames: [Frame], after answers: [Frame] = [],
    _ events: [SocketEvent] = [], breaks violation: WebSocketViolation, _ code: UInt16
  ) {
    self.init(
      section, name, roles: roles, acceptsBinary: acceptsBinary, frames,
      answers: answers + [.close(code, violation.description)],
      events + [.violation(violation), .closed(1006, violation.description)])
  }

  /// The bytes as the peer of this role sends them.
  func input(for role: WebSocketRole) -> [UInt8] {
    frames.flatMap { role == .server ? $0.bytes : $0.turned.bytes }
  }

  /// Small, so that the table can reach every limit.
  static let limits = WebSocketConfiguration(
    maximumFrameBytes: 300, maximumMessageBytes: 400, maximumFragmentCount: 3)

  static let all =
    wellFormed + binary + masking + framing + ordering + text + limitCases + closing + codes
}

private let byte100 = String(repeating: "0123456789", count: 10)
private let byte125 = String(repeating: "x", count: 125)
private let byte126 = String(repeating: "x", count: 126)
private let byte300 = String(repeating: "x", count: 300)

extension RuleCase {
  fileprivate static let wellFormed: [RuleCase] = [
    RuleCase("5.7", "a text", [.text("Hello")], [.text("Hello")]),
    RuleCase("5.6", "an empty text", [.text("")], [.text("")]),
    RuleCase("5.2", "the longest short length", [.text(byte125)], [.text(byte125)]),
    RuleCase("5.2", "the shortest long length", [.text(byte126)], [.text(byte126)]),
    RuleCase("5.2", "two texts in a row", [.text("a"), .text("b")], [.text("a"), .text("b")]),
    RuleCase(
      "5.4", "a text in three fragments",
      [.text("Hel", isFinal: false), .continuation("l", isFinal: false), .continuation("o")],
      [.text("Hello")]),
    RuleCase(
      "5.4", "empty fragments",
      [.text("", isFinal: false), .continuation("", isFinal: false), .continuation("")],
      [.text("")]),
    RuleCase(
      "5.4", "a ping between fragments",
      [.text("Hel", isFinal: false), .ping("?"), .continuation("lo")], answers: [.pong("?")],
      [.text("Hello")]),
    RuleCase(
      "5.4", "a pong between fragments",
      [.text("Hel", isFinal: false), .pong("!"), .continuation("lo")], [.text("Hello")]),
    RuleCase("5.5.2", "an empty ping", [.ping()], answers: [.pong()], []),
    RuleCase("5.5.2", "the longest ping", [.ping(byte125)], answers: [.pong(byte125)], []),
    RuleCase(
      "5.5.2", "a ping that is no text", [Frame(opcode: 9, payload: [0, 0xFF, 0x80])],
      answers: [Frame(opcode: 10, payload: [0, 0xFF, 0x80])], []),
    RuleCase(
      "5.5.2", "pings are answered in their order", [.ping("1"), .ping("2"), .ping("3")],
      answers: [.pong("1"), .pong("2"), .pong("3")], []),
    RuleCase("5.5.3", "an unsolicited pong", [.pong("?"), .text("a")], [.text("a")]),
  ]

  fileprivate static let binary: [RuleCase] = [
    RuleCase("5.6", "a binary message", [.binary([0, 255, 128])], [.binary([0, 255, 128])]),
    RuleCase("5.6", "an empty binary message", [.binary([])], [.binary([])]),
    RuleCase(
      "5.6", "binary fragments that are no text",
      [.binary([0xC3], isFinal: false), .ping("?"), Frame(opcode: 0, payload: [0xFF])],
      answers: [.pong("?")], [.binary([0xC3, 0xFF])]),
    RuleCase(
      "5.6", "a text after a binary message is checked", [.binary([0xFF]), Frame.bytes(1, [0xFF])],
      [.binary([0xFF])], breaks: .invalidText, 1007),
    RuleCase(
      "7.4.1", "a binary message where only text is taken", acceptsBinary: false, [.binary([1])],
      breaks: .binaryMessage, 1003),
    RuleCase(
      "7.4.1", "its first fragment is enough", acceptsBinary: false,
      [.binary([], isFinal: false)], breaks: .binaryMessage, 1003),
  ]

  fileprivate static let masking: [RuleCase] = [
    RuleCase(
      "5.3", "a mask of zeros", roles: [.server],
      [Frame(opcode: 1, payload: [97, 98], mask: [0, 0, 0, 0])], [.text("ab")]),
    RuleCase(
      "5.1", "an unmasked client", roles: [.server], [.text("a").unmasked],
      breaks: .unmaskedFrame, 1002),
    RuleCase(
      "5.1", "a long unmasked client", roles: [.server], [.text(byte125).unmasked],
      breaks: .unmaskedFrame, 1002),
    RuleCase(
      "5.1", "a long masked server", roles: [.client], [.text(byte125).unmasked],
      breaks: .maskedFrame, 1002),
    RuleCase(
      "5.1", "an unmasked ping of a client", roles: [.server], [.ping().unmasked],
      breaks: .unmaskedFrame, 1002),
    RuleCase(
      "5.1", "an unmasked close of a client", roles: [.server], [.close(1000).unmasked],
      breaks: .unmaskedFrame, 1002),
    RuleCase(
      "5.1", "a masked server", roles: [.client], [.text("a").unmasked], breaks: .maskedFrame,
      1002),
    RuleCase(
      "5.1", "a masked ping of a server", roles: [.client], [.ping().unmasked],
      breaks: .maskedFrame, 1002),
  ]

  fileprivate static let framing: [RuleCase] =
    [1, 2, 3, 4, 5, 6, 7].map {
      RuleCase(
        "5.2", "reserved bits \($0)", [Frame(opcode: 1, reservedBits: $0)],
        breaks: .reservedBits, 1002)
    }
    + [1, 2, 4].map {
      RuleCase(
        "5.2", "reserved bits \($0) of a long frame",
        [Frame(opcode: 1, payload: Array(byte126.utf8), reservedBits: $0)],
        breaks: .reservedBits, 1002)
    }
    + [3, 7, 11, 15].map {
      RuleCase(
        "5.2", "opcode \($0) of a long frame", [.bytes($0, Array(byte126.utf8))],
        breaks: .unknownOpcode($0), 1002)
    }
    + [0, 2, 8, 9, 10].map {
      RuleCase(
        "5.2", "a reserved bit with opcode \($0)", [Frame(opcode: $0, reservedBits: 4)],
        breaks: .reservedBits, 1002)
    }
    + [3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map {
      RuleCase("5.2", "opcode \($0)", [Frame(opcode: $0)], breaks: .unknownOpcode($0), 1002)
    }
    + [8, 9, 10].map {
      RuleCase(
        "5.5", "a fragmented control frame \($0)", [Frame(opcode: $0, isFinal: false)],
        breaks: .fragmentedControlFrame, 1002)
    }
    + [8, 9, 10].map {
      RuleCase(
        "5.5", "a control frame \($0) of 126 bytes",
        [Frame(opcode: $0, payload: Array(byte126.utf8))], breaks: .oversizedControlFrame, 1002)
    }
    + [0, 1, 125].map { (length: UInt64) in
      RuleCase(
        "5.2", "\(length) in a word", [Frame(opcode: 1, lengthBytes: 2, announcedLength: length)],
        breaks: .nonMinimalLength, 1002)
    }
    + [0, 126, 65535].map { (length: UInt64) in
      RuleCase(
        "5.2", "\(length) in a quad word",
        [Frame(opcode: 1, lengthBytes: 8, announcedLength: length)], breaks: .nonMinimalLength, 1002
      )
    } + [
      RuleCase(
        "5.2", "a length with its highest bit set", [Frame(opcode: 1, announcedLength: 1 << 63)],
        breaks: .lengthOutOfRange, 1002),
      RuleCase(
        "7.1.7", "nothing is read after a violation",
        [Frame(opcode: 3), .text("a"), .ping(), .close(1000)], breaks: .unknownOpcode(3), 1002),
      RuleCase(
        "7.1.7", "what came before a violation counts", [.text("a"), .ping("b"), Frame(opcode: 3)],
        after: [.pong("b")], [.text("a")], breaks: .unknownOpcode(3), 1002),
    ]

  fileprivate static let ordering: [RuleCase] = [
    RuleCase(
      "5.4", "a continuation of nothing", [.continuation("a")], breaks: .unexpectedContinuation,
      1002),
    RuleCase(
      "5.4", "an unfinished continuation of nothing", [.continuation("a", isFinal: false)],
      breaks: .unexpectedContinuation, 1002),
    RuleCase(
      "5.4", "a continuation after the end", [.text("a"), .continuation("b")], [.text("a")],
      breaks: .unexpectedContinuation, 1002),
    RuleCase(
      "5.4", "a text inside a text", [.text("a", isFinal: false), .text("b")],
      breaks: .interruptedMessage, 1002),
    RuleCase(
      "5.4", "a binary message inside a text", [.text("a", isFinal: false), .binary([])],
      breaks: .interruptedMessage, 1002),
    RuleCase(
      "5.4", "a text inside a binary message", [.binary([1], isFinal: false), .text("b")],
      breaks: .interruptedMessage, 1002),
  ]

  fileprivate static let text: [RuleCase] =
    [
      RuleCase("5.6", "text of all widths", [.text("aé€😀")], [.text("aé€😀")]),
      RuleCase(
        "8.1", "a scalar across fragments",
        [
          Frame(opcode: 1, payload: [0xF0, 0x9F], isFinal: false), .ping("!"),
          Frame(opcode: 0, payload: [0x98], isFinal: false), Frame(opcode: 0, payload: [0x80]),
        ], answers: [.pong("!")], [.text("😀")]),
      RuleCase(
        "8.1", "a text that ends inside a scalar", [.bytes(1, [0xE2, 0x82])], breaks: .invalidText,
        1007),
      RuleCase(
        "8.1", "a wrong byte in the first fragment fails before the second",
        [Frame(opcode: 1, payload: [0x61, 0xC0], isFinal: false)], breaks: .invalidText, 1007),
      RuleCase(
        "8.1", "a wrong byte fails before the end of its frame",
        [Frame(opcode: 1, payload: [0xFF], announcedLength: 200)], breaks: .invalidText, 1007),
      RuleCase(
        "8.1", "a wrong byte behind much that is right",
        [.bytes(1, Array(byte126.utf8) + [0xFF])], breaks: .invalidText, 1007),
      RuleCase(
        "8.1", "a scalar broken off by a fragment",
        [Frame(opcode: 1, payload: [0xC3], isFinal: false), .continuation("a")],
        breaks: .invalidText, 1007),
      RuleCase(
        "8.1", "a scalar broken off by a fragment and taken up by the next",
        [
          Frame(opcode: 1, payload: [0xC3], isFinal: false), .continuation("a", isFinal: false),
          Frame(opcode: 0, payload: [0xA9]),
        ], breaks: .invalidText, 1007),
      RuleCase(
        "8.1", "a scalar broken off by the last fragment",
        [Frame(opcode: 1, payload: [0xC3], isFinal: false), .continuation("")],
        breaks: .invalidText, 1007),
    ]
    + [
      ("a surrogate", [0xED, 0xA0, 0x80]), ("an overlong form", [0xC0, 0xAF]),
      ("an overlong form of three bytes", [0xE0, 0x9F, 0xBF]),
      ("an overlong form of four bytes", [0xF0, 0x8F, 0xBF, 0xBF]),
      ("more than U+10FFFF", [0xF4, 0x90, 0x80, 0x80]), ("a continuation byte alone", [0x80]),
      ("five bytes", [0xF8, 0x88, 0x80, 0x80, 0x80]),
    ].map { (name, bytes: [UInt8]) in
      RuleCase("8.1", name, [.bytes(1, bytes)], breaks: .invalidText, 1007)
    }

  fileprivate static let limitCases: [RuleCase] = [
    RuleCase("7.4.1", "the longest frame", [.text(byte300)], [.text(byte300)]),
    RuleCase(
      "7.4.1", "a frame too long fails at its header", [Frame(opcode: 1, announcedLength: 301)],
      breaks: .frameTooLarge, 1009),
    RuleCase(
      "7.4.1", "a binary frame too long", [Frame(opcode: 2, announcedLength: 301)],
      breaks: .frameTooLarge, 1009),
    RuleCase(
      "7.4.1", "the longest length there is", [Frame(opcode: 1, announcedLength: 1 << 63 - 1)],
      breaks: .frameTooLarge, 1009),
    RuleCase(
      "7.4.1", "the longest message",
      [.text(byte300, isFinal: false), .continuation(byte100)], [.text(byte300 + byte100)]),
    RuleCase(
      "7.4.1", "a message too long",
      [.text(byte300, isFinal: false), Frame(opcode: 0, announcedLength: 101)],
      breaks: .messageTooLarge, 1009),
    RuleCase(
      "7.4.1", "too many fragments",
      [
        .text("", isFinal: false), .continuation("", isFinal: false),
        .continuation("", isFinal: false), .continuation(""),
      ], breaks: .tooManyFragments, 1009),
    RuleCase(
      "7.4.1", "fragments are counted for each message",
      [
        .text("a", isFinal: false), .continuation("b", isFinal: false), .continuation("c"),
        .text("d", isFinal: false), .continuation("e", isFinal: false), .continuation("f"),
      ], [.text("abc"), .text("def")]),
  ]

  fileprivate static let closing: [RuleCase] = [
    RuleCase("5.5.1", "an empty close", [.close()], answers: [.close()], [.closed(nil, "")]),
    RuleCase(
      "5.5.1", "a close with a reason", [.close(1000, "bye é")], answers: [.close(1000)],
      [.closed(1000, "bye é")]),
    RuleCase(
      "5.5.1", "a close with the longest reason", [.close(1000, String(byte125.dropLast(2)))],
      answers: [.close(1000)], [.closed(1000, String(byte125.dropLast(2)))]),
    RuleCase(
      "5.5.1", "a close between fragments", [.text("a", isFinal: false), .close(1001)],
      answers: [.close(1001)], [.closed(1001, "")]),
    RuleCase(
      "5.5.1", "nothing is read after a close",
      [.close(1000), .text("a"), .ping(), Frame(opcode: 3)], answers: [.close(1000)],
      [.closed(1000, "")]),
    RuleCase(
      "5.5.1", "half a close code", [.bytes(8, [3])], breaks: .truncatedCloseCode, 1002),
    RuleCase(
      "8.1", "a close reason that is not UTF-8", [.bytes(8, [0x03, 0xE8, 0xFF])],
      breaks: .invalidCloseText, 1007),
    RuleCase(
      "8.1", "a close reason that ends inside a scalar", [.bytes(8, [0x03, 0xE8, 0xE2, 0x82])],
      breaks: .invalidCloseText, 1007),
  ]

  fileprivate static let codes: [RuleCase] =
    [
      1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000,
      4999,
    ].map { (code: UInt16) in
      RuleCase(
        "7.4", "close code \(code)", [.close(code)], answers: [.close(code)], [.closed(code, "")])
    }
    + [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535].map {
      (code: UInt16) in
      RuleCase(
        "7.4", "close code \(code)", [.close(code)], breaks: .illegalCloseCode(code), 1002)
    }
}

extension Frame {
  static func bytes(_ opcode: UInt8, _ payload: [UInt8]) -> Frame {
    Frame(opcode: opcode, payload: payload)
  }
}
