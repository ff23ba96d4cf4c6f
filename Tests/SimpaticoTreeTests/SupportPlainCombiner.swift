@testable import SimpaticoTree

/// What the model's handlers want, in order.
enum PlainOutcome {
  case combine(Plain)
  case effect(Plain)
  case post(Int, Plain)
}

/// What the model's handlers are told, and what one combine collects.
struct PlainRun {
  var node = 0
  var branch = 0
  var moment = Moment()
  var summary: Plain = .null
  var invocations = 0
  var cascade: [Plain] = []
  var effects: [Plain] = []
  var posts: [Plain] = []
}

/// The laws of `combine`, as plainly as possible: it copies, it recurses, it shares nothing.
struct PlainCombiner: Sendable {
  typealias Handler = @Sendable (Plain, Plain, PlainRun) throws(Refusal) -> [PlainOutcome]

  var handlers: [String: Handler] = [:]
  var cascadeLimit = 64
  var depthLimit = 256

  func combine(_ left: Plain?, _ right: Plain?) throws(CombineError) -> Plain {
    var run = PlainRun()
    return try combine(left, right, &run)
  }

  func combine(
    _ left: Plain?, _ right: Plain?, _ run: inout PlainRun
  ) throws(CombineError) -> Plain {
    guard let right else { return left ?? .null }
    return try combine(left, right, [], false, &run) ?? .null
  }

  private func combine(
    _ left: Plain?, _ right: Plain, _ path: [String], _ isOutcome: Bool, _ run: inout PlainRun
  ) throws(CombineError) -> Plain? {
    if path.count > depthLimit { throw .tooDeep }
    switch (left ?? .null, right) {
    case (_, .delete): return nil
    case (.null, _), (.delete, _): return try settled(right, path.count)
    case (.bool(let flag), .null): return .bool(!flag)
    case (.number, .null): return .number(0)
    case (.string, .null): return .string("")
    case (.array, .null): return .array([])
    case (.object, .null): return .object([:])
    case (.array(let first), .array(let second)):
      var result = first
      for element in second {
        if let element = try settled(element, path.count + 1) { result.append(element) }
      }
      return .array(result)
    case (.array(let first), _):
      return .array(first + [try settled(right, path.count + 1) ?? .null])
    case (.object(let first), .object(let second)):
      if let name = second["handler"]?.string, let table = first["handlers"]?.fields {
        return try dispatch(.object(first), name, table, right, path, isOutcome, &run)
      }
      var result = first
      for key in sortedKeys(second) {
        result[key] = try combine(
          result[key], second[key] ?? .null, path + [key], isOutcome, &run)
      }
      return .object(result)
    case (.number(let first), .number(let second)):
      if !(first + second).isFinite { throw .notFinite(path: joined(path)) }
      return .number(first + second)
    case (.bool, .bool), (.string, .string), (.handler, .handler): return right
    default:
      throw .mismatch(path: joined(path), left: (left ?? .null).kind, right: right.kind)
    }
  }

  /// A value where there was none: without its markers, and not too deep.
  func settled(_ value: Plain, _ depth: Int) throws(CombineError) -> Plain? {
    if depth > depthLimit { throw .tooDeep }
    switch value {
    case .delete: return nil
    case .array(let elements):
      var kept: [Plain] = []
      for element in elements {
        if let element = try settled(element, depth + 1) { kept.append(element) }
      }
      return .array(kept)
    case .object(let fields):
      var kept: [String: Plain] = [:]
      for (key, field) in fields { kept[key] = try settled(field, depth + 1) }
      return .object(kept)
    default: return value
    }
  }

  private func dispatch(
    _ left: Plain, _ name: String, _ table: [String: Plain], _ message: Plain, _ path: [String],
    _ isOutcome: Bool, _ run: inout PlainRun
  ) throws(CombineError) -> Plain? {
    guard case .handler(let reference)? = table[name] else { throw .unknownHandler(Text(name)) }
    guard let handler = handlers[reference] else { throw .missingHandler(Text(reference)) }
    if run.invocations >= cascadeLimit { throw .cascadeTooLong(handler: Text(name)) }
    let outcomes: [PlainOutcome]
    do throws(Refusal) {
      outcomes = try handler(left, message, run)
    } catch {
      throw .refused(handler: Text(name), error)
    }
    run.invocations += 1
    if isOutcome { run.cascade.append(message) }
    var result: Plain? = left
    for outcome in outcomes {
      switch outcome {
      case .combine(let value): result = try combine(result, value, path, true, &run)
      case .effect(let effect): run.effects.append(effect)
      case .post(let branch, let posted):
        run.posts.append(.array([.number(Double(branch)), posted]))
      }
    }
    return result
  }

  private func joined(_ path: [String]) -> Text { Text(path.joined(separator: ".")) }
}
