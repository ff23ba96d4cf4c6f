import Testing

@testable import SimpaticoTree

/// What a journal holds reads back as it was, whatever it is.
@Suite struct ExactForm {
  private static let odd: [Value] = [
    .number(.infinity), .number(-.infinity), .number(-0.0), .delete, .handler("script"),
    .handler("a name of more than fourteen bytes"), "_Symbol_DeleteProperty", "_delete", [:], [],
  ]

  private static func value(_ random: inout CaseRandom) -> Value {
    .object([
      "a": random.plain(depth: 4).value, "b": random.pick(odd), "handlers": ["x": random.pick(odd)],
      "c": [random.pick(odd), ["d": random.pick(odd), "_d": 1]],
    ])
  }

  @Test func nothingButHandlesIsLost() throws {
    Cases.holds(500) { random in
      let value = Self.value(&random)
      let form = Exact.encode(value)
      let read = try JSON.parse(JSON.print(form))
      return firstDifference(
        differ("the form", read, form),
        differ("the value", Exact.decode(read), Exact.withoutHandles(value)),
        differ(
          "the handles", Plain(Exact.withoutHandles(value)), FlatFormRoundTrip.bare(value)))
    }
    #expect(Exact.decode(Exact.encode(.number(-0.0)))?.number?.sign == .minus)
    #expect(Exact.decode(Exact.encode(.number(.nan)))?.number?.isNaN == true)
  }

  @Test func everyMarkIsOneForm() {
    #expect(Exact.encode(.delete) == ["_delete": true])
    #expect(Exact.encode(.handler("a")) == ["_handler": "a"])
    #expect(Exact.encode(.number(.infinity)) == ["_bits": "7ff0000000000000"])
    #expect(Exact.decode(["a": [["_handler": "b"]]]) == ["a": [.handler("b")]])
    #expect(Exact.decode(["_bits": "400921fb54442d18"]) == .number(.pi))
  }

  @Test func whatIsNoFormIsRefused() {
    let none: [Value] = [
      ["_delete": false], ["_delete": true, "a": 1], ["_handler": 1], ["_h": 1], ["_bits": 1],
      ["_bits": "7FF0000000000000"], ["_bits": "7ff000000000000"], ["_bits": "7ff000000000000g"],
      .delete, .handler("a"),
    ]
    for form in none {
      #expect(Exact.decode(form) == nil, "\(form)")
      #expect(Exact.decode([1, ["a": form]]) == nil, "\(form)")
    }
  }

  @Test func everyIntegerOfAMomentReadsBack() {
    let edges: [UInt64] = [
      0, 1, 1 << 53 - 1, 1 << 53, 1 << 53 + 1, 1 << 63 - 1, 1 << 63, .max, .max - 1 << 53,
    ]
    for word in edges {
      let moment = Moment(timeMilliseconds: Int64(bitPattern: word), random: word)
      let entry = JournalEntry(
        node: 3, parent: 1, branch: 1, branchCount: 2, moment: moment, value: .null)
      #expect(JournalEntry(encoded: entry.encoded) == entry)
    }
    let first = JournalEntry(
      node: 3, parent: 1, branch: 1, branchCount: 2,
      moment: Moment(timeMilliseconds: 1, random: .max), value: ["n": 1, "_h": 1])
    #expect(
      JSON.print(first.encoded)
        == """
        {"branch":1,"branches":2,"node":3,"parent":1,"random":"ffffffffffffffff",\
        "time":1,"value":{"n":1}}
        """)
  }

  @Test func otherIntegersAreRefused() {
    let odd: [Value] = [-1, 0.5, 9.1e15, 1e300, .null, "", "1", .number(.nan), .number(-.infinity)]
    for form in odd { #expect(Exact.integer(form) == nil, "\(form)") }
    #expect(Exact.integer(nil) == nil)
    for form in odd.dropFirst() {
      #expect(Moment(encodedIn: ["time": form, "random": 1]) == nil, "\(form)")
    }
    #expect(Moment(encodedIn: ["time": 1]) == nil)
    #expect(Moment(encodedIn: ["random": 1]) == nil)
    #expect(Moment(encodedIn: ["time": -1, "random": 1])?.timeMilliseconds == -1)
  }
}
