import HTTPTypes
import Hummingbird

/// The headers of every answer of the router, its refusals included: nothing from elsewhere,
/// nothing to elsewhere, nothing guessed.
enum RelayHeaders {
  /// What the page may load and do (Content Security Policy level 3). `wasm-unsafe-eval` allows
  /// WebAssembly, not `eval`.
  static let contentSecurityPolicy = [
    "default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "style-src 'self'",
    "img-src 'self'", "connect-src 'self'", "manifest-src 'self'", "base-uri 'none'",
    "form-action 'none'", "frame-ancestors 'none'",
  ].joined(separator: "; ")

  static let fields: [(HTTPField.Name, String)] = [
    ("Content-Security-Policy", contentSecurityPolicy),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
  ].compactMap { name, value in HTTPField.Name(name).map { ($0, value) } }
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
