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

  static let fields: [(String, String)] = [
    ("Content-Security-Policy", contentSecurityPolicy),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
  ]

  /// Adds them; and over TLS, that browsers shall come by `https:` from now on (RFC 6797).
  static func add(to headers: inout HTTPHeaders, hstsSeconds: Int, date: String) {
    for (name, value) in fields { headers.replaceOrAdd(name: name, value: value) }
    if hstsSeconds > 0 {
      headers.replaceOrAdd(name: "Strict-Transport-Security", value: "max-age=\(hstsSeconds)")
    }
    headers.replaceOrAdd(name: "Date", value: date)
  }
}
