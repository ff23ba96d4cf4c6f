import Foundation
import SimpaticoProtocol
import SimpaticoTree
import Testing

@testable import SimpaticoWorld

/// People who talk while everything breaks: wires, processes, the relay. SIMPATICO_STORMS says how
/// many; `make storms` runs a thousand.
@Suite struct Storms {
  private static let count =
    ProcessInfo.processInfo.environment["SIMPATICO_STORMS"].flatMap(Int.init) ?? 40
  private static let firstSeed =
    ProcessInfo.processInfo.environment["SIMPATICO_TEST_SEED"].flatMap(UInt64.init) ?? 1

  /// The law: every message that was accepted from its writer arrives once, in order, or is said to
  /// have failed. After a calm of half an hour nothing is under way any more.
  @Test func everyAcceptedMessageArrivesOnceAndInOrderOrIsSaidToHaveFailed() throws {
    for seed in Storms.firstSeed..<Storms.firstSeed + UInt64(Storms.count) {
      var storm = Storm(seed: seed)
      storm.blow()
      let complaints = storm.complaints
      #expect(complaints.isEmpty, "seed \(seed): \(complaints.joined(separator: "; "))")
      if Storms.count > 40, seed % 100 == 0 { print("storms up to seed \(seed) are calm") }
    }
  }
}

/// One seeded run.
struct Storm {
  static let stormEnds: Int64 = 600_000
  static let calmEnds: Int64 = 2_400_000

  private(set) var world: World
  let clients: Int

  init(seed: UInt64) {
    var chance = Chance(seed: seed)
    clients = chance.next(in: 2...4)
    var script: [Deed] = []
    for guest in 1..<clients {
      let at = Int64(guest) * 20_000
      script.append(Deed(at: at, client: 0, .invite()))
      script.append(Deed(at: at + 1000, client: guest, .follow(host: 0)))
    }
    for number in 0..<chance.next(in: 5...60) {
      let client = chance.next(in: 0...clients - 1)
      let other = client == 0 ? chance.next(in: 1...clients - 1) : 0
      let at = Int64(chance.next(in: 5000...Int(Storm.stormEnds)))
      script.append(Deed(at: at, client: client, .write(to: other, Text("message \(number)"))))
      if chance.next(in: 0...3) == 0 {
        script.append(Deed(at: at + 5000, client: other, .read(from: client)))
      }
    }
    for _ in 0..<chance.next(in: 0...40) {
      let client = chance.next(in: 0...clients - 1)
      let at = Int64(chance.next(in: 100...Int(Storm.stormEnds)))
      let down = Int64(chance.next(in: 10...60_000))
      switch chance.next(in: 0...9) {
      case 0...3: script.append(Deed(at: at, client: client, .disconnect))
      case 4, 5: script.append(Deed(at: at, client: client, .crash(downMilliseconds: down)))
      case 6: script.append(Deed(at: at, client: 0, .relayRestart(downMilliseconds: down)))
      case 7: script.append(Deed(at: at, client: client, .wake))
      default:
        script.append(Deed(at: at, client: client, .stop))
        script.append(Deed(at: at + down, client: client, .start))
      }
    }
    // The storm may have kept some from meeting: they meet in the calm, and those who have met do so
    // again, which must change nothing.
    for client in 0..<clients {
      let at = Storm.stormEnds + 90_000 + Int64(client) * 60_000
      script.append(Deed(at: at, client: client, .start))
      if client == 0 { continue }
      script.append(Deed(at: at + 10_000, client: 0, .invite()))
      script.append(Deed(at: at + 20_000, client: client, .follow(host: 0)))
    }
    let latency = Int64(chance.next(in: 1...2000))
    world = World(
      World.Settings(
        seed: seed, clients: clients, latencyMilliseconds: 1...latency, script: script))
  }

  mutating func blow() { world.run(until: Storm.calmEnds) }

  /// What is not as the law says.
  var complaints: [String] {
    var complaints: [String] = []
    for client in 0..<clients {
      for other in 0..<clients where (client == 0) != (other == 0) {
        let who = "\(World.clientName(client)) to \(World.clientName(other))"
        guard let branch = world.conversation(of: client, with: other) else {
          complaints.append("\(who): no contact")
          continue
        }
        let residue = (try? world.parties[client + 1].tree.residue(ofBranch: branch)) ?? .null
        var sent: [Text] = []
        residue[ChatField.messages]?.object?.forEach { _, entry in
          guard entry[ChatField.own]?.bool == true, let text = entry[SealedName.text]?.string,
            let phase = DeliveryPhase(entry[ChatField.phase])
          else { return }
          if phase != .failed { sent.append(text) }
          if phase.isPending { complaints.append("\(who): \(text) is \(phase.name)") }
        }
        let arrived = world.texts(at: other, from: client)
        if arrived != sent { complaints.append("\(who): sent \(sent), arrived \(arrived)") }
      }
    }
    return complaints
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
