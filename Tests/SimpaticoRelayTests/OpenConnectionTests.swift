import Logging
import NIOCore
import NIOEmbedded
import Testing

@testable import SimpaticoRelay

@Suite struct OpenConnectionLaws {
  private let files = AcceptedFiles(limit: 1)
  private let connections: OpenConnections
  private let core: RelayCore
  private let channel = EmbeddedChannel()

  init() {
    let configuration = RelayConfiguration()
    connections = OpenConnections(files)
    core = RelayCore(
      configuration, shared: .alone(configuration, PrometheusRegistry()), shard: nil,
      logger: Logger(label: "test"), on: channel.embeddedEventLoop)
  }

  /// A lease as the set-up of a connection takes it, and whether it was held.
  private func setUp() -> (lease: ConnectionLease, isHeld: Bool) {
    let lease = ConnectionLease(core: core, peer: nil)
    return (lease, connections.begin(lease, for: channel, isSecure: false))
  }

  private func close() {
    channel.close(promise: nil)
    channel.embeddedEventLoop.run()
  }

  @Test func whatAConnectionIsCountedForIsGivenBackOnceWithIt() {
    connections.accept(channel)
    #expect(setUp().isHeld)
    #expect(core.ledger.counts.connections == 1 && !connections.isEmpty)
    #expect(!connections.mayAccept(channel))
    close()
    #expect(core.ledger.counts == ConnectionLedger.Counts() && connections.isEmpty)
    #expect(connections.mayAccept(channel))
    // A file that was given back twice would be there for two.
    connections.accept(EmbeddedChannel())
    #expect(!connections.mayAccept(channel))
  }

  @Test func whatIsClosedBeforeItIsSetUpIsNotHeld() {
    connections.accept(channel)
    #expect(!connections.isEmpty)
    close()
    #expect(connections.isEmpty && connections.mayAccept(channel))
    #expect(!setUp().isHeld)
    #expect(core.ledger.counts.connections == 0 && connections.isEmpty)
  }

  @Test func whoeverIsLeavingSetsNothingUp() {
    connections.accept(channel)
    connections.quiesce()
    #expect(!setUp().isHeld)
    #expect(connections.closeAll() == 1 && !connections.isEmpty)
    #expect(core.ledger.counts.connections == 0)
    close()
    #expect(connections.isEmpty)
  }

  @Test func whatIsSetUpIsClosedInTheEnd() throws {
    try channel.connect(to: SocketAddress(unixDomainSocketPath: "/peer")).wait()
    connections.accept(channel)
    let lease = setUp().lease
    #expect(channel.isActive)
    #expect(connections.closeAll() == 1)
    channel.embeddedEventLoop.run()
    #expect(!lease.mayFinish && !channel.isActive && connections.isEmpty)
    #expect(core.ledger.counts.connections == 0)
  }
}
