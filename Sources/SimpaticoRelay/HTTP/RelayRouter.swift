import HTTPTypes
import Hummingbird
import NIOCore
import SimpaticoWeb

/// The relay's plain HTTP: the pages, and whether it is well.
enum RelayRouter {
  /// - Parameter live: shows the relay's tree, where that is wanted.
  static func make(
    _ assets: WebAssets, live: LiveRoute? = nil
  ) throws -> RouterResponder<PageContext> {
    let router = Router(context: PageContext.self)
    let more = ["/healthz"] + (live == nil ? [] : [LiveRoute.path])
    router.add(middleware: MethodMiddleware(paths: Set(assets.paths + more)))
    for method in [HTTPRequest.Method.get, .head] {
      if let live {
        router.on(RouterPath(LiveRoute.path), method: method) { try await live.answer(to: $0, $1) }
      }
      router.on("healthz", method: method) { request, _ in
        answer("ok\n", to: request)
      }
    }
    for path in assets.paths {
      guard let asset = assets[path] else { continue }
      let page = try StaticPage(asset)
      for method in [HTTPRequest.Method.get, .head] {
        router.on(RouterPath(path), method: method) { request, _ in page.answer(to: request) }
      }
    }
    return router.buildResponder()
  }

  /// A short text that nobody may keep.
  static func answer(
    _ text: String, status: HTTPResponse.Status = .ok, to request: Request
  ) -> Response {
    let headers: HTTPFields = [
      .contentType: "text/plain; charset=utf-8", .cacheControl: "no-store",
      .contentLength: String(text.utf8.count),
    ]
    if request.method == .head { return Response(status: status, headers: headers) }
    return Response(status: status, headers: headers, body: .init(byteBuffer: .init(string: text)))
  }
}

/// Nothing here is changed from outside: what is there may be fetched, with GET or HEAD.
struct MethodMiddleware<Context: RequestContext>: RouterMiddleware {
  let paths: Set<String>

  func handle(
    _ request: Request, context: Context,
    next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    let isAllowed = request.method == .get || request.method == .head
    if !isAllowed, paths.contains(request.uri.path) {
      var response = RelayRouter.answer(
        "Only GET and HEAD are answered here.\n", status: .methodNotAllowed, to: request)
      response.headers[.allow] = "GET, HEAD"
      return response
    }
    do {
      guard isAllowed else { throw HTTPError(.notFound) }
      return try await next(request, context)
    } catch let error as HTTPError where error.status == .notFound {
      return RelayRouter.answer("There is nothing here.\n", status: .notFound, to: request)
    }
  }
}
