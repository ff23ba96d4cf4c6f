import HTTPTypes
import Hummingbird

/// The headers of every answer: nothing from elsewhere, nothing to elsewhere, nothing guessed.
enum RelayHeaders {
  /// What the page may load and do (Content Security Policy level 3). `wasm-unsafe-eval` allows
  /// WebAssembly, not `eval`.
  static let contentSecurityPolicy = [
    "default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "style-src 'self'",
    "img-src 'self'", "connect-src 'self'", "manifest-src 'self'", "base-uri 'none'",
    "form-action 'none'", "frame-ancestors 'none'",
  ].joined(separator: "; ")

  static let fields: [(HTTPField.Name, String)] = [
    (.contentSecurityPolicy, contentSecurityPolicy),
    (.xContentTypeOptions, "nosniff"),
    (HTTPField.Name("Referrer-Policy")!, "no-referrer"),
    (HTTPField.Name("Permissions-Policy")!, "camera=(), geolocation=(), microphone=()"),
    (HTTPField.Name("Cross-Origin-Opener-Policy")!, "same-origin"),
    (HTTPField.Name("Cross-Origin-Resource-Policy")!, "same-origin"),
  ]
}

/// Adds the headers to every answer, errors included.
struct RelayHeadersMiddleware<Context: RequestContext>: RouterMiddleware {
  func handle(
    _ request: Request, context: Context,
    next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    var response: Response
    do {
      response = try await next(request, context)
    } catch {
      guard let error = error as? any HTTPResponseError else { throw error }
      response = try error.response(from: request, context: context)
    }
    for (name, value) in RelayHeaders.fields { response.headers[name] = value }
    return response
  }
}
