import CoreMetrics
import Logging
import NIOCore
import NIOPosix
import SimpaticoHost
import SimpaticoTree

/// The relay's cores, one on each event loop: as many shards of the server, or the whole of it
/// where there is one (docs/decisions/0009). May be used from any thread.
struct RelayCores: Sendable {
  let shared: RelayShared
  private let cores: [NIOLoopBound<RelayCore>]
  private let places: [ObjectIdentifier: Int]

  /// Makes a core on each event loop of a group.
  static func make(
    _ configuration: RelayConfiguration, shared: RelayShared, logger: Logger,
    on group: MultiThreadedEventLoopGroup
  ) async throws -> RelayCores {
    let loops = Array(group.makeIterator())
    let isSharded = loops.count > 1
    var cores: [NIOLoopBound<RelayCore>] = []
    var neighbours: [NIOLoopBound<Neighbour>] = []
    for (shard, loop) in loops.enumerated() {
      let (core, neighbour) = try await loop.submit {
        let core = RelayCore(
          configuration, shared: shared, shard: isSharded ? shard : nil, logger: logger, on: loop)
        return (
          NIOLoopBound(core, eventLoop: loop), NIOLoopBound(Neighbour(core), eventLoop: loop)
        )
      }.get()
      cores.append(core)
      neighbours.append(neighbour)
    }
    if isSharded { try await link(neighbours, shared) }
    let places = loops.enumerated().map { (ObjectIdentifier($1), $0) }
    return RelayCores(
      shared: shared, cores: cores, places: Dictionary(uniqueKeysWithValues: places))
  }

  /// A core as the others know it: they do not hold one another, so that all of them go with the
  /// relay.
  private final class Neighbour {
    weak var core: RelayCore?

    init(_ core: RelayCore) { self.core = core }
  }

  private static func link(
    _ cores: [NIOLoopBound<Neighbour>], _ shared: RelayShared
  ) async throws {
    let inboxes = cores.map { _ in ShardInbox() }
    @Sendable func put(_ message: Value, _ shard: Int) -> Bool {
      switch inboxes[shard].put(message) {
      case .full:
        shared.metrics.undelivered.increment()
        return false
      case .another: return true
      case .first:
        cores[shard].eventLoop.execute { cores[shard].value.core?.collect() }
        return true
      }
    }
    for own in cores.indices {
      let links = { @Sendable in
        ShardLinks(inbox: inboxes[own], nextNumber: shared.nextNumber) { message, shard in
          if let shard {
            shared.metrics.forwarded.increment()
            return cores.indices.contains(shard) && put(message, shard)
          }
          for shard in cores.indices where shard != own { _ = put(message, shard) }
          return true
        }
      }
      try await cores[own].eventLoop.submit { cores[own].value.core?.link(links()) }.get()
    }
  }

  /// The core of the event loop that this is called on.
  func core(on eventLoop: any EventLoop) -> RelayCore {
    guard let place = places[ObjectIdentifier(eventLoop)] else {
      preconditionFailure("connections live on the event loops of the cores")
    }
    return cores[place].value
  }

  /// What those follow who look at the relay's tree; nil where that is not wanted, or where there
  /// is no one tree.
  func feed() async throws -> NIOLoopBound<LiveFeed>? {
    guard cores.count == 1, let core = cores.first else { return nil }
    return try await core.eventLoop.submit {
      core.value.live.map { NIOLoopBound($0, eventLoop: core.eventLoop) }
    }.get()
  }

  /// Has something done by every core, each on its event loop. Does not wait for it.
  func onEach(_ action: @escaping @Sendable (RelayCore) -> Void) {
    for core in cores { core.eventLoop.execute { action(core.value) } }
  }

  /// Asks every core; nil where one has not answered in time.
  func ask<Answer: Sendable>(
    within patience: TimeAmount, _ question: @escaping @Sendable (RelayCore) -> Answer
  ) async -> [Answer]? {
    // Not on a core's loop, which may be the one that is stuck.
    let watch = MultiThreadedEventLoopGroup.singleton.any()
    let answers = cores.map { core in core.eventLoop.submit { question(core.value) } }
    let all = EventLoopFuture.whenAllSucceed(answers, on: watch).map { Optional.some($0) }
    let promise = watch.makePromise(of: [Answer]?.self)
    all.cascade(to: promise)
    let timeout = watch.scheduleTask(in: patience) { promise.succeed(nil) }
    promise.futureResult.whenComplete { _ in timeout.cancel() }
    return (try? await promise.futureResult.get()) ?? nil
  }
}
