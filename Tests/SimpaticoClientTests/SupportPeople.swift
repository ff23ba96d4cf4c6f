import Foundation
import NIOCore
import SimpaticoHost
import SimpaticoProtocol
import SimpaticoTree
import Testing

@testable import SimpaticoClient

/// All events of a client since the log was begun, so that none is missed between two waits.
actor EventLog {
  private(set) var events: [ClientEvent] = []
  private(set) var isFinished = false
  private var waiters:
    [(isWanted: (ClientEvent) -> Bool, waiter: CheckedContinuation<Void, Never>)] = []

  init(_ events: AsyncStream<ClientEvent>) {
    Task { [weak self] in
      for await event in events { await self?.note(event) }
      await self?.finish()
    }
  }

  /// Waits for an event that may have come already; the log's end counts as one.
  func first(where isWanted: @escaping @Sendable (ClientEvent) -> Bool) async {
    if isFinished || events.contains(where: isWanted) { return }
    await withCheckedContinuation { waiters.append((isWanted, $0)) }
  }

  /// What has come, in place of which only later events are waited for.
  @discardableResult
  func take() -> [ClientEvent] {
    defer { events = [] }
    return events
  }

  private func note(_ event: ClientEvent) {
    events.append(event)
    let ready = waiters.filter { $0.isWanted(event) }
    waiters.removeAll { $0.isWanted(event) }
    for (_, waiter) in ready { waiter.resume() }
  }

  private func finish() {
    isFinished = true
    for (_, waiter) in waiters { waiter.resume() }
    waiters = []
  }
}

/// A client and what was heard of it.
struct Person: Sendable {
  let client: SimpaticoClient
  let log: EventLog

  static func open(
    _ relay: TestRelay, _ name: String, file: TestFile? = nil, passphrase: String? = nil,
    maximumFileBytes: Int? = nil, connecting: Bool = true
  ) async throws -> Person {
    let client = try await SimpaticoClient(
      server: relay.address, name: name, file: file?.path, passphrase: passphrase,
      maximumFileBytes: maximumFileBytes, connecting: connecting)
    let (now, events) = await client.observe()
    let person = Person(client: client, log: EventLog(events))
    if connecting, now.session.phase != .online { await person.session(.online) }
    return person
  }

  var id: Contact.ID { client.fingerprint }

  func session(_ phase: SessionPhase) async {
    if await client.session.phase == phase { return }
    await log.first { if case .session(let session) = $0 { session.phase == phase } else { false } }
  }

  func invitation(_ name: String, _ phase: InvitationPhase) async {
    await log.first {
      if case .invitation(let now) = $0 { now.name == name && now.phase == phase } else { false }
    }
  }

  func contact(_ id: Contact.ID) async {
    if await client.contact(id) != nil { return }
    await log.first { if case .contact(let contact) = $0 { contact.id == id } else { false } }
  }

  /// Waits for a message of somebody's.
  func message(_ text: String) async {
    await log.first {
      if case .message(let message) = $0 { message.text == text && !message.isOwn } else { false }
    }
  }

  /// Waits until an own message has come so far.
  func delivery(_ text: String, _ phase: DeliveryPhase) async {
    await log.first {
      switch $0 {
      case .delivery(let message), .message(let message):
        message.text == text && message.phase == phase && message.isOwn
      default: false
      }
    }
  }

  func texts(with contact: Contact.ID) async -> [String] {
    await client.messages(with: contact, limit: .max).map(\.text)
  }

  /// The residues of all branches that last, by branch, without the handles of this process.
  func residues() async -> [BranchID: Value] {
    await client.read { view in
      var residues: [BranchID: Value] = [:]
      for branch in view.party.lastingBranches {
        residues[branch] = withoutHandles(view.residue(branch))
      }
      return residues
    }
  }
}

/// A value without what stands for things of one process, which no journal keeps.
func withoutHandles(_ value: Value) -> Value {
  guard let fields = value.object else { return value }
  var kept = Object()
  fields.forEach { key, value in
    if !key.description.hasPrefix("_") { kept[key] = withoutHandles(value) }
  }
  return .object(kept)
}

/// Two people, who have met where that was asked for.
func people(_ relay: TestRelay) async throws -> (Person, Person) {
  let alice = try await Person.open(relay, "Alice")
  let bob = try await Person.open(relay, "Bob")
  return (alice, bob)
}

/// A guest follows the link of a host, and both know each other afterwards.
func meet(_ host: Person, _ guest: Person, note: String = "") async throws {
  let invitation = try await host.client.invite(note: note)
  try await guest.client.accept(host.client.link(of: invitation.id))
  await guest.contact(host.id)
  await host.contact(guest.id)
}

/// A file of its own, that goes with the test.
final class TestFile: Sendable {
  let path: String

  init() {
    path = NSTemporaryDirectory() + "simpatico-\(UUID().uuidString).sqlite"
  }

  /// The bytes of a closed file in another place.
  func copy() throws -> TestFile {
    let other = TestFile()
    try FileManager.default.copyItem(atPath: path, toPath: other.path)
    return other
  }

  deinit {
    for ending in ["", "-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: path + ending)
    }
  }
}
