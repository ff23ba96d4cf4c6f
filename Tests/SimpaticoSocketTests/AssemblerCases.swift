import NIOCore
import Testing

@testable import SimpaticoSocket

/// Bytes from a peer and what the assembler must make of them.
struct AssemblerCase: CustomTestStringConvertible, Sendable {
  /// The section of RFC 6455 that demands it.
  let section: String
  let name: String
  var role = WebSocketRole.server
  let input: [UInt8]
  let expected: [WebSocketMessageAssembler.Action]

  var testDescription: String { "\(section) \(name)" }

  init(
    _ section: String, _ name: String, role: WebSocketRole = .server, _ frames: [Frame],
    _ expected: [WebSocketMessageAssembler.Action]
  ) {
    self.section = section
    self.name = name
    self.role = role
    input = frames.flatMap(\.bytes)
    self.expected = expected
  }

  init(
    _ section: String, _ name: String, _ frames: [Frame], breaks violation: WebSocketViolation
  ) {
    self.init(section, name, frames, [.fail(violation)])
  }

  /// Small, so that the table can reach every limit.
  static let limits = WebSocketConfiguration(
    maximumFrameBytes: 300, maximumMessageBytes: 400, maximumFragmentCount: 3)

  static let all = wellFormed + framing + ordering + text + limitCases + closing
}

extension WebSocketMessageAssembler.Action {
  static func text(_ text: String) -> Self { .deliverText(ByteBuffer(string: text)) }
  static func ping(_ text: String) -> Self { .answerPing(ByteBuffer(string: text)) }
}

extension AssemblerCase {
  private static let hundredBytes = String(repeating: "0123456789", count: 10)
  private static let byte125 = String(repeating: "x", count: 125)
  private static let byte126 = String(repeating: "x", count: 126)
  private static let byte300 = String(repeating: "x", count: 300)

  fileprivate static let wellFormed: [AssemblerCase] = [
    AssemblerCase("5.7", "a masked text", [.text("Hello")], [.text("Hello")]),
    AssemblerCase(
      "5.7", "an unmasked text", role: .client, [.text("Hello").unmasked], [.text("Hello")]),
    AssemblerCase("5.6", "an empty text", [.text("")], [.text("")]),
    AssemblerCase("5.2", "the longest short length", [.text(byte125)], [.text(byte125)]),
    AssemblerCase("5.2", "the shortest long length", [.text(byte126)], [.text(byte126)]),
    AssemblerCase(
      "5.2", "two texts in a row", [.text("a"), .text("b")], [.text("a"), .text("b")]),
    AssemblerCase(
      "5.4", "a text in three fragments",
      [.text("Hel", isFinal: false), .continuation("l", isFinal: false), .continuation("o")],
      [.text("Hello")]),
    AssemblerCase(
      "5.4", "unmasked fragments", role: .client,
      [.text("Hel", isFinal: false).unmasked, .continuation("lo").unmasked], [.text("Hello")]),
    AssemblerCase(
      "5.4", "empty fragments",
      [.text("", isFinal: false), .continuation("", isFinal: false), .continuation("")],
      [.text("")]),
    AssemblerCase(
      "5.4", "a ping between fragments",
      [.text("Hel", isFinal: false), .ping("?"), .continuation("lo")], [.ping("?"), .text("Hello")]
    ),
    AssemblerCase("5.5.2", "an empty ping", [.ping()], [.ping("")]),
    AssemblerCase("5.5.2", "the longest ping", [.ping(byte125)], [.ping(byte125)]),
    AssemblerCase(
      "5.5.3", "an unsolicited pong is ignored",
      [Frame(opcode: 10, payload: [1, 2, 3]), .text("a")], [.text("a")]),
    AssemblerCase(
      "5.3", "a mask of zeros", [Frame(opcode: 1, payload: [97, 98], mask: [0, 0, 0, 0])],
      [.text("ab")]),
  ]

  fileprivate static let framing: [AssemblerCase] =
    [1, 2, 4, 7].map {
      AssemblerCase(
        "5.2", "reserved bits \($0)", [Frame(opcode: 1, reservedBits: $0)], breaks: .reservedBits)
    }
    + [3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map {
      AssemblerCase("5.2", "opcode \($0)", [Frame(opcode: $0)], breaks: .unknownOpcode($0))
    }
    + [8, 9, 10].map {
      AssemblerCase(
        "5.5", "a fragmented control frame \($0)", [Frame(opcode: $0, isFinal: false)],
        breaks: .fragmentedControlFrame)
    }
    + [8, 9, 10].map {
      AssemblerCase(
        "5.5", "a control frame \($0) of 126 bytes",
        [Frame(opcode: $0, payload: Array(byte126.utf8))], breaks: .oversizedControlFrame)
    } + [
      AssemblerCase("5.1", "an unmasked client", [.text("a").unmasked], breaks: .unmaskedFrame),
      AssemblerCase(
        "5.1", "a masked server", role: .client, [.text("a")], [.fail(.maskedFrame)]),
      AssemblerCase(
        "5.2", "125 in a word", [Frame(opcode: 1, lengthBytes: 2, announcedLength: 125)],
        breaks: .nonMinimalLength),
      AssemblerCase(
        "5.2", "65535 in a quad word",
        [Frame(opcode: 1, lengthBytes: 8, announcedLength: 65535)], breaks: .nonMinimalLength),
      AssemblerCase(
        "5.2", "a length with its highest bit set",
        [Frame(opcode: 1, announcedLength: 1 << 63)], breaks: .lengthOutOfRange),
      AssemblerCase(
        "7.1.7", "nothing is read after a violation", [Frame(opcode: 3), .text("a"), .close(1000)],
        breaks: .unknownOpcode(3)),
    ]

  fileprivate static let ordering: [AssemblerCase] = [
    AssemblerCase(
      "5.4", "a continuation of nothing", [.continuation("a")], breaks: .unexpectedContinuation),
    AssemblerCase(
      "5.4", "a continuation after the end", [.text("a"), .continuation("b")],
      [.text("a"), .fail(.unexpectedContinuation)]),
    AssemblerCase(
      "5.4", "a text inside a text", [.text("a", isFinal: false), .text("b")],
      breaks: .interruptedMessage),
    AssemblerCase(
      "5.4", "a binary message inside a text",
      [.text("a", isFinal: false), Frame(opcode: 2)], breaks: .interruptedMessage),
    AssemblerCase(
      "7.4.1", "a binary message", [Frame(opcode: 2, payload: [1])], breaks: .binaryMessage),
    AssemblerCase(
      "7.4.1", "a fragmented binary message", [Frame(opcode: 2, isFinal: false)],
      breaks: .binaryMessage),
  ]

  fileprivate static let text: [AssemblerCase] = [
    AssemblerCase("5.6", "text of all widths", [.text("aé€😀")], [.text("aé€😀")]),
    AssemblerCase(
      "8.1", "a scalar across fragments",
      [
        Frame(opcode: 1, payload: [0xF0, 0x9F], isFinal: false), .ping("!"),
        Frame(opcode: 0, payload: [0x98], isFinal: false), Frame(opcode: 0, payload: [0x80]),
      ], [.ping("!"), .text("😀")]),
    AssemblerCase(
      "8.1", "a text that ends inside a scalar", [Frame(opcode: 1, payload: [0xE2, 0x82])],
      breaks: .invalidText),
    AssemblerCase(
      "8.1", "a wrong byte in the first fragment fails before the second",
      [Frame(opcode: 1, payload: [0x61, 0xC0], isFinal: false)], breaks: .invalidText),
    AssemblerCase(
      "8.1", "a wrong byte fails before the end of its frame",
      [Frame(opcode: 1, payload: [0xFF], announcedLength: 200)], breaks: .invalidText),
    AssemblerCase(
      "8.1", "a surrogate", [Frame(opcode: 1, payload: [0xED, 0xA0, 0x80])], breaks: .invalidText),
    AssemblerCase(
      "8.1", "a scalar broken off by a fragment",
      [Frame(opcode: 1, payload: [0xC3], isFinal: false), .continuation("a")],
      breaks: .invalidText),
  ]

  fileprivate static let limitCases: [AssemblerCase] = [
    AssemblerCase("7.4.1", "the longest frame", [.text(byte300)], [.text(byte300)]),
    AssemblerCase(
      "7.4.1", "a frame too long fails at its header",
      [Frame(opcode: 1, announcedLength: 301)], breaks: .frameTooLarge),
    AssemblerCase(
      "7.4.1", "the longest length there is",
      [Frame(opcode: 1, announcedLength: 1 << 63 - 1)], breaks: .frameTooLarge),
    AssemblerCase(
      "7.4.1", "the longest message",
      [.text(byte300, isFinal: false), .continuation(hundredBytes)],
      [.text(byte300 + hundredBytes)]),
    AssemblerCase(
      "7.4.1", "a message too long",
      [.text(byte300, isFinal: false), Frame(opcode: 0, announcedLength: 101)],
      breaks: .messageTooLarge),
    AssemblerCase(
      "7.4.1", "too many fragments",
      [
        .text("", isFinal: false), .continuation("", isFinal: false),
        .continuation("", isFinal: false), .continuation(""),
      ], breaks: .tooManyFragments),
    AssemblerCase(
      "7.4.1", "fragments are counted for each message",
      [
        .text("a", isFinal: false), .continuation("b", isFinal: false), .continuation("c"),
        .text("d", isFinal: false), .continuation("e", isFinal: false), .continuation("f"),
      ], [.text("abc"), .text("def")]),
  ]

  fileprivate static let closing: [AssemblerCase] =
    [
      AssemblerCase("5.5.1", "an empty close", [.close()], [.peerClosed(code: nil, reason: "")]),
      AssemblerCase(
        "5.5.1", "a close with a reason", [.close(1000, "bye é")],
        [.peerClosed(code: 1000, reason: "bye é")]),
      AssemblerCase(
        "5.5.1", "a close between fragments", [.text("a", isFinal: false), .close(1001)],
        [.peerClosed(code: 1001, reason: "")]),
      AssemblerCase(
        "1.4", "nothing is read after a close", [.close(1000), .text("a"), Frame(opcode: 3)],
        [.peerClosed(code: 1000, reason: "")]),
      AssemblerCase(
        "5.5.1", "half a close code", [Frame(opcode: 8, payload: [3])],
        breaks: .truncatedCloseCode),
      AssemblerCase(
        "8.1", "a close reason that is not UTF-8",
        [Frame(opcode: 8, payload: [0x03, 0xE8, 0xFF])], breaks: .invalidCloseText),
    ]
    + [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1014, 3000, 3999, 4000, 4999].map {
      (code: UInt16) in
      AssemblerCase(
        "7.4", "close code \(code)", [.close(code)], [.peerClosed(code: code, reason: "")])
    }
    + [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535].map {
      (code: UInt16) in
      AssemblerCase("7.4", "close code \(code)", [.close(code)], breaks: .illegalCloseCode(code))
    }
}
