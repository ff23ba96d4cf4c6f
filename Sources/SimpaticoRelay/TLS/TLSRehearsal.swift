import NIOCore
import NIOEmbedded
import NIOSSL

/// A handshake in memory with a client that believes everything: what fails here fails for all, as
/// with a key that is too short to sign with. Takes a few milliseconds.
enum TLSRehearsal {
  /// Plays it through.
  ///
  /// - Throws: what either side has against it.
  static func run(_ context: NIOSSLContext) throws {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.certificateVerification = .none
    // Programs know Ed25519, browsers do not.
    configuration.verifySignatureAlgorithms = [
      .ed25519, .ecdsaSecp256R1Sha256, .ecdsaSecp384R1Sha384, .ecdsaSecp521R1Sha512,
      .rsaPssRsaeSha256, .rsaPssRsaeSha384, .rsaPssRsaeSha512,
    ]
    let client = EmbeddedChannel()
    let server = EmbeddedChannel()
    defer {
      // Each would wait for the other's farewell: so long that their time is up.
      for channel in [client, server] {
        channel.close(promise: nil)
        channel.embeddedEventLoop.advanceTime(by: .minutes(1))
      }
    }
    try client.pipeline.syncOperations.addHandler(
      try NIOSSLClientHandler(
        context: try NIOSSLContext(configuration: configuration), serverHostname: nil))
    try server.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
    let address = try SocketAddress(ipAddress: "127.0.0.1", port: 0)
    try server.connect(to: address).wait()
    try client.connect(to: address).wait()
    // What the client says after its handshake arrives only where the handshake is done.
    client.writeAndFlush(ByteBuffer(string: question), promise: nil)
    var isMoving = true
    while isMoving {
      isMoving = try move(from: client, to: server)
      isMoving = try move(from: server, to: client) || isMoving
    }
    guard let heard = try server.readInbound(as: ByteBuffer.self), String(buffer: heard) == question
    else { throw CertificateError("the handshake does not come to its end") }
  }

  private static let question = "?"

  /// Carries what waits over; false where nothing waited.
  private static func move(from: EmbeddedChannel, to other: EmbeddedChannel) throws -> Bool {
    var hasMoved = false
    while let bytes = try from.readOutbound(as: ByteBuffer.self) {
      try other.writeInbound(bytes)
      hasMoved = true
    }
    return hasMoved
  }
}
