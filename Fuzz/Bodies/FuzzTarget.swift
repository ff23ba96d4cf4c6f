import SimpaticoTree

/// A law that must hold whatever bytes come: something reads them, and is asked what it made of
/// them.
///
/// libFuzzer looks for bytes that break it (`make fuzz`), and the tests try it on every file that
/// was kept in Fuzz/corpus/<name>. The law itself never traps; where the core does, that is the
/// finding.
package struct FuzzTarget: Sendable, CustomStringConvertible {
  /// The name of its folder of inputs.
  package let name: String
  /// What the bytes have broken, in words; nil where the law holds.
  package let broken: @Sendable (UnsafeBufferPointer<UInt8>) -> String?

  package var description: String { name }

  /// Everything that reads bytes from outside, or that values from outside can reach.
  package static let all: [FuzzTarget] = [
    FuzzTarget(name: "json") { JSONLaw.broken(by: $0) },
    FuzzTarget(name: "text") { TextLaw.broken(by: $0) },
    FuzzTarget(name: "number-read") { NumberLaw.brokenByReading($0) },
    FuzzTarget(name: "number-print") { NumberLaw.brokenByPrinting($0) },
    FuzzTarget(name: "pattern") { PatternLaw.broken(by: $0) },
    FuzzTarget(name: "flat-form") { FlatFormLaw.broken(by: $0) },
    FuzzTarget(name: "tree") { TreeLaw.broken(by: $0) },
    FuzzTarget(name: "lab") { LabLaw.broken(by: $0) },
    FuzzTarget(name: "server") { PartyLaw.broken(by: $0, isServer: true) },
    FuzzTarget(name: "client") { PartyLaw.broken(by: $0, isServer: false) },
    FuzzTarget(name: "frames") { FrameLaw.broken(by: $0) },
  ]

  /// A law that three bytes break. Whoever looks for them must find them, or what else is not
  /// found means nothing.
  package static let canary = FuzzTarget(name: "canary") { bytes in
    bytes.count > 2 && bytes[0] == 0x7B && bytes[1] == 0x21 && bytes[2] == 0x7D ? "it sings" : nil
  }

  /// The target of that name, or nil.
  package static func named(_ name: String) -> FuzzTarget? {
    (all + [canary]).first { $0.name == name }
  }
}

/// Bytes taken one after another; past their end come zeros, so that any bytes are a whole input.
struct ByteStream {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  var isAtEnd: Bool { position >= bytes.count }

  mutating func byte() -> UInt8 {
    if isAtEnd { return 0 }
    defer { position += 1 }
    return bytes[position]
  }

  /// A number from 0 up to, not including, `bound`, of one byte.
  mutating func below(_ bound: Int) -> Int { Int(byte()) % max(bound, 1) }

  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

  /// Eight bytes as one number, the first one lowest.
  mutating func word() -> UInt64 {
    var word: UInt64 = 0
    for shift in 0..<8 { word |= UInt64(byte()) << UInt64(8 * shift) }
    return word
  }

  /// What stands up to the next line feed or the end, without it; nil at the end.
  mutating func line() -> UnsafeBufferPointer<UInt8>? {
    if isAtEnd { return nil }
    let start = position
    while !isAtEnd, bytes[position] != UInt8(ascii: "\n") { position += 1 }
    defer { position += 1 }
    return UnsafeBufferPointer(rebasing: bytes[start..<position])
  }

  /// What has not been taken yet.
  func rest() -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: bytes[min(position, bytes.count)...])
  }
}

extension Value {
  /// Its canonical JSON, as bytes.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    JSON.append(self, to: &bytes)
    return bytes
  }
}
