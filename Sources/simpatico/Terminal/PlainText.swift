/// What others wrote, as a terminal may show it.
///
/// A terminal obeys what it is sent. So of a text from outside only what is drawn is left: no
/// control character of either block, nothing that changes the direction of what stands around it
/// (Unicode Standard Annex 9), nothing invisible, and no tower of marks.
enum PlainText {
  /// Marks that one character may carry: more than any language writes.
  static let marksAtMost = 6

  /// A text whose line breaks are left.
  static func clean(_ text: some StringProtocol) -> String {
    var scalars = String.UnicodeScalarView()
    var marks = 0
    var previousIsReturn = false
    for scalar in text.unicodeScalars {
      defer { previousIsReturn = scalar == "\r" }
      if isLineBreak(scalar) {
        if scalar == "\n", previousIsReturn { continue }
        scalars.append("\n")
        marks = 0
      } else if scalar == "\t" {
        scalars.append(contentsOf: "    ".unicodeScalars)
      } else if isMark(scalar) {
        marks += 1
        // A mark needs something to stand on, which is not what we have written before the text.
        if scalars.isEmpty || scalars.last == "\n" { scalars.append("\u{25CC}") }
        if marks <= marksAtMost { scalars.append(scalar) }
      } else if isDrawn(scalar) {
        scalars.append(scalar)
        marks = 0
      }
    }
    return String(scalars)
  }

  /// A text in one line: a name, a note, a reason.
  static func line(_ text: some StringProtocol) -> String {
    clean(text).replacing("\n", with: " ")
  }

  private static func isLineBreak(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029: true
    default: false
    }
  }

  private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark: true
    default: false
    }
  }

  private static func isDrawn(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    // Joiners bind emoji and letters of some scripts to one another.
    case .format: scalar.value == 0x200D || scalar.value == 0x200C
    case .control, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
    // Letters that are drawn as nothing hide what is written with them.
    default: ![0x115F, 0x1160, 0x3164, 0xFFA0, 0x2800].contains(scalar.value)
    }
  }
}
