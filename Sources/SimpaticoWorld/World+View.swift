import SimpaticoProtocol
public import SimpaticoTree

extension World {
  /// The whole world as the page draws it.
  public func view(number: Int = 0) -> Value {
    [
      "world": .number(number), "seed": .number(Double(settings.seed)),
      "clients": .number(settings.clients), "clock": .number(Double(clock)),
      "step": .number(step), "quiet": .bool(isQuiet), "digest": .string(digest),
      "next": events.first.map(describe) ?? .null, "handlers": handlers,
      "parties": .array(partyViews),
    ]
  }

  /// All handlers of all parties, once each, in order of registration.
  private var handlers: Value {
    var seen: [Text] = []
    for party in parties.prefix(2) {
      for handler in party.tree.combiner.library.handlers
      where !seen.contains(where: { $0 == handler.name }) { seen.append(handler.name) }
    }
    return .array(
      seen.map { ["name": .string($0), "colour": .number(Palette.index(of: $0))] })
  }

  private var partyViews: [Value] {
    let steps = stepsOfNodes
    return parties.indices.map { party($0, steps[$0]) }
  }

  private func party(_ index: Int, _ steps: [Int]) -> Value {
    let party = parties[index]
    var nodes = Vector<Value>()
    var branches = Vector<Value>()
    party.tree.tree.forEachNode { id, node in nodes.append(summary(of: node, id, step: steps[id])) }
    party.tree.tree.forEachBranch { id, branch in
      let residue = (try? party.tree.residue(of: branch.leaf)) ?? .null
      branches.append([
        "branch": .number(id), "leaf": .number(branch.leaf),
        "parent": branch.parent.map { .number($0) } ?? .null,
        "peer": .string(peer(of: residue, index)),
        "connection": residue[Field.connection] ?? "",
        "registration": residue[Field.registration] ?? "",
      ])
    }
    return [
      "name": .string(party.name), "role": index == 0 ? "server" : "client",
      "branches": .array(branches), "nodes": .array(nodes),
    ]
  }

  private func summary(
    of node: Stree<CombineTree.Entry, Value>.Node, _ id: NodeID, step: Int
  ) -> Value {
    let value = node.input.value
    let handler = NodeLabel.handler(of: value)
    let cascade = node.input.trace.cascade.map { NodeLabel.handler(of: $0) ?? "" }
    return [
      "node": .number(id), "parent": node.parent.map { .number($0) } ?? .null,
      "branch": .number(node.branch), "column": .number(node.depth),
      "label": .string(NodeLabel.text(of: value, isRoot: node.parent == nil)),
      "handler": handler.map { .string($0) } ?? .null,
      "colour": handler.map { .number(Palette.index(of: $0)) } ?? .null,
      "at": .number(Double(node.input.moment.timeMilliseconds)),
      "step": .number(step), "cascade": .array(cascade.map { .string($0) }),
      "effects": .number(node.input.trace.effects.count),
    ]
  }

  /// Who is at the other end of a branch's connection.
  func peer(of residue: Value, _ party: Int) -> Text {
    if residue[Field.connection] == nil { return "" }
    if party != 0 { return parties[0].name }
    guard let socket = residue[Field.socket]?.integer ?? closedSocket(of: residue) else {
      return ""
    }
    return (0..<socketLog.count).contains(socket)
      ? parties[socketLog[socket].client.party].name : ""
  }

  /// A closed branch has no handle any more, but its key says who it was.
  private func closedSocket(of residue: Value) -> Int? {
    let key = residue[Field.peer]?[Field.publicKeySig]?.string
    return (0..<socketLog.count).first {
      key == SymbolicCipher.fingerprint(socketLog[$0].client.party)
    }
  }

  private func describe(_ event: Event) -> Value {
    let (kind, party, text) = told(event)
    return [
      "at": .number(Double(event.at)), "kind": .string(kind), "party": .string(parties[party].name),
      "text": .string(text),
    ]
  }

  /// An event in words: its kind, the party that it reaches, and what it is.
  func told(_ event: Event) -> (kind: Text, party: Int, text: Text) {
    switch event.kind {
    case .begin(let client): ("begin", client + 1, "connect to the server")
    case .deed(let index): ("deed", settings.script.map { $0[index].client + 1 } ?? 0, told(index))
    case .arrival(let socket):
      ("arrival", 0, "connection from " + parties[socketLog[socket].client.party].name)
    case .frame(let socket, let end, let frame):
      (
        "message", owner(socket, end),
        World.handlerName(frame) + " from " + name(socket, end.other)
      )
    case .news(let socket, let end, let message):
      ("news", owner(socket, end), NodeLabel.text(of: message, isRoot: false))
    case .closing(let socket, let end, _, _, _):
      ("close", owner(socket, end), "close from " + name(socket, end.other))
    case .result(let party, _, let message):
      ("result", party, NodeLabel.text(of: message, isRoot: false))
    case .timer(let party, _, _): ("timer", party, "deadline")
    }
  }

  private func owner(_ socket: Int, _ end: SocketEnd) -> Int { socketLog[socket][end]?.party ?? 0 }

  private func name(_ socket: Int, _ end: SocketEnd) -> Text { parties[owner(socket, end)].name }

  static func handlerName(_ frame: Text) -> Text {
    (try? JSON.parse(frame))?[WireName.handler]?.string ?? "a frame"
  }
}
