import SimpaticoProtocol
import SimpaticoTree
import Testing

@testable import SimpaticoWorld

/// Trees from elsewhere are looked at, and grow while they are.
@Suite struct RecordedUniverses {
  private static func universe(_ clients: Int = 2) throws -> Universe {
    var universe = Universe(World.Settings(seed: 5, clients: clients))
    _ = try universe.run()
    return universe
  }

  private static func open(_ document: Value, in lab: inout LabSession) -> Value {
    var command = document.object ?? Object()
    command["command"] = "open"
    return lab.perform(.object(command))
  }

  /// What the page draws: all nodes, without their steps, which a recording counts in its own way.
  private static func nodes(_ party: Value, in lab: inout LabSession) -> [Value] {
    let answer = lab.perform(["command": "nodes", "party": party])
    return (answer["nodes"]?.list ?? []).map { node in
      var fields = node.object ?? Object()
      fields["step"] = nil
      return .object(fields)
    }
  }

  @Test func aRecordedUniverseLooksAsItDid() throws {
    let universe = try Self.universe()
    var (original, opened) = (LabSession(), LabSession())
    _ = original.perform(["command": "start", "settings": ["seed": 5, "clients": 2]])
    let end = original.perform(["command": "play", "end": true])
    let moment = Self.open(universe.recording(named: "past"), in: &opened)
    #expect(moment["editable"] == false && moment["name"] == "past")
    #expect(moment["counts"] == end["counts"])
    #expect(moment["digest"]?.string?.count == 16)
    for party in ["server", "alice", "bob"] as [Value] {
      #expect(
        Self.nodes(party, in: &opened) == Self.nodes(party, in: &original), "\(party)")
      let detail: Value = ["command": "detail", "party": party, "node": 5]
      let (one, other) = (original.perform(detail), opened.perform(detail))
      for part in ["changes", "value", "cascade"] as [Text] {
        #expect(one[part] == other[part], "\(party) \(part)")
      }
    }
  }

  @Test func itsMessagesLeadFromNodeToNode() throws {
    let universe = try Self.universe()
    var lab = LabSession()
    let moment = Self.open(universe.recording(named: "past"), in: &lab)
    let answer = lab.perform(["command": "messages"])
    let messages = answer["messages"]?.list ?? []
    #expect(messages.count == universe.newest.timeline.messageCount && messages.count > 8)
    #expect(messages.contains { $0["handler"] == "register3" && $0["to"]?["party"] == "server" })
    for message in messages {
      let (sent, arrived) = (message["sentStep"]?.integer, message["arrivedStep"]?.integer)
      #expect((sent ?? -1) <= (arrived ?? .max), "\(message)")
      guard let node = message["to"]?["node"]?.integer else { continue }
      let detail = lab.perform([
        "command": "detail", "party": message["to"]?["party"] ?? "", "node": .number(node),
      ])
      #expect(detail["step"]?.integer == arrived)
    }
    let steps = moment["steps"]?.integer ?? 0
    let some = lab.perform(["command": "messages", "from": .number(steps), "to": .number(steps)])
    #expect((some["messages"]?.list.count ?? .max) < messages.count)
  }

  @Test func whatGrowsPieceByPieceIsWhatIsOpenedAtOnce() throws {
    let document = try Self.universe().recording(named: "past")
    let entries = document["trees"]?.list.first?["transcript"]?.list ?? []
    var whole = LabSession()
    let trees: [Value] = [["name": "server", "transcript": .array(entries)]]
    let end = Self.open(["name": "live", "trees": .array(trees)], in: &whole)
    for size in [1, 3, 7, entries.count] {
      var lab = LabSession()
      let first: [Value] = [["name": "server", "transcript": .array(Array(entries.prefix(size)))]]
      var moment = Self.open(["name": "live", "trees": .array(first)], in: &lab)
      var next = max(0, size - 1)  // a node that is here already is passed over
      while next < entries.count {
        let piece = Array(entries[next..<min(next + size, entries.count)])
        moment = lab.perform([
          "command": "extend", "party": "server", "transcript": .array(piece),
        ])
        next += size
      }
      #expect(moment == end, "\(size)")
      #expect(Self.nodes("server", in: &lab) == Self.nodes("server", in: &whole), "\(size)")
    }
  }

  @Test func aJournalGrowsToo() throws {
    var world = World(World.Settings(seed: 2, clients: 1))
    world.run()
    let entries = try Recording.write(world.parties[1].tree).list
    var (whole, lab) = (LabSession(), LabSession())
    func trees(_ count: Int) -> Value {
      let part = Value.array(Array(entries.prefix(count)))
      return ["trees": [["name": "alice", "role": "client", "recording": part]]]
    }
    let end = Self.open(trees(entries.count), in: &whole)
    _ = Self.open(trees(5), in: &lab)
    let moment = lab.perform([
      "command": "extend", "party": 0, "recording": .array(Array(entries.dropFirst(3))),
    ])
    #expect(moment == end)
  }

  @Test func idsWithGapsAreGivenAnewAndWhatWasCutBeginsARow() throws {
    var lab = LabSession()
    func entry(_ node: Int, _ parent: Int, _ branch: Int, _ residue: Value) -> Value {
      [
        "node": .number(node), "parent": .number(parent), "branch": .number(branch),
        "time": .number(node), "value": ["handler": "log"], "residue": residue,
      ]
    }
    let entries: [Value] = [
      ["node": 0, "parent": 0, "branch": 0, "time": 0, "value": ["name": "server"]],
      entry(1, 0, 0, [:]), entry(2, 1, 0, [:]),
      entry(900, 870, 31, ["connection": "OPEN"]), entry(901, 880, 12, ["connection": "CLOSED"]),
      entry(902, 900, 31, ["registration": "VERIFIED"]), entry(903, 1, 40, [:]),
    ]
    let tree: Value = ["name": "relay", "role": "server", "transcript": .array(entries)]
    _ = Self.open(["trees": [tree]], in: &lab)
    let nodes = Self.nodes("relay", in: &lab)
    #expect(nodes.map { $0["branch"]?.integer ?? -1 } == [0, 0, 0, 1, 2, 1, 3])
    #expect(nodes.map { $0["parent"]?.integer ?? -1 } == [-1, 0, 1, 1, 1, 3, 1])
    let branches = lab.perform(["command": "branches", "party": 0])["branches"]?.list ?? []
    #expect(branches.map { $0["registration"] ?? .null } == ["", "VERIFIED", "", ""])
    #expect(branches.map { $0["connection"] ?? .null } == ["", "OPEN", "CLOSED", ""])
  }

  @Test(arguments: [
    (#""transcript":[7]"#, "badDocument", "transcript[0]"),
    (#""transcript":[{"node":99,"parent":3,"branch":0,"time":0,"value":{}}]"#, "badDocument", "t"),
    (#""transcript":7"#, "badDocument", "transcript"),
    (#""recording":7"#, "badDocument", "recording"), ("\"party\":9", "noSuchParty", "party"),
  ])
  func whatDoesNotFitIsRefusedAndChangesNothing(_ more: String, _ kind: String, _ at: String)
    throws
  {
    var lab = LabSession()
    let before = Self.open(try Self.universe().recording(named: "past"), in: &lab)
    let party = more.contains("party") ? "" : #""party":0,"#
    let command = try JSON.parse(Text(#"{"command":"extend",\#(party)\#(more)}"#))
    let answer = lab.perform(command)
    #expect(answer["kind"] == .string(Text(kind)) && answer["error"] != nil, "\(answer)")
    #expect(answer["at"]?.string?.description.hasPrefix(at) == true, "\(answer)")
    #expect(lab.perform(["command": "moment"]) == before)
  }

  /// A root and `count` nodes, one a millisecond.
  private static func entries(_ count: Int) -> [Value] {
    (0...count).map { node in
      [
        "node": .number(node), "parent": .number(max(0, node - 1)), "branch": 0,
        "time": .number(node), "value": ["n": .number(node)],
      ]
    }
  }

  @Test func aLongRecordingHasOneDigestAStepHoweverItCame() {
    let entries = Self.entries(1_500)
    func trees(_ count: Int) -> Value {
      ["trees": [["name": "a", "transcript": .array(Array(entries.prefix(count)))]]]
    }
    var (whole, grown) = (LabSession(), LabSession())
    _ = Self.open(trees(entries.count), in: &whole)
    _ = Self.open(trees(700), in: &grown)
    _ = grown.perform([
      "command": "extend", "party": "a", "transcript": .array(Array(entries.dropFirst(700))),
    ])
    var digests: Set<String> = []
    for step in stride(from: 0, through: 1_500, by: 100) {
      let look: Value = ["command": "moment", "step": .number(step)]
      let (one, other) = (whole.perform(look), grown.perform(look))
      #expect(one["digest"] == other["digest"], "step \(step)")
      digests.insert(one["digest"]?.said ?? "")
    }
    #expect(digests.count == 16)
  }

  @Test func aMessageOfARecordingStandsBetweenNodesOrTimes() throws {
    let trees: [Value] = ["a", "b"].map {
      ["name": $0, "transcript": .array(Self.entries(9))]
    }
    let messages: [Value] = [
      [
        "handler": "x", "sentAt": 3, "arrivesAt": 6, "fate": "arrived", "to": ["party": "b"],
        "from": ["party": "a"],
      ],
      [
        "handler": "", "sentAt": 4, "arrivesAt": 90, "fate": "pending",
        "to": ["party": "b", "node": 5],
      ],
    ]
    var lab = LabSession()
    let moment = Self.open(["trees": .array(trees), "messages": .array(messages)], in: &lab)
    #expect(moment["error"] == nil)
    let told = lab.perform(["command": "messages"])["messages"]?.list ?? []
    try #require(told.count == 2)
    func clock(_ step: Value?) -> Value? {
      lab.perform(["command": "moment", "step": step ?? .null])["clock"]
    }
    #expect(clock(told[0]["sentStep"]) == 3 && clock(told[0]["arrivedStep"]) == 6)
    #expect(clock(told[1]["sentStep"]) == 4 && told[1]["arrivedStep"] == .null)
    #expect(told[1]["from"] == ["party": .null, "node": .null])
    for wrong in [["party": "c"], ["party": "b", "node": 99]] as [Value] {
      let message: Value = ["handler": "x", "sentAt": 3, "fate": "arrived", "to": wrong]
      let answer = Self.open(["trees": .array(trees), "messages": [message]], in: &lab)
      #expect(answer["at"] == "messages[0]", "\(answer)")
    }
  }

  /// A client's journal has the branches that last, and not its connections.
  @Test func whatAJournalDoesNotHaveIsToldAsGoneAndNotCompared() throws {
    let meeting = [
      Deed(at: 1_000, client: 0, .invite()), Deed(at: 2_000, client: 1, .follow(host: 0)),
    ]
    var world = World(World.Settings(clients: 2, script: meeting))
    world.run(until: 9_000)
    let tree = world.parties[1].tree
    let entries = try Recording.write(tree).list.filter { entry in
      let id = entry["node"]?.integer ?? -1
      return id < tree.nodeCount
        && (id == 0 || entry["branch"] == 0
          || Party.isLasting((try? tree.node(id).residue) ?? .null))
    }
    var lab = LabSession()
    let moment = Self.open(
      ["trees": [["name": "alice", "role": "client", "recording": .array(entries)]]], in: &lab)
    #expect(moment["error"] == nil, "\(moment)")
    let answer = lab.perform(["command": "nodes", "party": 0])
    let nodes = answer["nodes"]?.list ?? []
    let kept = Set(entries.compactMap { $0["node"]?.integer })
    #expect(nodes.count == (kept.max() ?? 0) + 1)
    for node in nodes {
      let id = node["node"]?.integer ?? -1
      #expect((node["gone"] == true) != kept.contains(id), "\(node)")
      let detail = lab.perform(["command": "detail", "party": 0, "node": .number(id)])
      #expect((detail["kind"] == "noSuchNode") == (node["gone"] == true))
    }
    #expect(nodes.contains { $0["gone"] == true })
    let window = lab.perform([
      "command": "nodes", "party": 0, "rows": [0, 99], "columns": [0, 999],
    ])
    #expect(window["nodes"]?.list.count == kept.count)
    let comparison = lab.perform(["command": "compare", "universe": 0, "with": 0])
    #expect(comparison["parties"]?.list.first?["changed"] == 0)
  }

  @Test func aRecordingThatDoesNotFitItsPartyIsRefused() throws {
    var world = World(World.Settings(clients: 1))
    world.run()
    var entries = try Recording.write(world.parties[1].tree).list
    entries.removeSubrange(3..<5)
    var lab = LabSession()
    let answer = Self.open(
      ["trees": [["name": "a", "role": "client", "recording": .array(entries)]]], in: &lab)
    #expect(answer["kind"] == "badDocument" && answer["at"] == "trees[0].recording", "\(answer)")
  }

  @Test func aRecordingGrowsNoFurtherThanItsLimit() {
    var lab = LabSession()
    let entries = Self.entries(200_000)
    let first = Value.array(Array(entries.prefix(2)))
    _ = Self.open(["trees": [["name": "a", "transcript": first]]], in: &lab)
    let before = lab.perform(["command": "moment"])
    let answer = lab.perform([
      "command": "extend", "party": 0, "transcript": .array(Array(entries.dropFirst())),
    ])
    #expect(answer["kind"] == "tooMany", "\(answer)")
    #expect(lab.perform(["command": "moment"]) == before)
  }

  @Test func aWorldDoesNotGrowByBeingTold() {
    var lab = LabSession()
    _ = lab.perform(["command": "start"])
    #expect(lab.perform(["command": "extend", "party": 0])["kind"] == "notPossible")
  }
}
