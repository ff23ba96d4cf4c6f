import NIOCore
import NIOHTTP1

/// Answers the first request of a connection with its address under `https:`, and closes.
final class RedirectHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let port: Int
  private var isAnswered = false

  /// - Parameter port: where `https:` is.
  init(port: Int) { self.port = port }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .head(let head) = unwrapInboundIn(data), !isAnswered else { return }
    isAnswered = true
    var answer = HTTPResponseHead(version: .http1_1, status: .badRequest)
    answer.headers = ["Connection": "close", "Content-Length": "0"]
    if let location = Self.location(head, port: port) {
      answer.status = .permanentRedirect
      answer.headers.add(name: "Location", value: location)
    }
    context.write(wrapOutboundOut(.head(answer)), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil))).assumeIsolated().whenComplete { _ in
      context.close(promise: nil)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  /// The same address by `https:`, or nil where the request names no host that is one.
  static func location(_ head: HTTPRequestHead, port: Int) -> String? {
    let hosts = head.headers["Host"]
    guard hosts.count == 1, let host = name(hosts[0]), head.uri.hasPrefix("/") else { return nil }
    return "https://\(host)" + (port == 443 ? "" : ":\(port)") + head.uri
  }

  /// The host without its port: letters, digits, dots and hyphens, or an address in brackets.
  private static func name(_ host: String) -> Substring? {
    if host.first == "[" {
      guard let end = host.firstIndex(of: "]"),
        AddressBits(host[host.index(after: host.startIndex)..<end]) != nil
      else { return nil }
      return host[...end]
    }
    let name = host.prefix { $0 != ":" }
    let isName = name.unicodeScalars.allSatisfy { scalar in
      ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
        || ("0"..."9").contains(scalar) || scalar == "." || scalar == "-"
    }
    return isName && !name.isEmpty ? name : nil
  }
}
