/// How parts of the conversation look: by colour where there are colours, and never by colour
/// alone.
struct Style: Sendable {
  let hasColours: Bool

  func dim(_ text: String) -> String { paint(text, "2") }
  func strong(_ text: String) -> String { paint(text, "1") }
  func own(_ text: String) -> String { paint(text, "32") }
  func other(_ text: String) -> String { paint(text, "36") }
  func good(_ text: String) -> String { paint(text, "32") }
  func bad(_ text: String) -> String { paint(text, "31") }

  private func paint(_ text: String, _ code: String) -> String {
    hasColours && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
