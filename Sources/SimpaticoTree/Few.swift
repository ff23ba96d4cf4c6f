/// A list that seldom holds more than one element: none and one of them allocate nothing.
enum Few<Element> {
  case none
  case one(Element)
  case many([Element])

  /// The elements as an array. Allocates where there are any.
  var array: [Element] {
    switch self {
    case .none: []
    case .one(let element): [element]
    case .many(let elements): elements
    }
  }

  mutating func append(_ element: Element) {
    switch self {
    case .none: self = .one(element)
    case .one(let first): self = .many([first, element])
    case .many(var elements):
      self = .none  // so that the list is held once and grows in place
      elements.append(element)
      self = .many(elements)
    }
  }

  @inline(__always)
  func forEach<Failure: Error>(_ body: (Element) throws(Failure) -> Void) throws(Failure) {
    switch self {
    case .none: break
    case .one(let element): try body(element)
    case .many(let elements): for element in elements { try body(element) }
    }
  }
}

extension Few {
  /// A list of the elements of an array.
  init(_ elements: [Element]) {
    switch elements.count {
    case 0: self = .none
    case 1: self = .one(elements[0])
    default: self = .many(elements)
    }
  }
}

extension Few: Sendable where Element: Sendable {}
