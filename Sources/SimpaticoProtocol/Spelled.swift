import SimpaticoTree

/// An enum whose cases stand for texts.
protocol Spelled: RawRepresentable<UInt8> {
  var spelling: Text { get }
}

extension Spelled {
  /// The case of a spelling, or nil where there is none. Linear in the cases, which are few.
  init?(spelling: Text) {
    var next: UInt8 = 0
    while let known = Self(rawValue: next) {
      if known.spelling == spelling {
        self = known
        return
      }
      next += 1
    }
    return nil
  }

  /// The case of a text's spelling, or nil where the value is none.
  init?(spelling value: Value?) {
    guard let text = value?.string else { return nil }
    self.init(spelling: text)
  }

  /// Whether a field of a value spells this case. Looks at the field and nothing else.
  @inline(__always)
  func isSpelt(at key: Text, of value: Value) -> Bool { value.holds(spelling, at: key) }

  /// How many cases there are, which are numbered from 0 on.
  static var count: Int {
    var count: UInt8 = 0
    while Self(rawValue: count) != nil { count += 1 }
    return Int(count)
  }
}
