public import SimpaticoTree

/// Why the lab could not do what it was told. It changed nothing.
public struct LabError: Error, Equatable, Sendable {
  /// What kind of fault it is, for programs.
  public enum Kind: UInt8, Sendable {
    /// The command, or something in it, is not of the form that is expected.
    case badCommand
    /// A document to be imported or opened is not of the form that is expected.
    case badDocument
    /// There is no universe of this number.
    case noSuchUniverse
    /// The universe has no such step.
    case noSuchStep
    /// There is no party of this name or number.
    case noSuchParty
    /// The party has no such branch.
    case noSuchBranch
    /// The party has no such node.
    case noSuchNode
    /// Nothing of this id is pending, or was ever.
    case noSuchEvent
    /// There is no socket of this name.
    case noSuchSocket
    /// The thing is there, but this cannot be done with it.
    case notPossible
    /// The party refused the message.
    case refused
    /// A limit of the lab is reached.
    case tooMany
  }

  /// One reference: an error is passed on at each of hundreds of calls.
  private final class Storage: Sendable {
    let kind: Kind
    let text: Text
    let place: Text

    init(_ kind: Kind, _ text: Text, _ place: Text) {
      self.kind = kind
      self.text = text
      self.place = place
    }
  }

  private let storage: Storage

  /// What kind of fault it is.
  public var kind: Kind { storage.kind }
  /// One sentence that says what was wrong.
  public var text: Text { storage.text }
  /// The place in the command or document, as a path such as `edits[3].event`; empty where it is
  /// the whole.
  public var place: Text { storage.place }

  @inline(never)
  init(_ kind: Kind, _ text: Text, at place: StaticString = "") {
    storage = Storage(kind, text, Text(stringLiteral: place))
  }

  @inline(never)
  init(_ kind: Kind, _ text: Text, place: Text) { storage = Storage(kind, text, place) }

  /// The same fault, found inside of something.
  @inline(never)
  func inside(_ outer: Text) -> LabError {
    LabError(kind, text, place: place.isEmpty ? outer : outer + "." + place)
  }

  public static func == (left: LabError, right: LabError) -> Bool {
    left.kind == right.kind && left.text == right.text && left.place == right.place
  }

  /// As the page gets it.
  var value: Value {
    var fields = Fields()
    fields.put("error", text)
    fields.put("kind", kind.name)
    if !place.isEmpty { fields.put("at", place) }
    return fields.value
  }
}

extension LabError.Kind {
  /// The word by which programs know it.
  public var name: Text { Words.word(Int(rawValue), of: LabError.Kind.names) }

  /// In the order of the cases.
  private static let names: StaticString =
    """
    badCommand badDocument noSuchUniverse noSuchStep noSuchParty noSuchBranch noSuchNode \
    noSuchEvent noSuchSocket notPossible refused tooMany
    """
}
