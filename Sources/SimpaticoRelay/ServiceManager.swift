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

  /// Nil where nobody wants to be told. A socket without a file is not known.
  ///
  /// - Parameter environment: has the path of the socket in `NOTIFY_SOCKET`.
  public init?(environment: [String: String]) {
    guard let path = environment["NOTIFY_SOCKET"], path.hasPrefix("/") else { return nil }
    self.path = path
  }

  /// - Throws: NIO's error where the socket does not take it.
  func tell(_ word: Word, on group: any EventLoopGroup) async throws {
    let channel = try await DatagramBootstrap(group: group)
      .connect(unixDomainSocketPath: path).get()
    do {
      try await channel.writeAndFlush(ByteBuffer(string: word.rawValue))
    } catch {
      try? await channel.close()
      throw error
    }
    try await channel.close()
  }
}
