import Testing

@testable import SimpaticoTree

/// What RFC 8259 allows and what it does not, file by file and case by case.
@Suite struct JSONVectorTests {
  private static func parse(
    _ bytes: some Collection<UInt8>, _ limits: JSONLimits = JSONLimits()
  ) -> Result<Value, JSONError> {
    do throws(JSONError) { return .success(try JSON.parse(Array(bytes), limits: limits)) } catch {
      return .failure(error)
    }
  }

  private static func fault(_ result: Result<Value, JSONError>) -> JSONError? {
    if case .failure(let error) = result { error } else { nil }
  }

  @Test(arguments: Vectors.accepted)
  func acceptedAndPrintedCanonically(vector: Vectors.Document) throws {
    let value = try JSON.parse(vector.utf8)
    let canonical = try #require(vector.canonical)
    #expect(JSON.print(value).description == canonical)
    var bytes: [UInt8] = [0x2A]
    JSON.append(value, to: &bytes)
    #expect(bytes == [0x2A] + Array(canonical.utf8))
    #expect(try JSON.parse(Array(canonical.utf8)) == value)
  }

  @Test(arguments: Vectors.refused)
  func refusedWithKindAndOffset(vector: Vectors.Document) {
    let error = Self.fault(Self.parse(vector.utf8))
    #expect(error.map { "\($0.kind)" } == vector.kind)
    #expect(error?.offset == vector.offset)
  }

  @Test(arguments: Vectors.limited)
  func everyLimitIsExact(vector: Vectors.Limited) {
    let error = Self.fault(Self.parse(vector.utf8, vector.limits))
    #expect(error.map { "\($0.kind)" } == vector.kind)
    #expect(error?.offset == vector.offset)
  }

  /// One reader, kept from document to document, good and bad ones in turn.
  @Test func aKeptReaderSaysTheSame() {
    var reader = JSONReader()
    for vector in zip(Vectors.accepted + Vectors.accepted, Vectors.refused).flatMap({ [$0, $1] }) {
      let bytes = vector.utf8
      let kept: Result<Value, JSONError>
      do throws(JSONError) {
        kept = .success(
          try bytes.withUnsafeBufferPointer { (bytes) throws(JSONError) -> Value in
            try reader.read(bytes)
          })
      } catch { kept = .failure(error) }
      #expect(kept == Self.parse(bytes), "\(vector)")
    }
  }

  /// What a string may not hold, it may not hold as a key either, nor behind more text than is
  /// looked at in one go.
  @Test func whatIsNoStringIsNoKeyEither() {
    let strings = Vectors.refused.filter { $0.utf8.first == UInt8(ascii: "\"") }
    #expect(strings.count > 60)
    for vector in strings {
      for padding in ["{\"", "{\"a longer key with more than fourteen bytes ", "[\"0123456"] {
        let bytes = Array(padding.utf8) + vector.utf8.dropFirst() + Array(":1}".utf8)
        let offset = (vector.offset ?? 0) + padding.utf8.count - 1
        let error = Self.fault(Self.parse(bytes))
        // What ended too early goes on with the padding, to an error somewhere behind it.
        if vector.kind == "unexpectedEnd" || vector.kind == "trailingBytes" {
          #expect(error != nil, "\(vector)")
        } else if offset < padding.utf8.count + vector.utf8.count - 1 {
          #expect(error.map { "\($0.kind)" } == vector.kind, "\(vector) behind \(padding)")
          #expect(error?.offset == offset, "\(vector) behind \(padding)")
        }
      }
    }
  }

  /// A document that is cut off ends too early, and where it is cut; only a character that is cut
  /// through is no UTF-8 before that.
  @Test func everyTruncationIsAnEndThatComesTooEarly() {
    var cuts = 0
    for vector in Vectors.accepted {
      var bytes = vector.utf8
      while let last = bytes.last, [0x20, 0x09, 0x0A, 0x0D].contains(last) { bytes.removeLast() }
      guard let last = bytes.last, [0x22, 0x5D, 0x7D].contains(last) else { continue }
      for count in bytes.indices {
        cuts += 1
        let error = Self.fault(Self.parse(bytes.prefix(count)))
        let isEnd = error == JSONError(.unexpectedEnd, at: count)
        let isCutThrough = error?.kind == .badUTF8 && (error?.offset ?? 0) > count - 4
        #expect(isEnd || isCutThrough, "the first \(count) bytes of \(vector)")
      }
    }
    #expect(cuts > 1_500)
  }

  /// Whatever byte stands anywhere, the answer is an error in the document, or a value that prints
  /// canonically: what is printed reads as the value, and prints as itself.
  @Test func everyChangeOfOneByteIsReadOrRefused() {
    var random = CaseRandom(seed: Cases.first)
    var read = 0
    for vector in Vectors.accepted where vector.utf8.count <= 100 {
      var bytes = vector.utf8
      for index in bytes.indices {
        let original = bytes[index]
        let isWhole = CaseRandom.effort(256) == 256
        for damage in isWhole ? Array(0...255) : (0..<8).map({ _ in UInt8(random.below(256)) }) {
          bytes[index] = damage
          switch Self.parse(bytes) {
          case .success(let value):
            read += 1
            let printed = JSON.print(value)
            let again = Self.parse(Array(printed.description.utf8))
            let isStable = (try? again.get()).map { JSON.print($0) } == printed
            if !isStable { Issue.record("byte \(index) of \(vector) is \(damage)") }
          case .failure(let error):
            let isInside = error.offset >= 0 && error.offset <= bytes.count
            if !isInside { Issue.record("byte \(index) of \(vector) is \(damage): \(error)") }
          }
        }
        bytes[index] = original
      }
    }
    #expect(read > 1_000)
  }
}
