import SimpaticoProtocol
import SimpaticoTree
import Testing

/// Pages with a chat session each, and the relay between them. A page speaks JSON with its session,
/// keeps what it is given to keep and performs what it is asked for, as JavaScript would. Its boxes
/// are the sealed text in hexadecimal.
struct PagesUnderTest {
  struct Page {
    var session = ChatSession()
    /// What outlives the page.
    var journal: [Value] = []
    var snapshot: Value = .null
    var secrets = Object()
    /// The branch of the connection that is open, whether it is verified, and the timers that run.
    var connection: Value?
    var isVerified = false
    var timers: [Value] = []
    /// What the session has said to have changed.
    var changed: [Value] = []

    /// Performs one command as bytes of JSON.
    mutating func call(_ command: Value) -> Value {
      let answer = JSON.print(command).withUTF8 { session.call($0) }
      return (try? JSON.parse(answer)) ?? .null
    }

    mutating func keep(_ answer: Value) {
      journal += answer["journal"]?.array?.elements ?? []
      answer["secrets"]?.object?.forEach { secrets[$0] = $1.isNull ? nil : $1 }
      changed += answer["changed"]?.array?.elements ?? []
    }
  }

  var pages: [String: Page] = [:]
  var time = 1_000_000
  private var inputs: [(page: String, command: Object)] = []

  static func pem(_ name: String) -> Text { padded(name, "=", 200) }
  static func fingerprint(_ name: String) -> Text { padded(name, "-", 43) }

  /// What a session is opened with: the keys and the name of a person.
  static func identity(_ name: String) -> Value {
    [
      "publicKeyPem": .string(pem(name)), "name": .string(Text(name)),
      "publicKeySig": .string(fingerprint(name)),
    ]
  }

  private static func padded(_ name: String, _ filling: String, _ size: Int) -> Text {
    Text(name + String(repeating: filling, count: size - name.count))
  }

  /// The name in a key or a fingerprint.
  private static func name(in key: Value?) -> String {
    String((key?.string ?? "").description.prefix { $0 != "=" && $0 != "-" })
  }

  /// Opens a page with what was kept, and connects it to the relay.
  mutating func open(_ name: String) throws {
    var page = pages[name] ?? Page()
    page.session = ChatSession()
    page.connection = nil
    page.isVerified = false
    page.timers = []
    pages[name] = page
    let opened = perform(
      name,
      [
        "command": "open", "journal": .array(Vector(page.journal)), "snapshot": page.snapshot,
        "secrets": .object(page.secrets),
        "home": PagesUnderTest.identity(name),
      ])
    try #require(opened["error"] == nil && opened["refused"] == nil)
    tell(name, home(name), ChatCommand.start("wss://relay.example/ws"))
  }

  /// Closes the connection of a page, as a network that goes away does.
  mutating func cut(_ name: String) {
    guard let branch = pages[name]?.connection else { return }
    pages[name]?.connection = nil
    pages[name]?.isVerified = false
    tell(name, branch, EffectResult.closed(code: 1006, reason: ""))
    perform(name, ["command": "end", "branch": branch])
  }

  /// What a page asks without changing anything.
  mutating func ask(_ name: String, _ command: Value) -> Value {
    pages[name]?.call(command) ?? .null
  }

  mutating func view(_ name: String) -> Value { ask(name, ["command": "view"]) }

  mutating func home(_ name: String) -> Value { view(name)["home"]?["branch"] ?? .null }

  /// The branch of the first contact.
  mutating func branch(_ name: String) -> Value {
    view(name)["contacts"]?.array?.elements.first?["branch"] ?? .null
  }

  /// A page of a conversation.
  mutating func messages(_ name: String, with contact: String, _ more: Object = [:]) -> [Value] {
    var command = more
    command["command"] = "messages"
    command["contact"] = .string(PagesUnderTest.fingerprint(contact))
    return ask(name, .object(command))["messages"]?.array?.elements ?? []
  }

  /// Makes an invitation, and answers its link.
  mutating func invite(_ name: String) throws -> Text {
    tell(name, home(name), ChatCommand.invite(note: "from the conference"))
    let invitations = view(name)["invitations"]?.array?.elements ?? []
    let id = try #require(invitations.first { $0["phase"] == "INVITED" }?["invitation"])
    let link = ask(
      name, ["command": "link", "page": "https://relay.example/chat", "invitation": id])
    return try #require(link["link"]?.string)
  }

  @discardableResult
  mutating func accept(_ name: String, _ link: Text) -> Value {
    perform(name, ["command": "accept", "link": .string(link), "note": "from the party"])
  }

  /// Opens two pages and makes them contacts of one another.
  mutating func meet(_ host: String, _ guest: String) throws {
    try open(host)
    try open(guest)
    accept(guest, try invite(host))
  }

  @discardableResult
  mutating func tell(_ name: String, _ branch: Value, _ message: Value) -> Value {
    perform(name, ["command": "tell", "branch": branch, "message": message])
  }

  /// Lets the timers that run elapse.
  mutating func elapse(_ name: String) {
    let timers = pages[name]?.timers ?? []
    pages[name]?.timers = []
    for timer in timers {
      tell(name, timer["branch"] ?? .null, EffectResult.elapsed(timer["id"] ?? .null))
    }
  }

  /// Performs an input and all that follows from it, and answers what the input itself did.
  @discardableResult
  mutating func perform(_ name: String, _ command: Object) -> Value {
    let answer = take(name, command)
    while !inputs.isEmpty {
      let next = inputs.removeFirst()
      _ = take(next.page, next.command)
    }
    return answer
  }

  private mutating func take(_ name: String, _ command: Object) -> Value {
    time += 10
    var command = command
    command["at"] = .number(time)
    let digits = String(UInt64(time) &* 0x9E37_79B9_7F4A_7C15, radix: 16)
    command["random"] = .string(Text(String(repeating: "0", count: 16 - digits.count) + digits))
    let answer = pages[name]?.call(.object(command)) ?? .null
    pages[name]?.keep(answer)
    for effect in answer["effects"]?.array?.elements ?? [] { perform(effect, name) }
    return answer
  }
}

// What a page does for its session.
extension PagesUnderTest {
  private mutating func perform(_ effect: Value, _ name: String) {
    let branch = effect["branch"] ?? .null
    let id = effect["id"] ?? .null
    switch effect["effect"]?.string ?? "" {
    case "connect":
      pages[name]?.connection = branch
      answer(name, branch, EffectResult.opened)
      frame(
        to: name,
        [
          "handler": "register2", "publicKeyPem": .string(PagesUnderTest.pem("relay")), "t1": 1,
        ])
    case "send": relay(effect["message"] ?? .null, from: name)
    case "close":
      answer(name, branch, EffectResult.closed(code: 1000, reason: ""))
      pages[name]?.connection = nil
      pages[name]?.isVerified = false
    case "seal":
      let box = PagesUnderTest.box(effect["clearText"]?.string ?? "")
      answer(
        name, branch,
        EffectResult.sealed(
          id, box: box,
          publicKeySig: PagesUnderTest.fingerprint(PagesUnderTest.name(in: effect["to"]))))
    case "unseal":
      let clearText = PagesUnderTest.opened(effect["box"]?.string ?? "")
      answer(
        name, branch,
        EffectResult.unsealed(
          id, clearText: clearText,
          publicKeySig: PagesUnderTest.fingerprint(PagesUnderTest.name(in: effect["from"]))))
    case "makeSecret":
      var made = EffectResult.secretMade(id).object ?? Object()
      made["secretName"] = effect["secretName"]
      made["secret"] = .string("secret-of-" + Text(name))
      answer(name, branch, .object(made))
    case "answer": answer(name, branch, effect["message"] ?? .null)
    case "startTimer": pages[name]?.timers.append(effect)
    case "cancelTimer": pages[name]?.timers.removeAll { $0["id"] == effect["_timer"] }
    case "forgetHistory":
      let snapshot = ask(name, ["command": "snapshot"])["snapshot"]
      pages[name]?.snapshot = snapshot ?? .null
      pages[name]?.journal = []
      answer(name, branch, EffectResult.forgotten(id))
    default: Issue.record("an effect that no page performs: \(effect)")
    }
  }

  private mutating func answer(_ name: String, _ branch: Value, _ message: Value) {
    inputs.append((name, ["command": "tell", "branch": branch, "message": message]))
  }

  private mutating func frame(to name: String, _ message: Value) {
    inputs.append(
      (
        name,
        [
          "command": "frame", "branch": pages[name]?.connection ?? .null,
          "text": .string(JSON.print(message)),
        ]
      ))
  }

  private static func box(_ text: Text) -> Text {
    text.withUTF8 { bytes in
      Text(bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined())
    }
  }

  private static func opened(_ box: Text) -> Text {
    box.withUTF8 { digits in
      let bytes = stride(from: 0, to: digits.count - 1, by: 2).map { position in
        UInt8(String(decoding: digits[position...position + 1], as: UTF8.self), radix: 16) ?? 0
      }
      return bytes.withUnsafeBufferPointer { Text(utf8: $0) } ?? Text()
    }
  }
}

// What the relay does with a message.
extension PagesUnderTest {
  private mutating func relay(_ message: Value, from name: String) {
    switch message["handler"]?.string ?? "" {
    case "register3":
      pages[name]?.isVerified = true
      frame(to: name, ["handler": "register4", "state2": "VERIFIED"])
    case "deliverEnvelop":
      let recipient = PagesUnderTest.name(in: message["to"])
      guard pages[recipient]?.isVerified == true else {
        return frame(
          to: name,
          ["handler": "returnEnvelop", "to": message["to"] ?? .null, "reason": "offline"])
      }
      var envelope = message.object ?? Object()
      envelope["handler"] = "acceptEnvelop"
      frame(to: recipient, .object(envelope))
    case "invite3":
      var found: Object = ["handler": "invite4"]
      found["publicKeySig"] = message["publicKeySig"]
      let owner = PagesUnderTest.name(in: message["publicKeySig"])
      if pages[owner]?.isVerified == true {
        found["publicKeyPem"] = .string(PagesUnderTest.pem(owner))
      }
      frame(to: name, .object(found))
    default: Issue.record("a message that no relay takes: \(message)")
    }
  }
}
