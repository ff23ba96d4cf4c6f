import Foundation

/// What a text looks like, for telling whether two can be told apart.
///
/// Texts of one likeness differ at most in case, in spaces, in what is drawn as nothing, in
/// variants of a character (Unicode Standard Annex 15) and in letters of Greek and Cyrillic whose
/// capitals or small ones are drawn as Latin ones. Rather too many are alike than too few. It is
/// not the whole table of Unicode Technical Standard 39, which has thousands of rows.
enum Likeness {
  static func of(_ text: some StringProtocol) -> String {
    let drawn = text.unicodeScalars.filter { !$0.properties.isDefaultIgnorableCodePoint }
    let plain = String(String.UnicodeScalarView(drawn)).decomposedStringWithCompatibilityMapping
    let latin = plain.lowercased().unicodeScalars.map { twins[$0] ?? $0 }
    return String(String.UnicodeScalarView(latin)).split { $0.isWhitespace }
      .joined(separator: " ")
  }

  /// Small letters and the Latin ones that they, or their capitals, are drawn as.
  private static let twins = Dictionary(
    uniqueKeysWithValues: zip(
      "авеѕіјкмнорстухһӏԁԛԝαβεζηικμνορτυχıɑɡ".unicodeScalars,
      "abesijkmhopctyxhldqwabezhikmnoptyxiag".unicodeScalars))
}
