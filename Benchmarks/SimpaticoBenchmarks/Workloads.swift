import SimpaticoProtocol
import SimpaticoTree
import SimpaticoWorld

/// One thing that is measured, natively and in WebAssembly alike. Benchmarks/yardstick.mjs says
/// what one operation of each is, and does the same in plain JavaScript.
struct Workload: Sendable {
  let name: StaticString
  /// Operations of one round.
  let count: Int
  /// Performs so many operations; the answer keeps them from being optimised away.
  let run: @Sendable (Int) -> Int

  /// Their order is the numbering that the WebAssembly build is called by.
  static let timed: [Workload] = [
    Workload(name: "tree.add.small", count: 100_000) { grown(small, [addOne], $0).tree.nodeCount },
    Workload(name: "tree.handler", count: 100_000) {
      grown(counter, [["handler": "bump", "by": 1]], $0).tree.nodeCount
    },
    Workload(name: "tree.cascade2", count: 50_000) {
      grown(counter, [["handler": "twice"]], $0).tree.nodeCount
    },
    Workload(name: "tree.add.32keys", count: 50_000) { grownWide(32, $0).tree.nodeCount },
    Workload(name: "tree.add.200keys", count: 20_000) { grownWide(200, $0).tree.nodeCount },
    Workload(name: "tree.branch.depth10", count: 20_000) { branches(trunk10, at: 10, $0) },
    Workload(name: "tree.branch.depth100000", count: 20_000) {
      branches(trunk100000, at: 100_000, $0)
    },
    Workload(name: "tree.fork", count: 20_000) { forks($0) },
    Workload(name: "json.parse.mixed", count: 5_000) { parse(mixed, $0) },
    Workload(name: "json.parse.envelope", count: 50_000) { parse(envelope, $0) },
    Workload(name: "json.print.mixed", count: 5_000) { printMixed($0) },
    Workload(name: "world.register3", count: 500) { registrations($0) },
    Workload(name: "world.fork", count: 5_000) { worldForks($0) },
    Workload(name: "server.envelope", count: 50_000) { route($0) },
  ]

  /// Trees whose memory is measured: the answer is kept while it is.
  static let sized: [(name: StaticString, count: Int, grow: @Sendable (Int) -> CombineTree)] = [
    ("tree.node.bytes", 50_000, { grown(small, [addOne], $0) }),
    ("tree.node.bytes.200keys", 5_000, { grownWide(200, $0) }),
  ]
}

private let small: Value = ["a": 0, "name": "alice", "open": true]
private let addOne: Value = ["a": 1]
private let counter: Value = [
  "count": 0, "handlers": ["bump": .handler("bump"), "twice": .handler("twice")],
]
private let combiner = Combiner(
  library: HandlerLibrary([
    .single("bump") { (_, message, _) throws(Refusal) in
      .combine(increment.filled(message["by"] ?? 1))
    },
    Handler("twice") { (_, _, _) throws(Refusal) in
      [.combine(bump.filled(1)), .combine(bump.filled(10))]
    },
  ]))
private let increment: Form = ["count": nil]
private let bump: Form = ["handler": "bump", "by": nil]
private let trunk10 = grown(small, [addOne], 11)
private let trunk1000 = grown(small, [addOne], 1000)
private let trunk100000 = grown(small, [addOne], 100_001)

private func keyName(_ index: Int) -> Text {
  let digits = Text(index)
  return "key" + (index < 10 ? "00" : index < 100 ? "0" : "") + digits
}

private func add(_ value: Value, to node: NodeID, of tree: inout CombineTree) {
  guard (try? tree.add(value, to: node)) != nil else { preconditionFailure("a benchmark failed") }
}

private func grown(_ root: Value, _ values: [Value], _ count: Int) -> CombineTree {
  var tree = CombineTree(root: root, combiner: combiner)
  for index in 0..<count { add(values[index % values.count], to: index, of: &tree) }
  return tree
}

private func grownWide(_ keys: Int, _ count: Int) -> CombineTree {
  var root = Object()
  var values: [Value] = []
  for index in 0..<keys {
    root[keyName(index)] = .number(index)
    values.append(.object(Object([(keyName(index), 1)])))
  }
  return grown(.object(root), values, count)
}

private func branches(_ trunk: CombineTree, at node: NodeID, _ count: Int) -> Int {
  var tree = trunk
  for _ in 0..<count { add(addOne, to: node, of: &tree) }
  return tree.tree.branchCount
}

private func forks(_ count: Int) -> Int {
  var nodes = 0
  for _ in 0..<count {
    var copy = trunk1000
    add(addOne, to: 1000, of: &copy)
    nodes += copy.tree.nodeCount
  }
  return nodes
}

private func registrations(_ count: Int) -> Int {
  var steps = 0
  for seed in 0..<count {
    var world = World(World.Settings(seed: UInt64(seed)))
    world.run()
    guard world.step == 8 * world.settings.clients else {
      preconditionFailure("a registration takes eight steps a client")
    }
    steps += world.step
  }
  return steps
}

/// A world in the midst of its registrations, one of whose parties has a long history.
private let world100000: World = {
  var world = World()
  world.run(atMost: 12)
  for _ in 0..<100_000 { world.receive(["handler": "log", "msg": "x"], party: 1, branch: 1) }
  return world
}()

private func worldForks(_ count: Int) -> Int {
  var steps = 0
  for _ in 0..<count {
    var copy = world100000
    guard copy.advance() else { preconditionFailure("nothing happens in the fork") }
    steps += copy.step
  }
  return steps
}

/// A relay's party with two verified connections, on branches 1 and 2.
private let router: Party = {
  var party = Party.server(suite: .classic, retention: 1_000, keepsEnvelopes: false)
  let long = (0..<250).reduce(Text()) { text, _ in text + "0" }  // serves as key and as box
  let clearText: Text = "{\"t1\":0,\"t2\":0,\"dt\":0}"
  let settings = Party.settings(
    isServer: true, publicKeyPem: long, publicKeySig: "relay", privateKey: 0,
    deadlineMilliseconds: 5_000)
  for (index, name) in [sender, recipient].enumerated() {
    guard let branch = try? party.open(settings, at: Moment()) else {
      preconditionFailure("a branch can be opened")
    }
    let proof: Value = [
      "handler": "register3", "clearText": .string(clearText), "cypherText": .string(long),
      "publicKeySig": .string(name), "publicKey": .string(long),
    ]
    _ = party.receive(Party.accept(socket: .number(index)), on: branch, at: Moment())
    _ = party.receive(["handler": "opened"], on: branch, at: Moment())
    let asked = party.receive(proof, on: branch, at: Moment())
    guard let request = asked.effects.first?.id else { preconditionFailure("nothing is asked") }
    let answer: Value = [
      "handler": "unsealed", "request": request, "clearText": .string(clearText),
      "publicKeySig": .string(name),
    ]
    _ = party.receive(answer, on: branch, at: Moment())
  }
  return party
}()

/// What a relay does with an envelope between its sockets: read, check, add, pass on, add, print.
private func route(_ count: Int) -> Int {
  var party = router
  // A relay keeps one reader; the browser's core is no relay and has none to keep.
  #if !arch(wasm32)
    var reader = Wire.makeReader()
  #endif
  var length = 0
  envelope.withUnsafeBufferPointer { frame in
    for index in 0..<count {
      let moment = Moment(timeMilliseconds: Int64(index))
      #if arch(wasm32)
        let reaction = party.receive(frame: frame, on: 1, at: moment)
      #else
        let reaction = party.receive(frame: frame, on: 1, at: moment, with: &reader)
      #endif
      guard reaction.effects.count == 1, case .send(_, let message) = reaction.effects[0].effect
      else { preconditionFailure("an envelope is not passed on") }
      JSON.withPrinted(message) { length += $0.count }
    }
  }
  return length
}

private func parse(_ document: [UInt8], _ count: Int) -> Int {
  var parsed = 0
  for _ in 0..<count {
    if let value = try? JSON.parse(document) { parsed += value.object?.count ?? 0 }
  }
  return parsed
}

private func printMixed(_ count: Int) -> Int {
  guard let value = try? JSON.parse(mixed) else { return 0 }
  var length = 0
  for _ in 0..<count {
    var out: [UInt8] = []
    JSON.append(value, to: &out)
    length += out.count
  }
  return length
}

private let mixed: [UInt8] = {
  var text: Text = "{"
  for index in 0..<24 {
    let number = Text(index)
    text = text + "\"field" + (index < 10 ? "0" : "") + number + "\":{\"id\":" + Text(index * 7919)
    text = text + ",\"name\":\"name of thing " + number + "\",\"on\":true,\"price\":" + number
    text = text + ".25,\"tags\":[\"red\",\"green\",\"a longer tag with text\"],\"note\":null},"
  }
  text = text + "\"last\":[1,2,3,0.1,2.5e-7,1e+22,123456789]}"
  return text.withUTF8 { Array($0) }
}()

private let sender: Text = "kA3xJ0mVtq7bYw5cLd9RfZs2HnPeUg8iXoTy1BvMaQE"
private let recipient: Text = "Qz8LwVn4KfTb6YxGm2RjDs9HcPuEo3aXi7WtZy5BvNM"

private let envelope: [UInt8] = {
  var text: Text = "{\"handler\":\"deliverEnvelop\",\"from\":\"" + sender
  text = text + "\",\"to\":\"" + recipient + "\",\"box\":\""
  for _ in 0..<16 { text = text + "0123456789abcdef" }
  return (text + "\"}").withUTF8 { Array($0) }
}()
