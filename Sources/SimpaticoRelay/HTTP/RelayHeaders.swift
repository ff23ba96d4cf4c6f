import NIOHTTP1

/// The headers of every answer, whoever gives it: nothing from elsewhere, nothing to elsewhere,
/// nothing guessed.
enum RelayHeaders {
  /// What the page may load and do (Content Security Policy level 3). `wasm-unsafe-eval` allows
  /// WebAssembly, not `eval`.
  static let contentSecurityPolicy = [
    "default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "style-src 'self'",
    "img-src 'self'", "connect-src 'self'", "manifest-src 'self'", "base-uri 'none'",
    "form-action 'none'", "frame-ancestors 'none'",
  ].joined(separator: "; ")

  private static let partFields: [(String, String)] = [
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
  ]

  /// With those that browsers obey for documents and workers only.
  private static let fields: [(String, String)] =
    partFields + [
      ("Content-Security-Policy", contentSecurityPolicy),
      ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
      ("Cross-Origin-Opener-Policy", "same-origin"),
    ]

  /// Whether an answer is a part that pages load, and never a document or a worker: a style sheet,
  /// a module or WebAssembly at an address that names its version.
  private static func isPart(_ headers: HTTPHeaders) -> Bool {
    guard headers["Cache-Control"].contains(where: { $0.hasSuffix("immutable") }) else {
      return false
    }
    let type = headers["Content-Type"].first ?? ""
    return ["text/css", "text/javascript", "application/wasm"].contains { type.hasPrefix($0) }
  }

  /// Adds them; and over TLS, that browsers shall come by `https:` from now on (RFC 6797).
  static func add(to headers: inout HTTPHeaders, hstsSeconds: Int, date: String) {
    for (name, value) in isPart(headers) ? partFields : fields {
      headers.replaceOrAdd(name: name, value: value)
    }
    if hstsSeconds > 0 {
      headers.replaceOrAdd(name: "Strict-Transport-Security", value: "max-age=\(hstsSeconds)")
    }
    headers.replaceOrAdd(name: "Date", value: date)
  }
}
