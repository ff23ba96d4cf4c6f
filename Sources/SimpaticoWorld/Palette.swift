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

  /// The palette as CSS colours, for pictures that stand alone.
  public static let colours: [Text] = [
    "#4f7cff", "#2fa36b", "#8a63d2", "#d9822b", "#c2478f", "#1f9eb5", "#7a9a2e", "#5b6ee1",
    "#94a3b8", "#3d8bd4", "#b0783a", "#8b93a1", "#d64545", "#c9a227", "#b83280", "#6b8e8e",
  ]

  /// Handlers that never stand beside one another share a colour.
  private static let groups: [[Text]] = [
    ["connect"], ["opened"], ["register1"], ["register2"], ["register3"], ["sealed"],
    ["register4"], ["unsealed"], ["state"], ["send"], ["close"], ["closed"],
    ["errored", "failed"], ["elapsed"], ["violate", "refuse"], ["replaced", "assert", "log"],
  ]
}
