import HTTPTypes
import Hummingbird
import NIOCore
import SimpaticoWeb

/// The relay's plain HTTP: the pages, and whether it is well.
enum RelayRouter {
  static func make(_ assets: WebAssets) -> Router<BasicRequestContext> {
    let router = Router()
    router.add(middleware: RelayHeadersMiddleware())
    for method in [HTTPRequest.Method.get, .head] {
      router.on("healthz", method: method) { _, _ in "ok\n" }
    }
    for path in assets.paths {
      guard let asset = assets[path] else { continue }
      let body = ByteBuffer(bytes: asset.bytes)
      for method in [HTTPRequest.Method.get, .head] {
        router.on(RouterPath(path), method: method) { request, _ in
          answer(asset, body, to: request)
        }
      }
    }
    return router
  }

  private static func answer(
    _ asset: WebAssets.Asset, _ body: ByteBuffer, to request: Request
  ) -> Response {
    // The page must never run against another version of the core, so caches ask each time (RFC
    // 9111 section 5.2.2.4).
    var headers: HTTPFields = [.eTag: asset.entityTag, .cacheControl: "no-cache"]
    if request.headers[.ifNoneMatch] == asset.entityTag {
      return Response(status: .notModified, headers: headers)
    }
    headers[.contentType] = asset.contentType
    if request.method == .head {
      headers[.contentLength] = String(body.readableBytes)
      return Response(status: .ok, headers: headers)
    }
    return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: body))
  }
}
