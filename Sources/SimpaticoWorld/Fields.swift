import SimpaticoTree

/// The fields of an answer, put in one by one.
///
/// An object literal would build each key and value where it stands; the calls of these functions
/// are a few bytes each, and the browser's core is made of hundreds of them.
struct Fields {
  private(set) var object = Object()

  init() {}

  init(_ object: Object) { self.object = object }

  var value: Value { .object(object) }

  @inline(never)
  mutating func put(_ key: StaticString, value: consuming Value) {
    object[Text(stringLiteral: key)] = value
  }

  @inline(never)
  mutating func put(_ key: StaticString, _ number: Int) { put(key, value: .number(number)) }

  /// Nothing is null.
  @inline(never)
  mutating func put(_ key: StaticString, _ number: Int?) {
    put(key, value: number.map { .number($0) } ?? .null)
  }

  @inline(never)
  mutating func put(_ key: StaticString, time: Int64) { put(key, value: .number(Double(time))) }

  @inline(never)
  mutating func put(_ key: StaticString, _ flag: Bool) { put(key, value: .bool(flag)) }

  @inline(never)
  mutating func put(_ key: StaticString, _ text: consuming Text) { put(key, value: .string(text)) }

  /// Nothing is null.
  @inline(never)
  mutating func put(_ key: StaticString, _ text: consuming Text?) {
    put(key, value: text.map { .string($0) } ?? .null)
  }

  @inline(never)
  mutating func put(_ key: StaticString, word: StaticString) {
    put(key, value: .string(Text(stringLiteral: word)))
  }

  @inline(never)
  mutating func put(_ key: StaticString, _ list: consuming Vector<Value>) {
    put(key, value: .array(list))
  }

  @inline(never)
  mutating func put(_ key: StaticString, _ list: consuming [Value]) {
    put(key, value: .array(list))
  }
}

/// Lists of words, told apart by blanks: each costs its letters in the browser's core, and no code.
enum Words {
  /// The place of a word in a list, or nil. Linear.
  @inline(never)
  static func index(of word: Text, in list: StaticString) -> Int? {
    var index = 0
    var start = 0
    let end = list.utf8CodeUnitCount
    while start <= end {
      let stop = self.stop(list, start)
      let isEqual = word.withUTF8 { bytes in
        guard bytes.count == stop - start, stop > start else { return false }
        for place in 0..<bytes.count where bytes[place] != list.utf8Start[start + place] {
          return false
        }
        return true
      }
      if isEqual { return index }
      (start, index) = (stop + 1, index + 1)
    }
    return nil
  }

  /// The word at a place of a list; empty beyond its end. Linear.
  @inline(never)
  static func word(_ index: Int, of list: StaticString) -> Text {
    var start = 0
    for _ in 0..<index { start = stop(list, start) + 1 }
    if start > list.utf8CodeUnitCount { return Text() }
    let bytes = UnsafeBufferPointer(start: list.utf8Start + start, count: stop(list, start) - start)
    return Text(utf8: bytes) ?? Text()
  }

  private static func stop(_ list: StaticString, _ start: Int) -> Int {
    var stop = start
    while stop < list.utf8CodeUnitCount, list.utf8Start[stop] != 0x20 { stop += 1 }
    return stop
  }
}
