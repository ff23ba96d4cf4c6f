import NIOCore
import NIOPosix

/// Whoever has started the process and wants to be told how far it is: systemd, or a container's
/// runtime that does the same. One datagram a word, to a socket that the environment names
/// (sd_notify(3)).
public struct ServiceManager: Sendable, Equatable {
  enum Word: String {
    /// It listens, and keeps every signal that it is sent.
    case ready = "READY=1"
    case leaving = "STOPPING=1"
  }

  private let path: String

  /// How long it may take to take a word: nothing of the relay's life depends on it.
  private static let patience = TimeAmount.seconds(1)

  /// Nil where nobody wants to be told.
  ///
  /// - Parameter environment: has the path of the socket in `NOTIFY_SOCKET`.
  public init?(environment: [String: String]) {
    guard let path = environment["NOTIFY_SOCKET"], !path.isEmpty else { return nil }
    self.path = path
  }

  /// - Throws: NIO's error where the socket does not take it, and `ServiceManagerError`.
  func tell(_ word: Word, on group: any EventLoopGroup) async throws {
    guard path.hasPrefix("/") else { throw ServiceManagerError.noFile(path) }
    let channel = try await DatagramBootstrap(group: group)
      .connect(unixDomainSocketPath: path).get()
    let late = channel.eventLoop.scheduleTask(in: Self.patience) { channel.close(promise: nil) }
    defer {
      late.cancel()
      channel.close(promise: nil)
    }
    do {
      try await channel.writeAndFlush(ByteBuffer(string: word.rawValue))
    } catch ChannelError.ioOnClosedChannel, ChannelError.alreadyClosed {
      throw ServiceManagerError.late
    }
  }
}

enum ServiceManagerError: Error, CustomStringConvertible {
  /// An abstract socket, or one of another kind.
  case noFile(String)
  case late

  var description: String {
    switch self {
    case .noFile(let name): "NOTIFY_SOCKET is no path of a file: \(name)"
    case .late: "it has not taken it within a second"
    }
  }
}
