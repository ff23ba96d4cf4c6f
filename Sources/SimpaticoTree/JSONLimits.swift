/// How much one document may ask for; a document beyond a limit is refused, wherever it came from.
public struct JSONLimits: Sendable {
  /// The document's length in bytes.
  public var maximumBytes: Int
  /// How deep arrays and objects may nest; at most 1,024 whatever is asked, because everything that
  /// later walks a value (combining, printing, releasing it) uses the machine stack a level.
  public let maximumDepth: Int
  /// Fields in the whole document.
  public var maximumKeys: Int
  /// Array elements in the whole document.
  public var maximumElements: Int

  /// Limits that suit documents of a program's own; the wire has smaller ones.
  public init(
    maximumBytes: Int = 1 << 24, maximumDepth: Int = 128, maximumKeys: Int = 100_000,
    maximumElements: Int = 1_000_000
  ) {
    self.maximumBytes = maximumBytes
    self.maximumDepth = min(maximumDepth, 1_024)
    self.maximumKeys = maximumKeys
    self.maximumElements = maximumElements
  }
}
