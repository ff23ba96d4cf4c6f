public import SimpaticoTree

/// What an event or an edit of a world is called, in every universe in which it happens.
///
/// It follows from what caused it, what kind of thing it is and whom it is for, and from nothing
/// else: not from when it happens, nor from what else happens. So the events of two universes can
/// be told to be the same ones, and an insertion that concerns one of them leaves the others their
/// names and their chance.
public struct EventID: Equatable, Sendable {
  /// 64 well-mixed bits.
  public let bits: UInt64

  /// An id of these bits.
  init(bits: UInt64) { self.bits = bits }

  /// What everything in a world is caused by that nothing in it caused.
  static let start = EventID(bits: 0x243F_6A88_85A3_08D3)

  /// The id of something that this causes.
  func causing(_ word: UInt64) -> EventID {
    EventID(bits: EventID.mixed(bits ^ EventID.mixed(word &+ 0x9E37_79B9_7F4A_7C15)))
  }

  /// The id of what a text tells apart, under this one.
  func causing(_ text: Text) -> EventID {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325  // FNV-1a
    text.withUTF8 { bytes in
      for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    }
    return causing(hash)
  }

  /// The finaliser of SplitMix64.
  static func mixed(_ word: UInt64) -> UInt64 {
    var word = word
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }

  /// Sixteen lower-case hexadecimal digits.
  public var text: Text {
    var digits: [UInt8] = []
    digits.reserveCapacity(16)
    for place in 0..<16 {
      let digit = UInt8(truncatingIfNeeded: bits >> UInt64(60 - 4 * place)) & 15
      digits.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
    }
    return digits.withUnsafeBufferPointer { Text(utf8: $0) ?? Text() }
  }

  /// Reads sixteen lower-case hexadecimal digits; nil where the text is something else.
  public init?(_ text: Text) {
    var bits: UInt64 = 0
    guard text.count == 16 else { return nil }
    let isGood = text.withUTF8 { bytes in
      for byte in bytes {
        switch byte {
        case 0x30...0x39: bits = bits << 4 | UInt64(byte - 0x30)
        case 0x61...0x66: bits = bits << 4 | UInt64(byte - 0x57)
        default: return false
        }
      }
      return true
    }
    guard isGood else { return nil }
    self.bits = bits
  }
}
