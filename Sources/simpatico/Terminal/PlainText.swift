/// What others wrote, as a terminal may show it.
///
/// A terminal obeys what it is sent. So of a text from outside only what is drawn is left: no
/// control character of either block, nothing that changes the direction of what stands around it
/// (Unicode Standard Annex 9), nothing invisible but what changes how its neighbours are drawn, and
/// no tower of marks.
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
      } else if isHidden(scalar) {
        continue
      } else if isMark(scalar) {
        marks += 1
        if scalars.isEmpty || scalars.last == "\n" {
          // What chooses a variant chooses nothing here.
          if scalar.properties.isVariationSelector { continue }
          // A mark needs something to stand on, which is not what we have written before the text.
          scalars.append("\u{25CC}")
        }
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

  /// Whether nothing is drawn for it, and its neighbours are drawn as they would be without it.
  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isDefaultIgnorableCodePoint && !isJoiner(scalar)
      && !scalar.properties.isVariationSelector
  }

  /// Joiners bind emoji and letters of some scripts to one another, or keep them apart.
  private static func isJoiner(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value == 0x200D || scalar.value == 0x200C
  }

  private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark: true
    default: false
    }
  }

  private static func isDrawn(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .format: isJoiner(scalar)
    case .control, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
    // A pattern without dots, which looks like a space and is none.
    default: scalar.value != 0x2800
    }
  }
}
