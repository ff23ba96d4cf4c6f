import Foundation
import SimpaticoProtocol
import SimpaticoTree
import Testing

@testable import SimpaticoWorld

/// People who talk while everything breaks: wires, processes, the relay, its honesty.
/// SIMPATICO_STORMS says how many; `make storms` runs a thousand, optimised.
@Suite struct Storms {
  private static let count =
    ProcessInfo.processInfo.environment["SIMPATICO_STORMS"].flatMap(Int.init) ?? 24
  private static let firstSeed =
    ProcessInfo.processInfo.environment["SIMPATICO_TEST_SEED"].flatMap(UInt64.init) ?? 1

  /// The laws, after a calm of half an hour:
  ///
  /// - Every message that was accepted from its writer has arrived once, in order, or is said to
  ///   have failed; nothing is under way any more, and both sides agree on what was read. Where
  ///   the relay was honest, all has arrived soon after both had come back.
  /// - Every step of every phase was one of its table.
  /// - No party has refused a message of its own side.
  /// - The journal of the lasting branches gives the same branches again, also from a snapshot on.
  @Test func everyAcceptedMessageArrivesOnceAndInOrderOrIsSaidToHaveFailed() throws {
    var totals = Storm.Totals()
    for seed in Storms.firstSeed..<Storms.firstSeed + UInt64(Storms.count) {
      var storm = Storm(seed: seed)
      storm.blow()
      var complaints = storm.complaints + PhaseSteps.complaints(storm.world)
      // The others are told alike by every storm; this takes as long as the storm itself.
      if seed % 4 == 0 { complaints += JournalLaw.complaints(storm.world, seed: seed) }
      #expect(complaints.isEmpty, "seed \(seed): \(complaints.joined(separator: "; "))")
      totals.add(storm)
      if totals.storms % 100 == 0 || seed == Storms.firstSeed + UInt64(Storms.count) - 1 {
        print(totals.text, "seeds", Storms.firstSeed, "to", seed)
      }
    }
    #expect(totals.delivered > 0 && totals.crashes > 0 && totals.tamperings > 0)
    #expect(totals.failed > 0 && totals.blocks > 0 && totals.removals > 0)
  }
}

/// One seeded run.
struct Storm {
  static let stormEnds: Int64 = 600_000
  static let calmEnds: Int64 = 2_700_000

  private(set) var world: World
  let clients: Int
  /// Whether somebody was removed, so that not all that has arrived is still there.
  private(set) var isForgetful = false
  /// Where everybody is told the truth, one is away for long.
  private let isHonest: Bool
  /// What had not arrived soon after both were back.
  private(set) var late: [String] = []

  init(seed: UInt64) {
    var chance = Chance(seed: seed)
    clients = chance.next(in: 2...4)
    var script: [Deed] = []
    for guest in 1..<clients {
      let at = Int64(guest) * 20_000
      script.append(Deed(at: at, client: 0, .invite()))
      script.append(Deed(at: at + 1000, client: guest, .follow(host: 0)))
    }
    Storm.talk(clients, &chance, &script)
    isHonest = chance.next(in: 0...2) == 0
    if isHonest {
      let at = Storm.stormEnds - Int64(chance.next(in: 100_000...400_000))
      let client = chance.next(in: 1...clients - 1)
      // The relay does not notice, and takes what is for the absent one as sent.
      script.append(Deed(at: at, client: client, .unplug))
      script.append(Deed(at: at + 1, client: client, .stop))
    }
    Storm.breakThings(clients, isHonest: isHonest, &chance, &script)
    isForgetful = Storm.fallOut(clients, &chance, &script)
    Storm.makePeace(clients, &script)
    let latency = Int64(chance.next(in: 1...2000))
    world = World(
      World.Settings(
        seed: seed, clients: clients, latencyMilliseconds: 1...latency, script: script))
  }

  mutating func blow() {
    for client in 1..<clients {
      world.run(until: Storm.returns(client) + 45_000)
      let phases = world.phases(of: 0, to: client) + world.phases(of: client, to: 0)
      if isHonest, !isForgetful, phases.contains(where: \.isPending) {
        late.append("\(World.clientName(client)) is back, and not all has arrived")
      }
    }
    world.run(until: Storm.calmEnds)
  }

  /// When a client is surely back in the calm.
  private static func returns(_ client: Int) -> Int64 {
    stormEnds + 90_000 + Int64(client) * 60_000
  }

  private static func someTime(_ chance: inout Chance) -> Int64 {
    Int64(chance.next(in: 5000...Int(stormEnds)))
  }

  private static func talk(_ clients: Int, _ chance: inout Chance, _ script: inout [Deed]) {
    for number in 0..<chance.next(in: 5...60) {
      let client = chance.next(in: 0...clients - 1)
      let other = client == 0 ? chance.next(in: 1...clients - 1) : 0
      let at = someTime(&chance)
      // Now and then many at once, so that more wait than may be under way.
      let burst = chance.next(in: 0...9) == 0 ? 24 : 1
      for part in 0..<burst {
        let text = Text("message \(number).\(part)")
        script.append(Deed(at: at, client: client, .write(to: other, text)))
      }
      if chance.next(in: 0...3) == 0 {
        script.append(Deed(at: at + 5000, client: other, .read(from: client)))
      }
    }
  }

  private static func breakThings(
    _ clients: Int, isHonest: Bool, _ chance: inout Chance, _ script: inout [Deed]
  ) {
    for _ in 0..<chance.next(in: 0...50) {
      let client = chance.next(in: 0...clients - 1)
      let at = someTime(&chance)
      let down = Int64(chance.next(in: 10...60_000))
      switch chance.next(in: 0...(isHonest ? 9 : 14)) {
      case 0...2: script.append(Deed(at: at, client: client, .disconnect))
      case 3: script.append(Deed(at: at, client: client, .unplug))
      case 4, 5: script.append(Deed(at: at, client: client, .crash(downMilliseconds: down)))
      case 6: script.append(Deed(at: at, client: 0, .relayRestart(downMilliseconds: down)))
      case 7: script.append(Deed(at: at, client: client, .wake))
      case 8: script.append(Deed(at: at, client: client, .turnClock(milliseconds: down - 30_000)))
      case 9:
        script.append(Deed(at: at, client: client, .stop))
        script.append(Deed(at: at + down, client: client, .start))
      default:
        let tampering = tampering(chance.next(in: 0...5), chance.next(in: 0...clients - 1))
        script.append(Deed(at: at, client: client, .tamper(tampering)))
      }
    }
  }

  private static func tampering(_ index: Int, _ other: Int) -> Tampering {
    switch index {
    case 0: .corrupt
    case 1: .replay
    case 2: .reflect
    case 3: .forge(as: other)
    case 4: .misseal(to: other)
    default: .drop("acceptEnvelop")
    }
  }

  /// Some block one another for a while, some forget one another. Answers whether the latter.
  private static func fallOut(
    _ clients: Int, _ chance: inout Chance, _ script: inout [Deed]
  ) -> Bool {
    for _ in 0..<chance.next(in: 0...2) where chance.next(in: 0...1) == 0 {
      let guest = chance.next(in: 1...clients - 1)
      let (one, other) = chance.next(in: 0...1) == 0 ? (0, guest) : (guest, 0)
      let at = someTime(&chance)
      script.append(Deed(at: at, client: one, .block(other)))
      script.append(Deed(at: at + 30_000, client: one, .unblock(other)))
      // Where the process was down meanwhile, it is done in the calm.
      script.append(Deed(at: stormEnds + 80_000, client: one, .unblock(other)))
    }
    guard chance.next(in: 0...4) == 0 else { return false }
    let guest = chance.next(in: 1...clients - 1)
    let (one, other) = chance.next(in: 0...1) == 0 ? (0, guest) : (guest, 0)
    script.append(Deed(at: someTime(&chance), client: one, .remove(other)))
    return true
  }

  /// The storm may have kept some from meeting: they meet in the calm, and those who have met do so
  /// again, which must change nothing. Near the end all connect anew, so that whatever was
  /// tampered with in the calm is told again.
  private static func makePeace(_ clients: Int, _ script: inout [Deed]) {
    for client in 0..<clients {
      let at = returns(client)
      script.append(Deed(at: at, client: client, .start))
      script.append(Deed(at: calmEnds - 300_000 + at / 20, client: client, .disconnect))
      if client == 0 { continue }
      script.append(Deed(at: at + 46_000, client: 0, .invite()))
      script.append(Deed(at: at + 51_000, client: client, .follow(host: 0)))
    }
  }
}

/// A seeded source for tests.
struct Chance {
  private var source: RandomSource
  init(seed: UInt64) { source = RandomSource(seed: seed) }

  mutating func next(in range: ClosedRange<Int>) -> Int {
    Int(source.next(.latency, in: Int64(range.lowerBound)...Int64(range.upperBound)))
  }
}
