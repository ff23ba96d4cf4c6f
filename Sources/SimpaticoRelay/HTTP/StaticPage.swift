import HTTPTypes
import Hummingbird
import NIOCore
import SimpaticoWeb

/// A file as it is answered: plain or compressed, which are two representations with validators of
/// their own (RFC 9110 section 8.8.3.3).
struct StaticPage: Sendable {
  private struct Representation {
    let body: ByteBuffer
    let entityTag: String
  }

  private let plain: Representation
  private let compressed: Representation?
  private let asset: WebAssets.Asset

  /// Compresses the file where that makes it smaller.
  init(_ asset: WebAssets.Asset) throws {
    self.asset = asset
    let body = ByteBuffer(bytes: asset.bytes)
    plain = Representation(body: body, entityTag: "\"\(asset.digest)\"")
    compressed = try Compressor.gzip(body).map {
      Representation(body: $0, entityTag: "\"\(asset.digest)-gzip\"")
    }
  }

  func answer(to request: Request) -> Response {
    let wantsCompressed = AcceptEncoding.takesGzip(request.headers[values: .acceptEncoding])
    let chosen = wantsCompressed ? compressed ?? plain : plain
    var headers: HTTPFields = [.eTag: chosen.entityTag, .cacheControl: cacheControl]
    if compressed != nil { headers[.vary] = "Accept-Encoding" }
    if EntityTags.match(request.headers[values: .ifNoneMatch], chosen.entityTag) {
      return Response(status: .notModified, headers: headers)
    }
    headers[.contentType] = asset.contentType
    if compressed != nil, wantsCompressed { headers[.contentEncoding] = "gzip" }
    headers[.contentLength] = String(chosen.body.readableBytes)
    if request.method == .head { return Response(status: .ok, headers: headers) }
    return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: chosen.body))
  }

  /// An address that names a version never means anything else (RFC 8246). All others are asked
  /// for each time (RFC 9111 section 5.2.2.4): a page must never run against another version of the
  /// core.
  private var cacheControl: String {
    asset.isVersioned ? "public, max-age=31536000, immutable" : "no-cache"
  }
}

/// `Accept-Encoding` (RFC 9110 section 12.5.3).
enum AcceptEncoding {
  /// Whether gzip is named, or anything is welcome, with a weight above 0.
  static func takesGzip(_ values: [String]) -> Bool {
    var any: Bool?
    for item in values.joined(separator: ",").split(separator: ",") {
      let parts = item.split(separator: ";").map { $0.filter { $0 != " " }.lowercased() }
      guard let coding = parts.first else { continue }
      let weight = parts.dropFirst().first { $0.hasPrefix("q=") }?.dropFirst(2)
      let isTaken = weight.map { (Double($0) ?? 0) > 0 } ?? true
      if coding == "gzip" || coding == "x-gzip" { return isTaken }
      if coding == "*" { any = isTaken }
    }
    return any ?? false
  }
}

/// `If-None-Match` (RFC 9110 section 13.1.2), compared weakly.
enum EntityTags {
  static func match(_ values: [String], _ entityTag: String) -> Bool {
    values.joined(separator: ",").split(separator: ",").contains { item in
      let tag = item.trimmingPrefix { $0 == " " }
      let bare = (tag.hasPrefix("W/") ? tag.dropFirst(2) : tag).prefix { $0 != " " }
      return bare == entityTag[...] || bare == "*"
    }
  }
}
