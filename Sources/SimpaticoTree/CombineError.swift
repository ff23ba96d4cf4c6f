/// Why two values could not be combined. A failed combine changes nothing.
public indirect enum CombineError: Error, Equatable, Sendable {
  /// No rule combines these kinds. The path names the place in the residue, empty at its top.
  case mismatch(path: Text, left: Value.Kind, right: Value.Kind)
  /// The sum of two numbers is beyond what a double, and so JSON, can say.
  case notFinite(path: Text)
  /// Values nest deeper than `Combiner.depthLimit`.
  case tooDeep
  /// The residue's handler table has no such name.
  case unknownHandler(Text)
  /// The residue's table refers to a handler that the library does not have.
  case missingHandler(Text)
  /// One add set off more messages than `Combiner.cascadeLimit`.
  case cascadeTooLong(handler: Text)
  /// A handler refused its message.
  case refused(handler: Text, Refusal)

  func prefixed(_ key: Text) -> CombineError {
    switch self {
    case .mismatch(let path, let left, let right):
      .mismatch(path: key.joined(path), left: left, right: right)
    case .notFinite(let path): .notFinite(path: key.joined(path))
    default: self
    }
  }
}

extension Text {
  fileprivate func joined(_ path: Text) -> Text { path.isEmpty ? self : self + "." + path }
}

extension CombineError: CustomStringConvertible {
  /// One sentence that names what was wrong.
  public var description: String { text.description }

  /// The same as a `Text`.
  public var text: Text {
    switch self {
    case .mismatch(let path, let left, let right):
      "cannot combine " + left.name + " with " + right.name + CombineError.place(path)
    case .notFinite(let path):
      "the sum is not a finite number" + CombineError.place(path)
    case .tooDeep: "values are nested too deeply"
    case .unknownHandler(let name): "unknown handler '" + name + "'"
    case .missingHandler(let name):
      "unknown handler '" + name + "': a residue's table names it, but there is none"
    case .cascadeTooLong(let name): "the cascade is too long: it was stopped at '" + name + "'"
    case .refused(let name, let refusal): "'" + name + "' refused: " + refusal.text
    }
  }

  private static func place(_ path: Text) -> Text { path.isEmpty ? "" : " at '" + path + "'" }
}

extension Refusal {
  /// What was wrong, as a part of a sentence.
  public var text: Text {
    switch self {
    case .pattern(let failures): "the message fails " + JSON.print(failures)
    case .unequal(let path, let expected, let actual):
      "'" + path + "' should be " + JSON.print(expected) + " but is " + JSON.print(actual)
    case .because(let reason): reason
    }
  }
}
