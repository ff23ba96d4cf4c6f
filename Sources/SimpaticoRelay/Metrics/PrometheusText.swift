/// The text format of Prometheus, version 0.0.4: escaping and numbers.
enum PrometheusText {
  static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  /// A metric's or label's name: letters, digits and `_`, no digit first; metrics also `:`.
  static func name(_ text: String, isLabel: Bool = false) -> String {
    var name = ""
    for scalar in text.unicodeScalars {
      let isLetter = ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_"
      let isDigit = ("0"..."9").contains(scalar)
      let isTaken = isLetter || isDigit && !name.isEmpty || scalar == ":" && !isLabel
      if isDigit, name.isEmpty {
        name = "_" + String(scalar)
      } else {
        name.unicodeScalars.append(isTaken ? scalar : "_")
      }
    }
    return name.isEmpty ? "_" : name
  }

  /// The text of a `# HELP` line: backslashes and line feeds are escaped.
  static func help(_ text: String) -> String {
    escaped(text) { $0 == "\\" || $0 == "\n" }
  }

  /// A label's value: as in a help text, and double quotes too.
  static func label(_ text: String) -> String {
    escaped(text) { $0 == "\\" || $0 == "\n" || $0 == "\"" }
  }

  private static func escaped(
    _ text: String, where isSpecial: (Unicode.Scalar) -> Bool
  ) -> String {
    var escaped = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if isSpecial(scalar) { escaped.append("\\") }
      escaped.append(scalar == "\n" && isSpecial(scalar) ? "n" : scalar)
    }
    return String(escaped)
  }

  /// A number as Go reads it: whole ones without a point.
  static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    if let whole = Int64(exactly: value), abs(whole) < 1 << 53 { return String(whole) }
    return String(value)
  }
}
