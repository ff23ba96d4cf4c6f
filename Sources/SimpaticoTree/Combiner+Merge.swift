extension Combiner {
  /// One combine under way: where it happens, what it has set off so far, and whether what is being
  /// merged is a handler's outcome or the input itself.
  struct Run {
    let place: Place
    var trace: Trace
    var isOutcome = false
  }

  /// Merges in place; nil stands for an absent field, both ways. Storage that nobody else holds is
  /// reused.
  func merge(
    into left: inout Value?, _ right: Value, _ run: inout Run, depth: Int
  ) throws(CombineError) {
    if depth > depthLimit { throw .tooDeep }
    // Nothing here may hold on to `left` while it is changed, or it would be copied instead.
    switch (left?.kind ?? .null, right.kind) {
    case (_, .delete): left = nil
    case (.null, _), (.delete, _): left = try withoutDeletes(right, depth: depth)
    case (let kind, .null): left = try zero(of: kind, left)
    case (.array, _): try append(right, to: &left, depth: depth)
    case (.object, .object):
      if let name = right["handler"]?.string, let table = left?["handlers"]?.object {
        try dispatch(on: &left, name, in: table, right, &run, depth: depth)
      } else {
        try mergeFields(into: &left, right.object ?? Object(), &run, depth: depth)
      }
    default: left = try scalar(left ?? .null, right, depth: depth)
    }
  }

  private func append(
    _ right: Value, to left: inout Value?, depth: Int
  ) throws(CombineError) {
    // The elements of an array stand one level below it; what is appended becomes one of them.
    let added = try withoutDeletes(right, depth: right.kind == .array ? depth : depth + 1)
    guard case .array(var elements)? = left?.storage else { return }
    left = nil  // so that `elements` is held once and grows in place
    if case .array(let others) = added.storage {
      elements.append(contentsOf: others)
    } else {
      elements.append(added)
    }
    left = .array(elements)
  }

  private func mergeFields(
    into left: inout Value?, _ fields: Object, _ run: inout Run, depth: Int
  ) throws(CombineError) {
    guard case .object(var object)? = left?.storage else { return }
    left = nil  // so that `object` is held once and is changed in place
    defer { left = .object(object) }
    try fields.forEach { (key, value) throws(CombineError) in
      do throws(CombineError) {
        try object.edit(key) { (slot) throws(CombineError) in
          try merge(into: &slot, value, &run, depth: depth + 1)
        }
      } catch {
        throw error.prefixed(key)
      }
    }
  }

  private func dispatch(
    on left: inout Value?, _ name: Text, in table: Object, _ message: Value,
    _ run: inout Run, depth: Int
  ) throws(CombineError) {
    guard let reference = table[name]?.handlerName else { throw .unknownHandler(name) }
    guard let handler = library[reference] else { throw .missingHandler(reference) }
    if run.trace.invocations >= cascadeLimit { throw .cascadeTooLong(handler: name) }
    let context = HandlerContext(
      moment: run.place.moment, node: run.place.node, branch: run.place.branch,
      summary: run.place.summary, invocation: run.trace.invocations)
    if run.isOutcome { run.trace.cascade.append(message) }
    run.trace.invocations += 1
    if let failures = handler.pattern?.failures(of: message) {
      throw .refused(handler: name, .pattern(failures: failures))
    }
    let outcomes: [Outcome]
    do throws(Refusal) {
      outcomes = try handler.run(left ?? .null, message, context)
    } catch {
      throw .refused(handler: name, error)
    }
    let wasOutcome = run.isOutcome
    run.isOutcome = true
    for outcome in outcomes {
      switch outcome {
      case .combine(let value): try merge(into: &left, value, &run, depth: depth)
      case .effect(let effect): run.trace.effects.append(effect)
      case .post(let branch, let posted): run.trace.posts.append((branch, posted))
      }
    }
    run.isOutcome = wasOutcome
  }

  private func zero(of kind: Value.Kind, _ left: Value?) throws(CombineError) -> Value {
    switch kind {
    case .null, .delete: return .null
    case .bool: return .bool(!(left?.bool ?? false))
    case .number: return .number(0)
    case .string: return .string("")
    case .array: return .array([])
    case .object: return .object(Object())
    case .handler: throw .mismatch(path: "", left: .handler, right: .null)
    }
  }

  private func scalar(
    _ left: Value, _ right: Value, depth: Int
  ) throws(CombineError) -> Value? {
    if let rules, let result = rules(left, right) {
      if result.isDelete { return nil }
      return try withoutDeletes(result, depth: depth)
    }
    switch (left.storage, right.storage) {
    case (.number(let a), .number(let b)):
      if !(a + b).isFinite { throw .notFinite(path: "") }
      return .number(a + b)
    case (.bool, .bool), (.handler, .handler): return right
    case (.smallText, .smallText), (.smallText, .largeText), (.largeText, .smallText),
      (.largeText, .largeText):
      return right
    default: throw .mismatch(path: "", left: left.kind, right: right.kind)
    }
  }

  /// A value that comes where there was none brings no markers along: there is nothing for them to
  /// remove.
  private func withoutDeletes(_ value: Value, depth: Int) throws(CombineError) -> Value {
    try holdsDelete(value, depth: depth) ? withoutMarkers(value) : value
  }

  /// A value as the residue of a tree that begins with it. Linear.
  func withoutMarkers(_ value: Value) -> Value { cleaned(value) ?? .null }

  /// Looks at every part, also after the first marker, because the depth of all of them counts.
  private func holdsDelete(_ value: Value, depth: Int) throws(CombineError) -> Bool {
    if depth > depthLimit { throw .tooDeep }
    var found = false
    switch value.storage {
    case .delete: return true
    case .array(let elements):
      try elements.forEach { (element) throws(CombineError) in
        if try holdsDelete(element, depth: depth + 1) { found = true }
      }
    case .object(let fields):
      try fields.forEach { (_, field) throws(CombineError) in
        if try holdsDelete(field, depth: depth + 1) { found = true }
      }
    default: break
    }
    return found
  }

  private func cleaned(_ value: Value) -> Value? {
    switch value.storage {
    case .delete: return nil
    case .array(let elements):
      var kept = Vector<Value>()
      elements.forEach { element in
        if let element = cleaned(element) { kept.append(element) }
      }
      return .array(kept)
    case .object(let fields):
      var kept = Object()
      fields.forEach { key, field in kept[key] = cleaned(field) }
      return .object(kept)
    default: return value
    }
  }
}
