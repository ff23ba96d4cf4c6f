import SimpaticoProtocol
import SimpaticoTree

@testable import SimpaticoWorld

extension Storm {
  /// What is not as the law of delivery says.
  var complaints: [String] {
    var complaints = late
    for client in 0..<clients {
      for other in 0..<clients where (client == 0) != (other == 0) {
        complaints += self.complaints(from: client, to: other).map {
          "\(World.clientName(client)) to \(World.clientName(other)): \($0)"
        }
      }
      if world.client(client).counters.refusals > 0 {
        complaints.append("\(World.clientName(client)) refused a message of its own side")
      }
    }
    complaints += world.remarks.filter { $0.text == "came back from its journal as another" }.map {
      "\(world.parties[$0.party].name) \($0.text)"
    }
    if world.client(-1).counters.refusals > 0 {
      complaints.append("the server refused a message of its own side")
    }
    return complaints
  }

  private func complaints(from client: Int, to other: Int) -> [String] {
    guard world.conversation(of: client, with: other) != nil else { return ["no contact"] }
    var complaints: [String] = []
    var (written, certain, failed, read) = ([Text](), [Text](), [Text](), 0)
    world.chat(of: client, with: other)[ChatField.messages]?.object?.forEach { _, entry in
      guard entry[ChatField.own]?.bool == true, let text = entry[SealedName.text]?.string,
        let phase = DeliveryPhase(entry[ChatField.phase])
      else { return }
      written.append(text)
      if phase == .read { read += 1 }
      if phase == .failed { failed.append(text) } else { certain.append(text) }
      if phase.isPending { complaints.append("\(text) is \(phase.name)") }
    }
    let arrived = world.texts(at: other, from: client)
    if isForgetful {
      // What was forgotten on either side can be compared no more: the rest is in order, once.
      let order = arrived.compactMap { text in written.firstIndex { $0 == text } }
      if order != order.sorted() || Set(order).count != order.count {
        complaints.append("wrote \(written), arrived \(arrived)")
      }
      return complaints
    }
    // What has failed may have arrived before that was known.
    let sure = arrived.filter { text in !failed.contains { $0 == text } }
    if sure != certain { complaints.append("sent \(certain), arrived \(arrived)") }
    if arrived != written.filter({ text in arrived.contains { $0 == text } }) {
      complaints.append("wrote \(written), arrived \(arrived)")
    }
    let seen = world.receivedPhases(at: other, from: client).count { $0 == .read }
    if failed.isEmpty, seen != read { complaints.append("\(seen) were read, \(read) are told so") }
    return complaints
  }

  /// What many storms had in them.
  struct Totals {
    private(set) var storms = 0
    private(set) var accepted = 0
    private(set) var delivered = 0
    private(set) var failed = 0
    private(set) var crashes = 0
    private(set) var cuts = 0
    private(set) var restarts = 0
    private(set) var tamperings = 0
    private(set) var blocks = 0
    private(set) var removals = 0

    mutating func add(_ storm: Storm) {
      storms += 1
      for client in 0..<storm.clients {
        for other in 0..<storm.clients where client != other {
          for phase in storm.world.phases(of: client, to: other) {
            accepted += 1
            if phase == .failed { failed += 1 } else { delivered += 1 }
          }
        }
      }
      for deed in storm.world.settings.script ?? [] {
        switch deed.act {
        case .crash: crashes += 1
        case .disconnect, .unplug: cuts += 1
        case .relayRestart: restarts += 1
        case .tamper: tamperings += 1
        case .block: blocks += 1
        case .remove: removals += 1
        default: break
        }
      }
    }

    var text: String {
      "\(storms) storms: \(accepted) messages accepted, \(delivered) delivered, \(failed) failed; "
        + "\(crashes) crashes, \(cuts) cuts, \(restarts) relay restarts, "
        + "\(tamperings) tamperings, \(blocks) blocks, \(removals) removals;"
    }
  }
}

extension World {
  func receivedPhases(at client: Int, from other: Int) -> [DeliveryPhase] {
    var phases: [DeliveryPhase] = []
    chat(of: client, with: other)[ChatField.messages]?.object?.forEach { _, entry in
      if entry[ChatField.own]?.bool == false, let phase = DeliveryPhase(entry[ChatField.phase]) {
        phases.append(phase)
      }
    }
    return phases
  }
}
