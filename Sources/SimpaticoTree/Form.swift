/// An object whose keys are known beforehand, such as a message of a certain handler.
///
/// The blank is made once. Filling it in changes values of a copy, which shares the keys: spelling
/// the object out each time would sort and store them again.
///
/// ```swift
/// let bump: Form = ["handler": "bump", "by": nil]
/// let message = bump.filled { $0["by"] = 3 }
/// ```
///
/// Keep the form itself in a `static let`, so that it is made once.
public struct Form: Sendable {
  private let blank: Value

  /// The blank with the values that `fill` gives to its fields. One allocation where it sets no
  /// other fields.
  public func filled(_ fill: (inout Object) -> Void) -> Value {
    var fields = blank.object ?? Object()
    fill(&fields)
    return .object(fields)
  }
}

extension Form {
  /// Blanks that are part of the program, spelt as an array of JSON objects; null stands for a
  /// value that is filled in. What is no such array is a programming error.
  package static func all(json: StaticString) -> [Form] {
    Object.blanks(json: json).map { Form(blank: .object($0)) }
  }
}

extension Form: ExpressibleByDictionaryLiteral {
  /// A blank with these keys and values. Nil stands for a value that is always filled in, and is
  /// null where it is not. O(n log n).
  public init(dictionaryLiteral fields: (Text, Value?)...) {
    blank = .object(Object(blank: fields))
  }
}

extension Object {
  fileprivate static func blanks(json: StaticString) -> [Object] {
    (Value(json: json).array ?? Vector()).elements.map { blank in
      guard let node = blank.objectNode else { preconditionFailure("a bad form") }
      return Object(root: node.copy())
    }
  }

  /// In a node whose copies share its keys from the first one on.
  @inline(never)
  fileprivate init(blank fields: [(Text, Value?)]) {
    self.init(root: Object(fields.map { ($0.0, $0.1 ?? .null) }).root?.copy())
  }
}
