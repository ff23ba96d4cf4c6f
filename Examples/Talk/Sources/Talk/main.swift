import Foundation
import SimpaticoClient
import SimpaticoProtocol

let relay = CommandLine.arguments.dropFirst().first ?? "http://127.0.0.1:8080"
let folder = FileManager.default.temporaryDirectory
let file = folder.appending(path: "talk-\(ProcessInfo.processInfo.processIdentifier).sqlite").path

let alice = try await SimpaticoClient(
  server: relay, name: "Alice", file: file, passphrase: "correct horse battery staple")
let bob = try await SimpaticoClient(server: relay, name: "Bob")

let invitation = try await alice.invite(note: "Bob, whom I met in the tutorial")
let link = try await alice.link(of: invitation.id)
print("Alice's link: \(link)")

/// The first contact that events tell of.
func firstContact(in events: AsyncStream<ClientEvent>) async -> Contact? {
  for await event in events {
    if case .contact(let contact) = event { return contact }
  }
  return nil
}

let alicesEvents = alice.events
let bobsEvents = bob.events
try await bob.accept(link)
guard let guest = await firstContact(in: alicesEvents),
  let host = await firstContact(in: bobsEvents)
else { exit(1) }
print("Alice knows \(guest.name) now, \(guest.notes)")
print("Bob knows \(host.name) now")

let deliveries = alice.events
let arrivals = bob.events
try await alice.send("Hello Bob!", to: guest.id)
for await event in arrivals {
  guard case .message(let message) = event, !message.isOwn else { continue }
  print("Bob reads: \(message.text)")
  try await bob.markRead(message.contact)
  break
}
for await event in deliveries {
  guard case .delivery(let message) = event, message.phase == .read else { continue }
  print("Alice's message is \(message.phase.name)")
  break
}

do {
  try await alice.send(String(repeating: "too long ", count: 1000), to: guest.id)
} catch {
  print("Not sent: \(error)")
}

await bob.close()
await alice.close()

let again = try await SimpaticoClient(
  server: relay, file: file, passphrase: "correct horse battery staple", connecting: false)
for contact in await again.contacts {
  for message in await again.messages(with: contact.id) {
    print("\(await again.name) to \(contact.name): \(message.text)")
  }
}
await again.close()
try FileManager.default.removeItem(atPath: file)
