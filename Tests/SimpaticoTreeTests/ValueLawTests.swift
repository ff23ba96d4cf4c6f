import Testing

@testable import SimpaticoTree

/// Values are what they hold: equality, kinds, canonical bytes and digests depend on nothing else.
@Suite struct ValueLaws {
  @Test func aValueHoldsWhatItWasMadeOf() {
    Cases.holds(700) { random in
      let plain = random.plain(depth: 4)
      let value = plain.value
      return firstDifference(
        differ("the content of \(plain)", Plain(value), plain),
        differ("its kind", value.kind, plain.kind),
        differ("its number", value.number, plain.number),
        differ("its text", value.string?.description, plain.string),
        differ("its elements", value.array?.count, plain.elements?.count),
        differ("its fields", value.object?.count, plain.fields?.count),
        differ("the field a", value["a"].map { Plain($0) }, plain["a"]))
    }
  }

  /// Comparing a field in its place is comparing a copy of it, also in objects of several nodes.
  @Test func aFieldHoldsATextWhereItEqualsIt() {
    var held = 0
    Cases.holds(700) { random in
      var object = Object()
      for index in 0..<random.below(40) {
        object[Text(index)] =
          random.chance(percent: 70) ? .string(random.text()) : random.plain(depth: 1).value
      }
      let (value, key) = (Value.object(object), Text(random.below(20)))
      let text = random.text()
      if value.holds(text, at: key) { held += 1 }
      return differ(
        "\(value) holds \(text) at \(key)", value.holds(text, at: key), value[key] == .string(text))
    }
    Cases.tried("texts that are held", held, atLeast: 30)
    #expect(!Value.null.holds("", at: "") && !Value.object(Object()).holds("", at: ""))
  }

  /// So is looking into a field of it, and comparing that with the field of another value.
  @Test func aFieldInsideHoldsATextWhereItEqualsIt() {
    var (held, shared) = (0, 0)
    Cases.holds(2000) { random in
      func datum() -> Value {
        random.chance(percent: 80) ? .string(random.text()) : random.plain(depth: 1).value
      }
      func object(_ key: Text, _ value: Value) -> Value {
        random.chance(percent: 90) ? .object([key: value]) : random.plain(depth: 1).value
      }
      let text = random.text()
      let outer = object("outer", object("inner", datum()))
      let other = object("key", datum())
      let inner = outer["outer"]?["inner"]
      let isHeld = outer.holds(text, at: "outer", "inner")
      let isShared = other.sharesText(at: "key", with: outer, at: "outer", "inner")
      if isHeld { held += 1 }
      if isShared { shared += 1 }
      return firstDifference(
        differ("\(outer) holds \(text)", isHeld, inner == .string(text)),
        differ(
          "\(outer) and \(other) share a text", isShared,
          inner?.string != nil && other["key"] == inner))
    }
    Cases.tried("texts that are held", held, atLeast: 30)
    Cases.tried("texts that are shared", shared, atLeast: 30)
  }

  @Test func valuesAreEqualExactlyWhereTheirContentsAre() {
    var equal = 0
    Cases.holds(2000) { random in
      let left = random.plain(depth: 2)
      let isCopy = random.chance(percent: 30)
      let right = isCopy ? left : random.plain(depth: 2)
      if left == right { equal += 1 }
      return firstDifference(
        differ("\(left) == \(right)", left.value == right.value, left == right),
        differ("\(right) == \(left)", right.value == left.value, left == right))
    }
    Cases.tried("equal values", equal, atLeast: 500)
  }

  /// Canonical means: equal values give equal bytes, and unequal ones that JSON can hold give
  /// unequal bytes.
  @Test func bytesAreEqualExactlyWhereValuesAre() {
    Cases.holds(700) { random in
      let left = random.json(depth: 2)
      let again = (try? JSON.parse(Array(random.spelling(left).utf8))) ?? .delete
      let right = random.chance(percent: 50) ? again : random.json(depth: 1)
      let (one, other) = (JSON.print(left), JSON.print(right))
      return differ("\(one) and \(other)", one == other, left == right)
    }
  }

  /// A field that is set to what it was is the same object; to something else, another one.
  @Test func aChangeAnywhereIsSeen() {
    Cases.holds(80) { random in
      let fields = (0..<(1 + random.below(300))).map { (Text("key \($0)"), Value.number($0)) }
      let object = Object(fields)
      var changed = object
      let (key, value) = random.pick(fields)
      changed[key] = "other"
      if object == changed { return "the change of \(key) in \(fields.count) is not seen" }
      changed[key] = value
      return object == changed ? nil : "\(key) in \(fields.count) is not what it was"
    }
  }

  /// FNV-1a, as its authors wrote it down, over the canonical bytes and a line feed.
  @Test func theDigestIsFNV1aOfTheLines() {
    Cases.holds(1000) { random in
      var digest = Digest()
      var hash: UInt64 = 14_695_981_039_346_656_037
      for _ in 0..<random.below(5) {
        let value = random.json(depth: 2)
        digest.update(value)
        for byte in JSON.print(value).description.utf8 + [10] {
          hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211
        }
      }
      let digits = String(hash, radix: 16)
      let padded = String(repeating: "0", count: 16 - digits.count) + digits
      return differ("the digest", digest.hexadecimal.description, padded)
    }
  }

  @Test func handlesAreTheKeysThatStartWithAnUnderscore() {
    Cases.holds(700) { random in
      var fields = random.object(depth: 1).fields ?? [:]
      for _ in 0..<random.below(40) {
        let start = random.pick(["_", "^", "`", "", "a", "Z", "é", "__"])
        fields[start + String(random.below(30))] = .number(1)
      }
      let plain = Plain.object(fields)
      let bare = plain.value.withoutHandles()
      return differ("\(plain)", Plain(bare), plain.withoutHandles)
        ?? bare.object?.brokenInvariant()
    }
  }
}
