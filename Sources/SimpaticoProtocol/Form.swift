import SimpaticoTree

/// An object whose keys are known beforehand, such as a message of a certain handler.
///
/// The blank is made once. Filling it in changes values of a copy, which shares the keys: spelling
/// the object out each time would sort and store them again.
struct Form: Sendable {
  private let blank: Object

  /// The blank with the values that `fill` gives to its fields.
  func filled(_ fill: (inout Object) -> Void) -> Value {
    var fields = blank
    fill(&fields)
    return .object(fields)
  }
}

extension Form: ExpressibleByDictionaryLiteral {
  init(dictionaryLiteral fields: (Text, Value)...) { blank = Object(fields) }
}
