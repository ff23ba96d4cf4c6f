/// Why a value cannot be used as a pattern. A mistake of whoever wrote the pattern, never of the
/// value checked.
public struct PatternError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What was wrong.
  public enum Kind: UInt8, Sendable {
    /// No predicate has this name.
    case unknownPredicate
    /// Something other than a name stands where a predicate should.
    case notAName
    /// The pattern ends before the predicate's arguments.
    case missingArgument
    /// The predicate cannot work with this argument.
    case badArgument
  }

  /// What is wrong.
  public let kind: Kind
  /// The predicate as the pattern spells it; where it is no name, its JSON form.
  public let predicate: Text
  /// The field whose pattern it is, as `a.b`; empty for the pattern as a whole.
  public let path: Text

  /// The error in plain words.
  public var message: Text {
    let place: Text = path.isEmpty ? "" : " in the pattern of '" + path + "'"
    return switch kind {
    case .unknownPredicate: "there is no predicate '" + predicate + "'" + place
    case .notAName: predicate + " is no predicate's name" + place
    case .missingArgument: "'" + predicate + "' lacks an argument" + place
    case .badArgument: "'" + predicate + "' has an argument that it cannot use" + place
    }
  }

  /// The same as a Swift string.
  public var description: String { message.description }
}
