/// What a person does at a keyboard.
enum Key: Equatable {
  case text(Character)
  /// What was pasted, where the terminal says that it was (bracketed paste).
  case paste(String)
  case enter, backspace, delete, tab, left, right, up, down, home, end, wordLeft, wordRight
  /// A letter with Control, in lower case.
  case control(Character)
}

/// Reads keys from the bytes of a terminal in raw mode (ECMA-48 control sequences, as xterm sends
/// them). Bytes may come in pieces. Whatever is not known is passed over.
struct KeyReader {
  private enum State: Equatable {
    case plain
    case escape
    /// After ESC [ or ESC O, with the parameter bytes so far.
    case sequence(String)
  }

  private var state = State.plain
  private var letters: [UInt8] = []
  private var pasted: [UInt8]?
  private static let pasteAtMost = 65_536

  mutating func read(_ bytes: some Sequence<UInt8>) -> [Key] {
    var keys: [Key] = []
    for byte in bytes { read(byte, &keys) }
    return keys
  }

  private mutating func read(_ byte: UInt8, _ keys: inout [Key]) {
    switch state {
    case .escape:
      switch byte {
      case UInt8(ascii: "["), UInt8(ascii: "O"): state = .sequence("")
      case UInt8(ascii: "b"): take(.wordLeft, &keys)
      case UInt8(ascii: "f"): take(.wordRight, &keys)
      case 0x1B: break
      default: state = .plain
      }
    case .sequence(let parameters):
      if (0x40...0x7E).contains(byte) {
        state = .plain
        end(parameters, byte, &keys)
      } else if (0x20...0x3F).contains(byte), parameters.count < 16 {
        state = .sequence(parameters + String(UnicodeScalar(byte)))
      } else {
        state = .plain
      }
    case .plain: readPlain(byte, &keys)
    }
  }

  private mutating func readPlain(_ byte: UInt8, _ keys: inout [Key]) {
    if byte == 0x1B {
      state = .escape
    } else if pasted != nil {
      if pasted?.count ?? 0 < KeyReader.pasteAtMost { pasted?.append(byte) }
    } else if byte >= 0x80 || !letters.isEmpty {
      readLetter(byte, &keys)
    } else {
      switch byte {
      case 0x0D, 0x0A: keys.append(.enter)
      case 0x7F, 0x08: keys.append(.backspace)
      case 0x09: keys.append(.tab)
      case 0x00..<0x20: keys.append(.control(Character(UnicodeScalar(byte + 0x60))))
      default: keys.append(.text(Character(UnicodeScalar(byte))))
      }
    }
  }

  /// One byte of a character of several (RFC 3629 section 3).
  private mutating func readLetter(_ byte: UInt8, _ keys: inout [Key]) {
    if !letters.isEmpty, byte & 0xC0 != 0x80 {
      letters = []
      return readPlain(byte, &keys)
    }
    letters.append(byte)
    let wanted =
      switch letters[0] {
      case 0xC2...0xDF: 2
      case 0xE0...0xEF: 3
      case 0xF0...0xF4: 4
      default: 0
      }
    if wanted == 0 {
      letters = []
    } else if letters.count == wanted {
      if let text = String(validating: letters, as: UTF8.self), let character = text.first {
        keys.append(.text(character))
      }
      letters = []
    }
  }

  private mutating func take(_ key: Key, _ keys: inout [Key]) {
    state = .plain
    if pasted == nil { keys.append(key) }
  }

  private mutating func end(_ parameters: String, _ byte: UInt8, _ keys: inout [Key]) {
    if byte == UInt8(ascii: "~"), parameters == "200" {
      pasted = []
      return
    }
    if byte == UInt8(ascii: "~"), parameters == "201" {
      if let bytes = pasted { keys.append(.paste(String(decoding: bytes, as: UTF8.self))) }
      pasted = nil
      return
    }
    if pasted != nil { return }
    let isWord = parameters.hasSuffix(";5") || parameters.hasSuffix(";3")
    switch (byte, parameters) {
    case (UInt8(ascii: "A"), _): keys.append(.up)
    case (UInt8(ascii: "B"), _): keys.append(.down)
    case (UInt8(ascii: "C"), _): keys.append(isWord ? .wordRight : .right)
    case (UInt8(ascii: "D"), _): keys.append(isWord ? .wordLeft : .left)
    case (UInt8(ascii: "H"), _), (UInt8(ascii: "~"), "1"), (UInt8(ascii: "~"), "7"):
      keys.append(.home)
    case (UInt8(ascii: "F"), _), (UInt8(ascii: "~"), "4"), (UInt8(ascii: "~"), "8"):
      keys.append(.end)
    case (UInt8(ascii: "~"), "3"): keys.append(.delete)
    default: break
    }
  }
}
