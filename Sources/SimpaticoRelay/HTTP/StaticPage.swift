import HTTPTypes
import Hummingbird
import NIOCore
import SimpaticoWeb

/// A file as it is answered: plain or compressed, which are representations with validators of
/// their own (RFC 9110 section 8.8.3.3).
struct StaticPage: Sendable {
  private struct Representation {
    let body: ByteBuffer
    let coding: ContentCoding
    let entityTag: String
  }

  /// The smallest first, the plain one last.
  private let representations: [Representation]
  private let asset: WebAssets.Asset

  /// Compresses the file where that makes it smaller; Brotli is sent where the file came with it.
  init(_ asset: WebAssets.Asset) throws {
    self.asset = asset
    let body = ByteBuffer(bytes: asset.bytes)
    var representations: [Representation] = []
    func add(_ body: ByteBuffer?, _ coding: ContentCoding) {
      guard let body else { return }
      let suffix = coding == .identity ? "" : "-\(coding.rawValue)"
      representations.append(
        Representation(body: body, coding: coding, entityTag: "\"\(asset.digest)\(suffix)\""))
    }
    add(asset.brotli.map { ByteBuffer(bytes: $0) }, .brotli)
    add(try Compressor.gzip(body), .gzip)
    add(body, .identity)
    self.representations = representations
  }

  func answer(to request: Request) -> Response {
    let chosen = representation(for: request)
    var headers: HTTPFields = [.eTag: chosen.entityTag, .cacheControl: cacheControl]
    if representations.count > 1 { headers[.vary] = "Accept-Encoding" }
    if EntityTags.match(request.headers[values: .ifNoneMatch], chosen.entityTag) {
      return Response(status: .notModified, headers: headers)
    }
    headers[.contentType] = asset.contentType
    if chosen.coding != .identity { headers[.contentEncoding] = chosen.coding.rawValue }
    headers[.contentLength] = String(chosen.body.readableBytes)
    if request.method == .head { return Response(status: .ok, headers: headers) }
    return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: chosen.body))
  }

  /// What the client likes best of what there is; the smallest of those it likes equally.
  private func representation(for request: Request) -> Representation {
    let accepted = AcceptEncoding(request.headers[values: .acceptEncoding])
    var chosen = representations[representations.count - 1]
    var best = accepted.weight(of: .identity)
    for each in representations.reversed() {
      let weight = accepted.weight(of: each.coding)
      if weight > 0, weight >= best { (chosen, best) = (each, weight) }
    }
    return chosen
  }

  /// An address that names a version never means anything else (RFC 8246). All others are asked
  /// for each time (RFC 9111 section 5.2.2.4): a page must never run against another version of the
  /// core.
  private var cacheControl: String {
    asset.isVersioned ? "public, max-age=31536000, immutable" : "no-cache"
  }
}

/// How a body is coded for its way (RFC 9110 section 8.4.1), by its registered name.
enum ContentCoding: String {
  case brotli = "br"
  case gzip
  case identity
}

/// `Accept-Encoding` (RFC 9110 section 12.5.3).
struct AcceptEncoding {
  private var weights: [String: Double] = [:]

  /// Reads the header's lines. The first word on a coding counts; a weight that is no number from 0
  /// to 1 is 0.
  init(_ values: [String]) {
    for item in values.joined(separator: ",").split(separator: ",") {
      let parts = item.split(separator: ";").map { $0.filter { !$0.isWhitespace }.lowercased() }
      guard let name = parts.first else { continue }
      let text = parts.dropFirst().first { $0.hasPrefix("q=") }?.dropFirst(2)
      let weight = text.map { Double($0) ?? 0 } ?? 1
      let coding = name == "x-gzip" ? "gzip" : name
      if weights[coding] == nil { weights[coding] = (0...1).contains(weight) ? weight : 0 }
    }
  }

  /// How welcome a coding is, from 0 (not at all) to 1. The plain form is always there to be taken;
  /// unless its weight is told, everything else that is welcome goes before it.
  func weight(of coding: ContentCoding) -> Double {
    if let weight = weights[coding.rawValue] { return weight }
    return coding == .identity ? 0 : weights["*"] ?? 0
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
