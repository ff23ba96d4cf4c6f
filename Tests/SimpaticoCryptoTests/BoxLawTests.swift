import SimpaticoCrypto
import Testing

@Suite("Laws of sealing and opening")
struct BoxLawTests {
  private let suite = ClassicSuite()
  private let alice = ClassicSuite().generateKeyPair()
  private let bob = ClassicSuite().generateKeyPair()

  /// What opening gives: the message, or nil for the one error. Any other error fails the test.
  private func attempt(
    _ box: [UInt8], by recipient: ClassicSuite.KeyPair, from sender: ClassicSuite.PublicKey
  ) throws -> [UInt8]? {
    do {
      return try suite.open(box, by: recipient, from: sender)
    } catch {
      guard error == .openingFailed else { throw error }
      return nil
    }
  }

  @Test func openingWhatWasSealedGivesTheMessage() throws {
    var random = Random()
    for _ in 0..<40 {
      let message = random.bytes(Int.random(in: 0...300, using: &random))
      let box = try suite.seal(message, from: alice, to: bob.publicKeyPEM)
      #expect(try suite.open(box, by: bob, from: alice.publicKeyPEM) == message, "\(random)")
    }
  }

  @Test func boxIsVectorAndPaddedMessage() throws {
    for byteCount in [0, 1, 15, 16, 17, 31, 32, 3072] {
      let message = [UInt8](repeating: 7, count: byteCount)
      let box = try suite.seal(message, from: alice, to: bob.publicKey)
      #expect(box.count == 16 + (byteCount / 16 + 1) * 16)
    }
  }

  @Test func sealingTwiceGivesDifferentBoxes() throws {
    let message = Array("the same message".utf8)
    let boxes = try (0..<20).map { _ in
      try suite.seal(message, from: alice, to: bob.publicKey)
    }
    #expect(Set(boxes.map { Array($0.prefix(16)) }).count == boxes.count)
    #expect(Set(boxes.map { Array($0.dropFirst(16)) }).count == boxes.count)
  }

  @Test func initializationVectorOfAnyOtherLengthIsRefused() {
    for byteCount in [0, 12, 15, 17, 32] {
      #expect(throws: CryptoError.invalidInitializationVector(byteCount: byteCount)) {
        try suite.seal(
          [], from: alice, to: bob.publicKey,
          initializationVector: [UInt8](repeating: 0, count: byteCount))
      }
    }
  }

  /// CBC authenticates nothing: a flipped bit may go unnoticed in the sense that something opens.
  /// What does hold is that it never opens to the message, and that a failure is the one error.
  @Test func flippedBitAtAnyByteNeverOpensToTheMessage() throws {
    var random = Random()
    for byteCount in [0, 10, 16, 40] {
      let message = random.bytes(byteCount)
      let box = try suite.seal(message, from: alice, to: bob.publicKey)
      for offset in box.indices {
        var flipped = box
        flipped[offset] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        let opened = try attempt(flipped, by: bob, from: alice.publicKey)
        #expect(opened != message, "byte \(offset) of \(box.count), \(random)")
      }
    }
  }

  @Test func wrongKeyNeverOpensToTheMessage() throws {
    let message = Array("only for bob".utf8)
    let box = try suite.seal(message, from: alice, to: bob.publicKey)
    var failureCount = 0
    for _ in 0..<20 {
      let charlie = suite.generateKeyPair()
      let byCharlie = try attempt(box, by: charlie, from: alice.publicKey)
      let fromCharlie = try attempt(box, by: bob, from: charlie.publicKey)
      #expect(byCharlie != message)
      #expect(fromCharlie != message)
      failureCount += (byCharlie == nil ? 1 : 0) + (fromCharlie == nil ? 1 : 0)
    }
    // Garbage has valid padding once in 256 times. That 30 of 40 should have it does not happen.
    #expect(failureCount > 10)
  }

  @Test func truncatedBoxNeverOpensToTheMessage() throws {
    var random = Random()
    let message = random.bytes(50)
    let box = try suite.seal(message, from: alice, to: bob.publicKey)
    for byteCount in 0..<box.count {
      let truncated = Array(box.prefix(byteCount))
      let opened = try attempt(truncated, by: bob, from: alice.publicKey)
      #expect(opened != message, "\(byteCount) of \(box.count) bytes, \(random)")
      if byteCount < 32 || !byteCount.isMultiple(of: 16) {
        #expect(opened == nil, "\(byteCount) of \(box.count) bytes, \(random)")
      }
    }
  }

  @Test func everyWayToFailIsTheSameError() throws {
    let box = try suite.seal([1, 2, 3], from: alice, to: bob.publicKey)
    // The last byte of the initialization vector is mixed into the last byte of the padding,
    // which is 13: with the mask it becomes 0, 17 or 12, none of which is the padding's length.
    let badPaddings = [13, 13 ^ 17, 13 ^ 12].map { (mask: UInt8) in
      var altered = box
      altered[15] ^= mask
      return altered
    }
    let badLengths = [[], [0], Array(box.prefix(16)), Array(box.dropLast()), box + [0]]
    for altered in badPaddings + badLengths {
      #expect(throws: CryptoError.openingFailed) {
        try suite.open(altered, by: bob, from: alice.publicKey)
      }
    }
  }
}
