import SimpaticoTree
import Testing

@testable import SimpaticoProtocol

/// A server's party with one open, challenged connection, and the frames that a test sends it.
struct ServerUnderTest {
  var party = Party.server(suite: .symbolic)
  var branch: BranchID = 0
  let t1 = 1000.0

  init() throws {
    branch = try open()
  }

  mutating func open() throws -> BranchID {
    let settings = Party.settings(
      isServer: true, publicKeyPem: "pubKey0", publicKeySig: "pubKeySig0", privateKey: "privKey0",
      deadlineMilliseconds: 5000)
    let moment = Moment(timeMilliseconds: Int64(t1), random: 0)
    let branch = try party.open(settings, at: moment)
    _ = party.receive(Party.accept(socket: .number(branch)), on: branch, at: moment)
    _ = party.receive(EffectResult.opened, on: branch, at: moment)
    return branch
  }

  mutating func receive(frame: String, on branch: BranchID? = nil) -> Party.Reaction {
    Array(frame.utf8).withUnsafeBufferPointer {
      party.receive(frame: $0, on: branch ?? self.branch, at: Moment(timeMilliseconds: 1010))
    }
  }

  mutating func receive(_ message: Value, on branch: BranchID? = nil) -> Party.Reaction {
    party.receive(message, on: branch ?? self.branch, at: Moment(timeMilliseconds: 1020))
  }

  func response(t1: Double? = nil, key: Int = 1) -> String {
    let clearText = "{\\\"t1\\\":\(Int(t1 ?? self.t1)),\\\"t2\\\":1005,\\\"dt\\\":5}"
    return """
      {"handler":"register3","clearText":"\(clearText)","cypherText":"box",\
      "publicKeySig":"pubKeySig\(key)","publicKey":"pubKey\(key)"}
      """
  }

  var phases: Phases {
    (try? party.tree.residue(ofBranch: branch)).map { Phases($0) } ?? Phases([:])
  }

  /// Proves a key on a branch, as a host would: the response, then the result of its box.
  mutating func verify(_ key: Int, on branch: BranchID) throws -> Party.Reaction {
    let asked = receive(frame: response(key: key), on: branch)
    let request = try #require(asked.effects.first)
    return receive(
      EffectResult.unsealed(
        request.id, clearText: "{\"t1\":1000,\"t2\":1005,\"dt\":5}",
        publicKeySig: "pubKeySig" + Text(key)), on: branch)
  }
}

extension Party.Reaction {
  /// The frames that are to be sent.
  var sent: [String] {
    effects.compactMap {
      if case .send(_, let message) = $0.effect { JSON.print(message).description } else { nil }
    }
  }

  /// The close codes that are to be sent.
  var closed: [Int] {
    effects.compactMap { if case .close(_, let code, _) = $0.effect { code } else { nil } }
  }
}

let uniformRefusal = #"{"handler":"register4","state2":"UNVERIFIED"}"#

@Suite struct ServerParty {
  @Test func aRightProofIsVerified() throws {
    var server = try ServerUnderTest()
    #expect(server.phases.registration == .challenged)
    let reaction = try server.verify(1, on: server.branch)
    #expect(reaction.sent == [#"{"handler":"register4","state2":"VERIFIED"}"#])
    #expect(server.phases.isVerified)
    #expect(server.party.tree.summary["pubKeySig1"]?.integer == server.branch)
  }

  /// Frames that are refused in every phase, whatever is wrong with them.
  static let badFrames = [
    "", "{", "null", "[]", "7", "\"register3\"", "{}", #"{"handler":7}"#, #"{"handler":"nothing"}"#,
    #"{"handler":"state","registration":"VERIFIED"}"#, #"{"handler":"state","state2":"VERIFIED"}"#,
    #"{"handler":"register4","state2":"VERIFIED"}"#, #"{"handler":"connect","_socket":1}"#,
    #"{"handler":"unsealed","request":1,"clearText":"{}","publicKeySig":"pubKeySig1"}"#,
    #"{"handler":"replaced"}"#, #"{"handler":"register1"}"#, #"{"handlers":{"register3":"log"}}"#,
    #"{"handler":"register3"}"#, #"{"handler":"register3","clearText":1}"#,
    #"{"handler":"register3","handler":"log"}"#,
    String(repeating: "x", count: 4097), "\"" + String(repeating: "é", count: 4096) + "\"",
    String(repeating: "[", count: 4000),
  ]

  @Test(arguments: badFrames)
  func everyBadFrameGetsTheSameRefusal(frame: String) throws {
    var server = try ServerUnderTest()
    let other = try server.open()
    _ = try server.verify(2, on: other)
    let untouched = try server.party.tree.residue(ofBranch: other)
    let summary = server.party.tree.summary
    let reaction = server.receive(frame: frame)
    #expect(reaction.sent == [uniformRefusal])
    #expect(reaction.closed == [CloseCode.policyViolation])
    #expect(reaction.violation != nil)
    #expect(server.phases == Phases(["connection": "CLOSING", "registration": "UNVERIFIED"]))
    #expect(try server.party.tree.residue(ofBranch: other) == untouched)
    #expect(server.party.tree.summary == summary)
    #expect(server.party.counters.violations == 1)
    let late = server.receive(frame: server.response())
    #expect(late.nodes.isEmpty && late.effects.isEmpty)
  }

  @Test func everyFailureOfAProofGetsTheSameRefusal() throws {
    let failures: [(inout ServerUnderTest) throws -> Party.Reaction] = [
      { server in server.receive(frame: server.response(t1: 999)) },
      { server in
        let asked = server.receive(frame: server.response())
        return server.receive(
          EffectResult.failed(try #require(asked.effects.first).id, reason: "padding"))
      },
      { server in
        let asked = server.receive(frame: server.response())
        return server.receive(
          EffectResult.unsealed(
            try #require(asked.effects.first).id, clearText: "{\"t1\":1000,\"t2\":1005,\"dt\":6}",
            publicKeySig: "pubKeySig1"))
      },
      { server in
        let asked = server.receive(frame: server.response())
        return server.receive(
          EffectResult.unsealed(
            try #require(asked.effects.first).id, clearText: "{\"t1\":1000,\"t2\":1005,\"dt\":5}",
            publicKeySig: "pubKeySig2"))
      },
      { server in
        let timer = try server.party.tree.residue(ofBranch: server.branch)[Field.timer]
        return server.receive(EffectResult.elapsed(try #require(timer)))
      },
      { server in
        _ = server.receive(frame: server.response())
        return server.receive(frame: server.response())
      },
      { server in
        _ = try server.verify(1, on: server.branch)
        return server.receive(frame: server.response())
      },
    ]
    for (number, fail) in failures.enumerated() {
      var server = try ServerUnderTest()
      let reaction = try fail(&server)
      #expect(reaction.sent == [uniformRefusal], "failure \(number)")
      #expect(reaction.closed == [CloseCode.policyViolation], "failure \(number)")
      #expect(server.phases.registration == .unverified, "failure \(number)")
      #expect(server.party.tree.summary.object?.count == 0, "failure \(number)")
    }
  }

  @Test func theNewestProofOfAKeyTakesOver() throws {
    var server = try ServerUnderTest()
    _ = try server.verify(1, on: server.branch)
    let newer = try server.open()
    let reaction = try server.verify(1, on: newer)
    #expect(reaction.closed == [CloseCode.replaced])
    #expect(server.phases.connection == .closing)
    #expect(server.party.tree.summary["pubKeySig1"]?.integer == newer)
    _ = server.receive(EffectResult.closed(code: CloseCode.replaced, reason: ""))
    #expect(server.party.tree.summary["pubKeySig1"]?.integer == newer)
  }

  @Test func aConnectionIsClosedOnce() throws {
    var server = try ServerUnderTest()
    _ = try server.verify(1, on: server.branch)
    #expect(server.receive(["handler": "close", "code": 1000]).closed == [CloseCode.normal])
    #expect(server.receive(["handler": "close", "code": 1001]).effects.isEmpty)
    _ = server.receive(EffectResult.closed(code: CloseCode.normal, reason: ""))
    let late = server.receive(["handler": "close"])
    #expect(late.effects.isEmpty && late.refusals.isEmpty && server.phases.connection == .closed)
  }

  @Test func aClaimWithoutProofDoesNotDisturbTheOwner() throws {
    var server = try ServerUnderTest()
    _ = try server.verify(1, on: server.branch)
    let impostor = try server.open()
    let asked = server.receive(frame: server.response(key: 1), on: impostor)
    _ = server.receive(
      EffectResult.failed(try #require(asked.effects.first).id, reason: "no"), on: impostor)
    #expect(server.phases.isVerified)
    #expect(server.party.tree.summary["pubKeySig1"]?.integer == server.branch)
  }

  @Test func unknownFieldsOfAMessageAreDropped() throws {
    var server = try ServerUnderTest()
    let frame = server.response().replacingSuffix("}", with: #","state2":"VERIFIED","x":{"y":1}}"#)
    _ = server.receive(frame: frame)
    let leaf = try server.party.tree.tree.node(server.party.tree.tree.leaf(of: server.branch))
    #expect(leaf.input.value["state2"] == nil && leaf.input.value["x"] == nil)
    #expect(leaf.residue["state2"] == nil && leaf.residue["x"] == nil)
    #expect(Phases(leaf.residue).registration == .computing)
  }

  @Test func lateResultsChangeNothing() throws {
    var server = try ServerUnderTest()
    let asked = server.receive(frame: server.response())
    let request = try #require(asked.effects.first).id
    _ = server.receive(EffectResult.closed(code: CloseCode.abnormal, reason: ""))
    let before = try server.party.tree.residue(ofBranch: server.branch)
    let reaction = server.receive(
      EffectResult.unsealed(request, clearText: "{\"t1\":1000}", publicKeySig: "pubKeySig1"))
    #expect(reaction.effects.isEmpty)
    #expect(try server.party.tree.residue(ofBranch: server.branch) == before)
  }

  /// Two verified connections of a server, by their branches.
  private func pair(on party: inout Party) throws -> [BranchID] {
    try ["pubKeySig1", "pubKeySig2"].enumerated().map { index, key in
      let branch = try party.open(["server": true, "publicKeyPem": "pubKey0"], at: Moment())
      _ = party.receive(Party.accept(socket: .number(index)), on: branch, at: Moment())
      _ = party.receive(EffectResult.opened, on: branch, at: Moment())
      _ = try party.tree.add(
        ["registration": "VERIFIED", "peer": ["publicKeySig": .string(Text(key))]],
        to: party.tree.tree.leaf(of: branch))
      return branch
    }
  }

  @Test(arguments: [true, false]) func envelopesStayInTheTreeOnlyWhereTheyMay(keeps: Bool) throws {
    var party = Party.server(suite: .symbolic, keepsEnvelopes: keeps)
    let branches = try pair(on: &party)
    let frame =
      #"{"handler":"deliverEnvelop","from":"pubKeySig1","to":"pubKeySig2","box":"a sealed box"}"#
    let reaction = Array(frame.utf8).withUnsafeBufferPointer {
      party.receive(frame: $0, on: branches[0], at: Moment())
    }
    guard case .send(_, let message)? = reaction.effects.first?.effect else {
      Issue.record("nothing was sent")
      return
    }
    #expect(message["box"] == "a sealed box")
    #expect(reaction.nodes.count == 2)
    var kept = ""
    for id in reaction.nodes {
      let entry = try party.tree.tree.node(id).input
      let trace = entry.trace
      kept += ([entry.value] + trace.cascade + trace.effects + trace.posts.map(\.message)).map {
        JSON.print($0).description
      }.joined()
    }
    #expect(kept.contains("deliverEnvelop") && kept.contains("acceptEnvelop"))
    #expect(kept.contains("a sealed box") == keeps)
    #expect(kept.contains("pubKeySig2") == keeps)
  }

  @Test func historyIsBoundedByRetention() throws {
    var party = Party.server(suite: .symbolic, retention: 200)
    var most = 0
    for round in 0..<3000 {
      let moment = Moment(timeMilliseconds: Int64(round))
      let branch = try party.open(["server": true, "publicKeyPem": "pubKey0"], at: moment)
      _ = party.receive(Party.accept(socket: .number(round)), on: branch, at: moment)
      _ = party.receive(EffectResult.opened, on: branch, at: moment)
      _ = party.receive(EffectResult.closed(code: 1006, reason: ""), on: branch, at: moment)
      try party.end(branch)
      most = max(most, party.tree.tree.retainedNodeCount)
    }
    #expect(most < 1000)
    #expect(party.tree.tree.nodeCount > 12_000)
    #expect(party.tree.tree.brokenInvariant() == nil)
  }
}

extension String {
  fileprivate func replacingSuffix(_ suffix: String, with other: String) -> String {
    String(dropLast(suffix.count)) + other
  }
}
