import SimpaticoProtocol
public import SimpaticoTree

extension Universe {
  /// All that has happened, as the lab opens it: the trees of all parties, and what went over the
  /// network between them.
  ///
  /// The lab needs none of the parties' handlers to show it: any protocol's universes can be looked
  /// at there. Linear in the history.
  public func recording(named name: Text) -> Value {
    var trees = Vector<Value>()
    for (index, party) in world.parties.enumerated() {
      trees.append([
        "name": .string(party.name), "role": index == 0 ? "server" : "client",
        "transcript": Transcript.write(party.tree),
      ])
    }
    var messages = Vector<Value>()
    for index in 0..<newest.timeline.messageCount {
      messages.append(RecordedMessage.form(of: newest.timeline.message(index), in: world))
    }
    return [
      "simpatico": "recording", "version": 1, "name": .string(name), "trees": .array(trees),
      "messages": .array(messages),
    ]
  }
}
