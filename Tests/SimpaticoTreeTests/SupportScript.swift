@testable import SimpaticoTree

/// A handler that does what its message says, written twice: for the library and for the model.
///
/// `{handler: "script", do: [step, …]}`, where a step is `{merge: value}`, `{effect: value}`,
/// `{post: branch, message: value}`, `{context: key}` (merges what the handler is told under the
/// key), `{count: key}` (merges the number of the residue's fields) or `{refuse: reason}`.
/// `{handler: "single", do: …}` wants the first outcome only.
enum Script {
  static let library = HandlerLibrary([
    Handler("script", run: run), Handler("quiet") { (_, _, _) throws(Refusal) in [] },
    .single("single") { (residue, message, context) throws(Refusal) in
      try run(residue, message, context).first ?? .combine([:])
    },
  ])

  static let plain = PlainCombiner(handlers: [
    "script": runPlain, "quiet": { _, _, _ in [] },
    "single": { (residue, message, run) throws(Refusal) in
      [try runPlain(residue, message, run).first ?? .combine(.object([:]))]
    },
  ])

  /// A table with an alias, and with a name that the library does not have.
  static let table: Plain = .object([
    "script": .handler("script"), "alias": .handler("script"), "quiet": .handler("quiet"),
    "single": .handler("single"),
    "ghost": .handler("absent"), "broken": .string("script"),
  ])

  private static let run: Handler.Function = { (residue, message, context) throws(Refusal) in
    var outcomes: [Outcome] = []
    for step in message["do"]?.array?.elements ?? [] {
      if let reason = step["refuse"]?.string { throw .because(reason) }
      if let value = step["merge"] { outcomes.append(.combine(value)) }
      if let value = step["effect"] { outcomes.append(.effect(value)) }
      if let branch = step["post"]?.integer {
        outcomes.append(.post(to: branch, step["message"] ?? .null))
      }
      if let key = step["count"]?.string {
        outcomes.append(.combine(.object([key: .number(residue.object?.count ?? -1)])))
      }
      if let key = step["context"]?.string {
        let told: Value = [
          "node": .number(context.node), "branch": .number(context.branch),
          "time": .number(Int(context.moment.timeMilliseconds)),
          "random": .number(Int(context.moment.random)), "id": context.requestID(3),
          "summary": context.summary,
        ]
        outcomes.append(.combine(.object([key: told])))
        outcomes.append(.effect(["effect": "told", "id": context.requestID()]))
      }
    }
    return outcomes
  }

  private static let runPlain: PlainCombiner.Handler = {
    (residue, message, run) throws(Refusal) in
    var outcomes: [PlainOutcome] = []
    for step in message["do"]?.elements ?? [] {
      if let reason = step["refuse"]?.string { throw .because(Text(reason)) }
      if let value = step["merge"] { outcomes.append(.combine(value)) }
      if let value = step["effect"] { outcomes.append(.effect(value)) }
      if let branch = step["post"]?.number {
        outcomes.append(.post(Int(branch), step["message"] ?? .null))
      }
      if let key = step["count"]?.string {
        outcomes.append(.combine(.object([key: .number(Double(residue.fields?.count ?? -1))])))
      }
      if let key = step["context"]?.string {
        let id = Double((run.node * 64 + run.invocations) * 16)
        let told: [String: Plain] = [
          "node": .number(Double(run.node)), "branch": .number(Double(run.branch)),
          "time": .number(Double(run.moment.timeMilliseconds)),
          "random": .number(Double(run.moment.random)), "id": .number(id + 3),
          "summary": run.summary,
        ]
        outcomes.append(.combine(.object([key: .object(told)])))
        outcomes.append(.effect(.object(["effect": .string("told"), "id": .number(id)])))
      }
    }
    return outcomes
  }
}
