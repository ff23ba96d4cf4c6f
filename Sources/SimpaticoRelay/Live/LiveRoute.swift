import HTTPTypes
import Hummingbird
import NIOCore
import SimpaticoCrypto

/// `GET /live`: the stream of the relay's tree, for whoever is on this machine and has the token.
struct LiveRoute: Sendable {
  static let path = "/live"

  let feed: NIOLoopBound<LiveFeed>
  let token: String

  func answer(to request: Request, _ context: PageContext) async throws -> Response {
    guard isFromHere(request, context) else {
      return refuse(.forbidden, "the tree is shown to this machine only", request)
    }
    guard isTokenRight(request) else {
      var response = refuse(.unauthorized, "the token is missing or wrong", request)
      response.headers[.wwwAuthenticate] = "Bearer"
      return response
    }
    let headers: HTTPFields = [.contentType: "application/x-ndjson", .cacheControl: "no-store"]
    if request.method == .head { return Response(status: .ok, headers: headers) }
    let feed = feed
    let channel = context.channel
    let reader = try await feed.eventLoop.submit {
      feed.value.open(channel).map { NIOLoopBound($0, eventLoop: feed.eventLoop) }
    }.get()
    guard let reader else {
      return refuse(.serviceUnavailable, "enough are looking already", request)
    }
    return Response(
      status: .ok, headers: headers,
      body: ResponseBody { writer in
        do {
          while let lines = try await Self.next(feed, reader) { try await writer.write(lines) }
          try await writer.finish(nil)
        } catch {
          // Whoever has gone away is let go.
        }
        feed.eventLoop.execute { feed.value.remove(reader.value) }
      })
  }

  private static func next(
    _ feed: NIOLoopBound<LiveFeed>, _ reader: NIOLoopBound<LiveFeed.Reader>
  ) async throws -> ByteBuffer? {
    try await feed.eventLoop.flatSubmit { feed.value.lines(for: reader.value) }.get()
  }

  /// Whether nobody else has sent the request. What a proxy passes on comes from this machine, too,
  /// and may be from anywhere.
  private func isFromHere(_ request: Request, _ context: PageContext) -> Bool {
    guard let address = AddressBits(context.channel.remoteAddress),
      Self.loopback.contains(where: { $0.contains(address) })
    else { return false }
    return Self.marksOfProxies.allSatisfy { request.headers[$0] == nil }
  }

  private static let loopback = [AddressRange("127.0.0.0/8"), AddressRange("::1")]
    .compactMap { $0 }
  private static let marksOfProxies = ["Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"]
    .compactMap { HTTPField.Name($0) }

  private func isTokenRight(_ request: Request) -> Bool {
    let parts = (request.headers[.authorization] ?? "").split(separator: " ")
    guard parts.count == 2, parts[0].lowercased() == "bearer" else { return false }
    return constantTimeEquals(Array(parts[1].utf8), Array(token.utf8))
  }

  private func refuse(
    _ status: HTTPResponse.Status, _ text: String, _ request: Request
  ) -> Response {
    RelayRouter.answer(text + "\n", status: status, to: request)
  }
}

/// What a request for a page comes with: the connection, besides the usual.
struct PageContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  let channel: any Channel

  init(source: Source) {
    coreContext = CoreRequestContextStorage(source: source)
    channel = source.channel
  }
}
