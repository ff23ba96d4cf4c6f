import SimpaticoProtocol
import SimpaticoTree

/// Two-phase commit (Gray 1978): a coordinator asks its participants whether they can commit, and
/// tells all of them to, or none. The coordinator is the server; each participant is a client.
///
/// ```text
/// coordinator   all are here ─→ prepare ─→ all said yes ─→ decide COMMIT
///                                  │   └──→ one said no, is gone or late ─→ decide ABORT
/// participant   prepare ─→ READY ─→ decided        (READY for ever: the blocking that it is
///                  └─────→ ABORTED                  famous for)
/// ```
enum Commit {
  /// What the coordinator knows of all connections: branch → `{"branch": 2, "vote": "YES"}`.
  static let votes: CombineTree.Summarize = { summary, change in
    guard change.after["connection"] == "OPEN", var votes = summary.object else { return }
    let vote = change.after["vote"] ?? "NONE"
    votes[Text(change.branch)] = ["branch": .number(change.branch), "vote": vote]
    summary = .object(votes)
  }

  // MARK: What both sides do with a socket

  static let connection = [
    Handler("connect") { (residue, message, context) throws(Refusal) in
      let phase: Value = ["connection": "CONNECTING"]
      if let socket = message["_socket"] {
        return [.combine(["_socket": socket]), .combine(phase)]
      }
      let url = message["websocketURL"]?.string ?? ""
      let socket = context.requestID()  // the id of the request is the socket's handle
      return [
        .effect(Effect.connect(url: url).value(id: socket)), .combine(["_socket": socket]),
        .combine(phase),
      ]
    },
    Handler("send") { (residue, message, context) throws(Refusal) in
      guard let socket = residue["_socket"], residue["connection"] == "OPEN" else { return [] }
      let effect = Effect.send(socket: socket, message: message["message"] ?? .null)
      return [.effect(effect.value(id: context.requestID()))]
    },
    Handler("close") { (residue, message, context) throws(Refusal) in
      guard let socket = residue["_socket"] else { return [] }
      let effect = Effect.close(socket: socket, code: 1001, reason: "leaves")
      return [.effect(effect.value(id: context.requestID()))]
    },
    Handler("errored") { (residue, message, context) throws(Refusal) in [] },
    Handler("violate") { (residue, message, context) throws(Refusal) in [] },
  ]

  private static func send(_ message: Value) -> Outcome {
    .combine(["handler": "send", "message": message])
  }

  // MARK: Coordinator

  static let coordinator = [
    Handler("opened") { (residue, message, context) throws(Refusal) in
      let isLast = others(context).count + 1 == residue["participants"]?.integer
      return [.combine(["connection": "OPEN", "phase": "WAITING"])]
        + (isLast ? all(context, ["handler": "ask"]) : [])
    },
    Handler("ask") { (residue, message, context) throws(Refusal) in
      let timer = context.requestID()
      return [
        .effect(Effect.startTimer(milliseconds: 500).value(id: timer)),
        .combine(["_timer": timer, "phase": "ASKED"]), send(["handler": "prepare"]),
      ]
    },
    Handler(
      "vote",
      pattern: try? Pattern([
        "handler": "vote", "vote": ["pick", 1, "YES", "NO"], "name": ["str"],
      ])
    ) { (residue, message, context) throws(Refusal) in
      guard residue["phase"] == "ASKED", let vote = message["vote"] else {
        throw .because("a vote that was not asked for")
      }
      let voted: Value = ["phase": "VOTED", "vote": vote, "peer": message["name"] ?? ""]
      let isUnanimous = vote == "YES" && others(context).allSatisfy { $0.vote == "YES" }
      if vote == "YES", !isUnanimous { return [.combine(voted)] }
      return [.combine(voted)] + decide(isUnanimous ? "COMMITTED" : "ABORTED", context)
    },
    Handler("decide") { (residue, message, context) throws(Refusal) in
      guard residue["decision"] == nil, let decision = message["decision"] else { return [] }
      let timer = Effect.cancelTimer(timer: residue["_timer"] ?? 0)
      return [
        .effect(timer.value(id: context.requestID())),
        .combine(["decision": decision, "phase": decision, "_timer": .delete]),
        send(["handler": "decided", "decision": decision]),
      ]
    },
    Handler("elapsed") { (residue, message, context) throws(Refusal) in
      decide("ABORTED", context)
    },
    Handler("closed") { (residue, message, context) throws(Refusal) in
      [.combine(["connection": "CLOSED"])] + decide("ABORTED", context)
    },
  ]

  private static func decide(_ decision: Value, _ context: HandlerContext) -> [Outcome] {
    all(context, ["handler": "decide", "decision": decision])
  }

  private static func all(_ context: HandlerContext, _ message: Value) -> [Outcome] {
    ([context.branch] + others(context).map { $0.branch }).map { .post(to: $0, message) }
  }

  private static func others(_ context: HandlerContext) -> [(branch: Int, vote: Value)] {
    var others: [(branch: Int, vote: Value)] = []
    context.summary.object?.forEach { _, entry in
      guard let branch = entry["branch"]?.integer, branch != context.branch else { return }
      others.append((branch, entry["vote"] ?? "NONE"))
    }
    return others
  }

  // MARK: Participant

  static let participant = [
    Handler("opened") { (residue, message, context) throws(Refusal) in
      [.combine(["connection": "OPEN", "phase": "WORKING"])]
    },
    Handler("prepare", pattern: try? Pattern(["handler": "prepare"])) {
      (residue, message, context) throws(Refusal) in
      let isWilling = residue["willing"] == true
      return [
        .combine(["phase": isWilling ? "READY" : "ABORTED"]),
        send([
          "handler": "vote", "vote": isWilling ? "YES" : "NO", "name": residue["name"] ?? "",
        ]),
      ]
    },
    Handler(
      "decided",
      pattern: try? Pattern([
        "handler": "decided", "decision": ["pick", 1, "COMMITTED", "ABORTED"],
      ])
    ) { (residue, message, context) throws(Refusal) in
      [.combine(["phase": message["decision"] ?? .null])]
    },
    Handler("closed") { (residue, message, context) throws(Refusal) in
      [.combine(["connection": "CLOSED"])]
    },
  ]
}
