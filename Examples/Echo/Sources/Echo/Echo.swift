import Foundation
import NIOCore
import SimpaticoSocket

/// Sends back whatever arrives.
final class Echo: WebSocketBinaryDelegate {
  func webSocketDidOpen(_ socket: WebSocket) {}
  func webSocket(_ socket: WebSocket, didReceive text: ByteBuffer) { socket.send(text: text) }
  func webSocket(_ socket: WebSocket, didReceiveBinary data: ByteBuffer) {
    socket.send(binary: data)
  }
  func webSocket(_ socket: WebSocket, didCloseWith code: UInt16?, reason: String) {}
}

@main struct Program {
  static func main() async throws {
    let port = number(after: "--port", in: 0...65_535, default: 9001)
    let limit = number(after: "--max-message", in: 1...64 << 20, default: 1 << 20)
    let configuration = WebSocketConfiguration(
      maximumFrameBytes: limit, maximumMessageBytes: limit, maximumOutboundBytes: 3 * limit + 1024)
    let upgrade = WebSocketServerUpgrade(
      path: nil, configuration: configuration, origins: .any, makeDelegate: { _, _ in Echo() })
    let server = try await WebSocketServer.bind(port: port, upgrade: upgrade)
    let address = "listening on ws://127.0.0.1:\(server.port ?? port)/\n"
    FileHandle.standardOutput.write(Data(address.utf8))
    try await server.closeFuture.get()
  }

  static func number(after option: String, in range: ClosedRange<Int>, default: Int) -> Int {
    let arguments = CommandLine.arguments
    guard let index = arguments.firstIndex(of: option) else { return `default` }
    if let number = arguments.dropFirst(index + 1).first.flatMap({ Int($0) }), range ~= number {
      return number
    }
    let usage = "\(option) takes a number from \(range.lowerBound) to \(range.upperBound)\n"
    FileHandle.standardError.write(Data(usage.utf8))
    exit(64)
  }
}
