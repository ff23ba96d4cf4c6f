import NIOCore
import NIOEmbedded
import Testing

@testable import SimpaticoRelay

@Suite struct Files {
  @Test(arguments: [64, 128, 256, 1024, 4096, 1 << 20, Int.max], [1, 2, 64])
  func noConnectionGetsWhatOthersNeed(_ files: Int, _ eventLoops: Int) {
    let shares = FileShares(files: files, openCount: 4, eventLoops: eventLoops)
    #expect(0 < shares.served && shares.served < shares.held && shares.held < shares.accepted)
    #expect(shares.held - shares.served <= ConnectionLedger.refusalAllowance)
    let others = 4 + 3 * eventLoops + FileShares.reserve
    #expect(shares.accepted <= max(8, files - others))
  }

  @Test func whereThereIsEnoughConnectionsGetNearlyAll() {
    #expect(FileShares(files: 1024, openCount: 4, eventLoops: 4).served > 800)
    #expect(FileShares(files: 65_536, openCount: 4, eventLoops: 16).served > 65_000)
  }

  @Test func theLowerOneOfFilesAndTheLimitHolds() {
    let shares = FileShares(files: 128, openCount: 4, eventLoops: 4)
    var limits = RelayLimits()
    #expect(entries(shares, limits) == [shares.served, shares.held - shares.served])
    limits.connections = 1
    #expect(entries(shares, limits) == [1, min(64, shares.held - 1)])
    #expect(entries(.unlimited, limits) == [1, 64])
  }

  /// How many are admitted and how many refused, before the first one is dropped.
  private func entries(_ shares: FileShares, _ limits: RelayLimits) -> [Int] {
    let ledger = ConnectionLedger(shares)
    var counts = [0, 0]
    while true {
      switch ledger.enter(limits) {
      case .admitted: counts[0] += 1
      case .refused: counts[1] += 1
      case .dropped: return counts
      }
    }
  }
}

@Suite struct AcceptGates {
  /// Counts the reads that arrive at a listening socket.
  private final class Reads: ChannelOutboundHandler {
    typealias OutboundIn = any Channel
    var count = 0

    func read(context: ChannelHandlerContext) { count += 1 }
  }

  private struct Listening {
    let channel = EmbeddedChannel()
    let reads = Reads()

    init(_ files: AcceptedFiles) throws {
      try channel.pipeline.syncOperations.addHandlers([reads, AcceptGate(OpenConnections(files))])
    }

    func accept() throws -> EmbeddedChannel {
      let connection = EmbeddedChannel()
      try channel.writeInbound(connection as any Channel)
      return connection
    }
  }

  private func close(_ connections: EmbeddedChannel...) throws {
    for connection in connections {
      try connection.close().wait()
      connection.embeddedEventLoop.run()
    }
  }

  @Test func nothingIsAcceptedWhileAllFilesAreTaken() throws {
    let listening = try Listening(AcceptedFiles(limit: 2))
    let connections = [try listening.accept(), try listening.accept()]
    listening.channel.read()
    #expect(listening.reads.count == 0)
    try close(connections[0])
    #expect(listening.reads.count == 1)
    listening.channel.read()
    #expect(listening.reads.count == 2)
    let last = try listening.accept()
    listening.channel.read()
    #expect(listening.reads.count == 2)
    try close(connections[1], last, listening.channel)
  }

  @Test func aReadThatAcceptsTooManyIsMadeGoodFirst() throws {
    let listening = try Listening(AcceptedFiles(limit: 1))
    let connections = [try listening.accept(), try listening.accept()]
    listening.channel.read()
    try close(connections[0])
    #expect(listening.reads.count == 0)
    try close(connections[1])
    #expect(listening.reads.count == 1)
    try close(listening.channel)
  }

  @Test func allListenersShareTheFilesAndAllAreWoken() throws {
    let files = AcceptedFiles(limit: 1)
    let listeners = [try Listening(files), try Listening(files)]
    let connection = try listeners[0].accept()
    for listening in listeners { listening.channel.read() }
    #expect(listeners.map(\.reads.count) == [0, 0])
    try close(connection)
    #expect(listeners.map(\.reads.count) == [1, 1])
    try close(listeners[0].channel, listeners[1].channel)
  }
}
