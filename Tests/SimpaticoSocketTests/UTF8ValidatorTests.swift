import Testing

@testable import SimpaticoSocket

@Suite struct UTF8ValidatorTests {
  private func isValid(_ pieces: [ArraySlice<UInt8>]) -> Bool {
    var validator = UTF8Validator()
    for piece in pieces {
      guard piece.withUnsafeBytes({ validator.accept($0) }) else { return false }
    }
    return validator.isAtBoundary
  }

  @Test func validatorAgreesWithTheStandardLibrary() {
    // A source of its own, so that a failure can be repeated: the seed is printed with it.
    let seed: UInt64 = 0x5EED_0001
    var random = SplitMix(state: seed)
    // Bytes at the edges of the ranges of RFC 3629 meet far more often than chance would allow.
    let edges: [UInt8] = [
      0x00, 0x61, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1,
      0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF,
    ]
    for round in 0..<20_000 {
      let prefix = [UInt8](repeating: 0x61, count: Int.random(in: 0...9, using: &random))
      let tail = (0..<Int.random(in: 0...6, using: &random)).map { _ in
        edges.randomElement(using: &random) ?? 0
      }
      let bytes = prefix + tail
      let expected = String(validating: bytes, as: UTF8.self) != nil
      #expect(isValid([bytes[...]]) == expected, "seed \(seed), round \(round): \(bytes)")
      let split = Int.random(in: 0...bytes.count, using: &random)
      let pieces = [bytes[..<split], bytes[split...]]
      #expect(isValid(pieces) == expected, "seed \(seed), round \(round): \(bytes) at \(split)")
    }
  }

  @Test func everyScalarIsValidAtEverySplit() {
    for value in stride(from: UInt32(0), through: 0x10FFFF, by: 13) {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let bytes = Array(String(scalar).utf8)
      for split in 0...bytes.count {
        guard isValid([bytes[..<split], bytes[split...]]) else {
          Issue.record("U+\(String(value, radix: 16)) split at \(split)")
          return
        }
      }
    }
  }

  @Test(
    arguments: [
      [0x80], [0xC0], [0xC1], [0xE0, 0x9F], [0xED, 0xA0], [0xF0, 0x8F], [0xF4, 0x90],
      [0xF5], [0xFF], [0xC3, 0x28], [0xE2, 0x82, 0x28],
    ] as [[UInt8]])
  func wrongByteIsRefusedAtOnceAndForGood(_ bytes: [UInt8]) {
    var validator = UTF8Validator()
    let accepted = bytes.map { byte in withUnsafeBytes(of: byte) { validator.accept($0) } }
    #expect(accepted == bytes.indices.map { $0 < bytes.count - 1 })
    #expect(!withUnsafeBytes(of: UInt8(0x61)) { validator.accept($0) })
    #expect(!validator.isAtBoundary)
  }
}

/// A small generator whose sequence is its seed's alone.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }
}
