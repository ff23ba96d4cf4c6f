import SimpaticoTree
import Testing

@testable import SimpaticoProtocol

@Suite struct Roles {
  /// Where each node stands, and what it came to.
  private func nodes(_ party: Party) -> [Value] {
    var nodes: [Value] = []
    party.tree.tree.forEachNode { id, node in
      nodes.append([
        "node": .number(id), "parent": .number(node.parent ?? -1), "branch": .number(node.branch),
        "value": node.input.value, "residue": node.residue,
      ])
    }
    return nodes
  }

  @Test func aPartyOfASharedRoleEqualsOneBuiltFromItsHandlers() {
    let shared = Party.client(suite: .symbolic, name: "alice")
    let built = Party(
      name: "alice", handlers: shared.tree.combiner.library.handlers, wire: shared.wire)
    #expect(nodes(shared) == nodes(built))
    #expect(shared.base == built.base && shared.tree.summary == built.tree.summary)
  }

  @Test func partiesOfOneRoleDoNotSeeEachOthersBranches() throws {
    let untouched = Party.server(suite: .symbolic)
    var busy = untouched
    _ = try busy.open(["server": true], at: Moment())
    #expect(untouched.tree.tree.branchCount == 1 && busy.tree.tree.branchCount == 2)
    #expect(nodes(untouched) == nodes(Party.server(suite: .symbolic)))
  }
}
