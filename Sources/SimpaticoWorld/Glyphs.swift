import SimpaticoTree

/// One character for each handler, in the circles and in the cascades, given in the order in which
/// handlers are met: the page gives the same ones (`glyphs.js`).
struct Glyphs {
  private var known: [(handler: Text, glyph: Text)] = []

  /// Meets what a node called, and what that set off.
  mutating func meet(_ node: NodeView) {
    if let handler = node.handler { add(handler) }
    for message in node.trace.cascade {
      if let handler = NodeLabel.handler(of: message) { add(handler) }
    }
  }

  /// The character of a handler that was met. Linear in those.
  func glyph(of handler: Text) -> Text {
    known.first { $0.handler == handler }?.glyph ?? "?"
  }

  private mutating func add(_ handler: Text) {
    if known.contains(where: { $0.handler == handler }) { return }
    known.append((handler, free(for: handler)))
  }

  /// The number that the name ends with, else the first of its letters that is free, else a
  /// capital, at last any that is free.
  private func free(for handler: Text) -> Text {
    var found: Text?
    func take(_ candidate: Text) {
      if found == nil, !known.contains(where: { $0.glyph == candidate }) { found = candidate }
    }
    handler.withUTF8 { name in
      if let last = name.last, Glyphs.isDigit(last) { take(Glyphs.text(last)) }
      for byte in name where Glyphs.isLetter(byte) { take(Glyphs.text(byte | 0x20)) }
      for byte in name where Glyphs.isLetter(byte) { take(Glyphs.text(byte & ~0x20)) }
    }
    for byte in UInt8(ascii: "a")...UInt8(ascii: "z") { take(Glyphs.text(byte)) }
    for byte in UInt8(ascii: "A")...UInt8(ascii: "Z") { take(Glyphs.text(byte)) }
    for index in 0..<Glyphs.spareCount { take(Words.word(index, of: Glyphs.spare)) }
    return found ?? "?"
  }

  private static let spareCount = 29
  private static let spare: StaticString =
    "α β γ δ ε ζ η θ λ μ ξ π ρ σ τ φ χ ψ ω Γ Δ Θ Λ Ξ Π Σ Φ Ψ Ω"

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

  private static func isLetter(_ byte: UInt8) -> Bool {
    byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A
  }

  private static func text(_ byte: UInt8) -> Text {
    withUnsafePointer(to: byte) { Text(utf8: UnsafeBufferPointer(start: $0, count: 1)) ?? "" }
  }
}
