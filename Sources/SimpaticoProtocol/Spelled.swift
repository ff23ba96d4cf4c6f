import SimpaticoTree

/// An enum whose cases stand for texts, listed in the order of the cases.
protocol Spelled: RawRepresentable<UInt8> {
  static var spellings: [Text] { get }
}

extension Spelled {
  var spelling: Text { Self.spellings[Int(rawValue)] }

  /// The case of a spelling, or nil where there is none. Linear in the cases, which are few.
  init?(spelling: Text) {
    for (index, known) in Self.spellings.enumerated() where known == spelling {
      self.init(rawValue: UInt8(index))
      return
    }
    return nil
  }

  /// The case of a text's spelling, or nil where the value is none.
  init?(spelling value: Value?) {
    guard let text = value?.string else { return nil }
    self.init(spelling: text)
  }
}
