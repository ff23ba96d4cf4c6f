public import SimpaticoTree

/// The colours of handlers, as indices into a palette of sixteen: the page and the pictures draw
/// the same ones.
public enum Palette {
  /// How many colours there are.
  public static let count = 16

  /// The colour of a handler; handlers that this protocol does not know get one by the bytes of
  /// their name.
  public static func index(of handler: Text) -> Int {
    for (index, names) in groups.enumerated() where names.contains(where: { $0 == handler }) {
      return index
    }
    var digest = Digest()
    digest.update(.string(handler))
    return digest.hexadecimal.withUTF8 { bytes in Int(bytes[bytes.count - 1]) } % count
  }

  /// The page's palette on a light ground, for pictures that stand alone.
  public static let colours: [Text] = [
    "#1b70cf", "#9f1e49", "#667904", "#045a7b", "#b7468d", "#625301", "#007c8c", "#822f8e",
    "#996705", "#025e58", "#8659c7", "#864002", "#05815d", "#4646b0", "#c44536", "#006200",
  ]

  /// The page's palette on a dark ground.
  public static let darkColours: [Text] = [
    "#91c1ff", "#e17a90", "#b3ca65", "#30abe1", "#f99bd1", "#b59e2c", "#2fd4ec", "#c482ce",
    "#eeb154", "#00b6ac", "#c9acff", "#dd854c", "#5ed8a9", "#8b95ee", "#ffa192", "#6cb366",
  ]

  /// Handlers that never stand beside one another share a colour.
  private static let groups: [[Text]] = [
    ["connect"], ["opened"], ["register1"], ["register2"], ["register3"], ["sealed"],
    ["register4"], ["unsealed"], ["state"], ["send"], ["close"], ["closed"],
    ["errored", "failed"], ["elapsed"], ["violate", "refuse"], ["replaced", "assert", "log"],
  ]
}
