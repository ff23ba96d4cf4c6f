/// An object whose keys are known beforehand, such as a message of a certain handler.
///
/// The blank is made once. Filling it in sets values of a copy, which shares the keys: spelling
/// the object out each time would sort and store them again.
///
/// ```swift
/// let bump: Form = ["handler": "bump", "by": nil]
/// let message = bump.filled(3)
/// ```
///
/// Keep the form itself in a `static let`, so that it is made once.
public struct Form: @unchecked Sendable {
  /// `Value` means what a dictionary literal may hold where this type is one, nil included.
  private typealias Datum = SimpaticoTree.Value

  /// Never changed.
  private let blank: ObjectNode
  /// Where the values go that are filled in: four bits for each of them, the first one lowest.
  private let gaps: UInt64
  private let gapCount: Int

  /// The blank with the values that it lacks, in the order in which the form spells their keys. One
  /// allocation.
  ///
  /// - Precondition: there are as many as the form has nils.
  public func filled(_ first: consuming Value) -> Value {
    var copy = copy(filling: 1)
    copy.fill(first)
    return copy.value
  }

  /// The same of a form with two nils.
  public func filled(_ first: consuming Value, _ second: consuming Value) -> Value {
    var copy = copy(filling: 2)
    copy.fill(first)
    copy.fill(second)
    return copy.value
  }

  /// The same of a form with three nils.
  public func filled(
    _ first: consuming Value, _ second: consuming Value, _ third: consuming Value
  ) -> Value {
    var copy = copy(filling: 3)
    copy.fill(first)
    copy.fill(second)
    copy.fill(third)
    return copy.value
  }

  /// The same of a form with four nils.
  public func filled(
    _ first: consuming Value, _ second: consuming Value, _ third: consuming Value,
    _ fourth: consuming Value
  ) -> Value {
    var copy = copy(filling: 4)
    copy.fill(first)
    copy.fill(second)
    copy.fill(third)
    copy.fill(fourth)
    return copy.value
  }

  @inline(__always)
  private func copy(filling count: Int) -> Copy {
    precondition(count == gapCount, "a form is filled in with as many values as it has nils")
    return Copy(node: blank.copy(), gaps: gaps)
  }

  /// A blank that is being filled in.
  private struct Copy {
    let node: ObjectNode
    var gaps: UInt64

    @inline(__always)
    mutating func fill(_ value: consuming Value) {
      // A gap holds null, which nothing needs to be released of.
      (node.values + Int(truncatingIfNeeded: gaps & 15)).initialize(to: value)
      gaps &>>= 4
    }

    @inline(__always)
    var value: Datum { Datum(node) }
  }
}

extension Form {
  /// Blanks that are part of the program, spelt as an array of JSON objects; null stands for a
  /// value that is filled in. JSON's fields have no order, so they are filled in the order of their
  /// keys' bytes. What is no such array is a programming error.
  package static func all(json: StaticString) -> [Form] {
    (Datum(json: json).array ?? Vector()).elements.map { blank in
      let fields = blank.object ?? Object()
      return Form(fields, gaps: fields.keys.filter { fields[$0]?.isNull ?? false })
    }
  }

  /// A blank of one to sixteen fields; the gaps are those of its keys that are filled in.
  @inline(never)
  private init(_ fields: Object, gaps keys: [Text]) {
    guard let node = fields.root, node.level == 0 else {
      preconditionFailure("a form has one to sixteen fields")
    }
    // A copy shares its keys with its own copies from the first one on.
    blank = node.copy()
    gapCount = keys.count
    var gaps: UInt64 = 0
    for key in keys.reversed() {
      gaps = gaps << 4 | UInt64(Text.find(key, in: node.keys, count: node.count))
    }
    self.gaps = gaps
  }
}

extension Form: ExpressibleByDictionaryLiteral {
  /// A blank with these keys and values. Nil stands for a value that is filled in. O(n log n).
  ///
  /// - Precondition: there are one to sixteen fields.
  @inline(never)
  public init(dictionaryLiteral fields: (Text, Value?)...) {
    self.init(
      Object(fields.map { ($0.0, $0.1 ?? .null) }),
      gaps: fields.filter { $0.1 == nil }.map { $0.0 })
  }
}
