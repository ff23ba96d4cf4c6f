import Testing

@testable import SimpaticoTree

/// Reading and printing undo each other, and damage is always an error, never a trap.
@Suite struct JSONLawTests {
  private static let document =
    #"{"handler":"register3","t":[0,-1.5e3,12345678901234567890,0.1],"é😀":"#
    + #""a\n\u00e9\ud83d\ude00 and more text","long key of many bytes":{"a":[[],{},null,"#
    + #"true,false]},"list":[{"k":1,"l":"x"},{"l":"y","k":2},{"k":3,"l":"z"}]}"#

  private static func parse(_ bytes: some Collection<UInt8>) -> Result<Value, JSONError> {
    do throws(JSONError) { return .success(try JSON.parse(Array(bytes))) } catch {
      return .failure(error)
    }
  }

  @Test func readingUndoesPrinting() {
    Cases.holds(CaseRandom.effort(60_000)) { random in
      let value = random.json()
      let printed = JSON.print(value)
      guard case .success(let back) = Self.parse(Array(printed.description.utf8)) else {
        return "cannot read \(printed)"
      }
      if back != value { return "\(printed) reads as another value" }
      return JSON.print(back) == printed ? nil : "\(printed) prints otherwise again"
    }
  }

  @Test func printingElsewherePrintsTheSameOrAnswersThatThereIsNoRoom() {
    Cases.holds(CaseRandom.effort(30_000)) { random in
      let value = random.json()
      let printed = Array(JSON.print(value).description.utf8)
      var lent: [UInt8] = []
      JSON.withPrinted(value) { lent = Array($0) }
      if lent != printed { return "\(value) is lent otherwise" }
      // What is announced suffices where nothing is escaped.
      let plain = JSON.plainByteCount(value)
      let isEscaped = printed.contains(UInt8(ascii: "\\"))
      for room in [0, printed.count / 2, printed.count, printed.count + 32, plain] {
        var memory = [UInt8](repeating: 0xAA, count: room + 1)
        let count = memory.withUnsafeMutableBytes {
          JSON.print(value, into: UnsafeMutableRawBufferPointer(rebasing: $0[..<room]))
        }
        if memory[room] != 0xAA { return "\(value) is printed beyond \(room) bytes" }
        guard let count else {
          if room < printed.count || (room != plain && room < printed.count + 32) { continue }
          if room == plain, isEscaped { continue }
          return "\(value) does not fit into \(room) bytes"
        }
        if Array(memory[..<count]) != printed { return "\(value) is printed otherwise" }
      }
      return nil
    }
  }

  @Test func spellingDoesNotMatter() {
    Cases.holds(CaseRandom.effort(30_000)) { random in
      let value = random.json()
      let spelling = random.spelling(value)
      guard case .success(let read) = Self.parse(Array(spelling.utf8)) else {
        return "cannot read \(spelling)"
      }
      return JSON.print(read) == JSON.print(value) ? nil : "\(spelling) is not \(JSON.print(value))"
    }
  }

  @Test func keptReaderReadsLikeANewOne() {
    var reader = JSONReader()
    Cases.holds(CaseRandom.effort(20_000)) { random in
      let bytes = Array(random.spelling(random.json()).utf8)
      let value = try bytes.withUnsafeBufferPointer { try reader.read($0) }
      if case .object(let object) = value.content, let broken = object.brokenInvariant() {
        return broken
      }
      return .success(value) == Self.parse(bytes) ? nil : String(decoding: bytes, as: UTF8.self)
    }
  }

  @Test func everyTruncationIsAnError() {
    let bytes = Array(Self.document.utf8)
    #expect((try? JSON.parse(bytes)) != nil)
    for count in bytes.indices {
      guard case .failure(let error) = Self.parse(bytes.prefix(count)) else {
        Issue.record("the first \(count) bytes are a document")
        return
      }
      #expect(error.offset <= count)
    }
  }

  /// Whatever byte stands anywhere, the answer is a value that prints and reads back, or an error
  /// in the document.
  @Test func everyDamagedByteIsReadOrRefused() {
    var bytes = Array(Self.document.utf8)
    var random = CaseRandom(seed: Cases.first)
    for index in bytes.indices {
      let original = bytes[index]
      let damages =
        CaseRandom.effort(256) >= 256 ? Array(0...255) : (0..<12).map { _ in random.below(256) }
      for damage in damages {
        bytes[index] = UInt8(damage)
        switch Self.parse(bytes) {
        case .success(let value):
          let printed = Array(JSON.print(value).description.utf8)
          #expect(Self.parse(printed) == .success(value), "byte \(index) is \(damage)")
        case .failure(let error):
          #expect(error.offset <= bytes.count && error.offset >= 0)
        }
      }
      bytes[index] = original
    }
  }

  @Test func splicedDocumentsAreReadOrRefused() {
    Cases.holds(CaseRandom.effort(40_000)) { random in
      var bytes = Array(random.spelling(random.json()).utf8)
      let other = Array(random.spelling(random.json()).utf8)
      let cut = random.below(bytes.count + 1)
      bytes.removeSubrange(cut..<min(bytes.count, cut + random.below(4)))
      bytes.insert(contentsOf: other.prefix(random.below(other.count + 1)), at: cut)
      guard case .success(let value) = Self.parse(bytes) else { return nil }
      let printed = JSON.print(value)
      return Self.parse(Array(printed.description.utf8)) == .success(value) ? nil : "\(printed)"
    }
  }

  @Test func objectsOfTheSameKeysShareThem() throws {
    let value = try JSON.parse(
      #"[{"a":0},{"b":1,"a long key of many bytes":2},{"b":1,"a long key of many bytes":2}]"#)
    let nodes = (value.array?.elements ?? []).compactMap(\.objectNode)
    #expect(nodes.count == 3)
    #expect(nodes[1].keys == nodes[2].keys)
  }

  @Test(arguments: [1, 15, 16, 17, 33, 300, 5_000])
  func anyNumberOfFieldsIsReadInAnyOrder(count: Int) throws {
    var random = CaseRandom(seed: 9)
    for order in [Array(0..<count), (0..<count).shuffled(using: &random)] {
      let fields = order.map { "\"key \($0)\":\($0)" }
      let document = "{" + fields.joined(separator: ",") + "}"
      let object = try #require(try JSON.parse(Array(document.utf8)).object)
      #expect(object.brokenInvariant() == nil)
      #expect(object.count == count)
      #expect((0..<count).allSatisfy { object["key " + Text($0)]?.integer == $0 })
      let twice = document.dropLast() + ",\"key \(count / 2)\":1}"
      #expect(throws: JSONError(.duplicateKey, at: document.utf8.count)) {
        try JSON.parse(Array(twice.utf8))
      }
    }
  }
}
