extension Combiner {
  /// One combine under way: where it happens, what it has set off so far, and whether what is being
  /// merged is a handler's outcome or the input itself.
  struct Run {
    let place: Place
    var trace: Trace
    var isOutcome = false
    /// Whether anything was merged that is no message: where not, the residue is what it was.
    var isChange = false
  }

  /// Merges a whole value into another.
  @inline(__always)
  func merge(_ right: Value, into left: inout Value, _ run: inout Run) throws(CombineError) {
    // What is merged is passed by its place, so that it is retained only where it is kept.
    try withUnsafePointer(to: right) { (right) throws(CombineError) in
      _ = try merge(into: &left, right, &run, depth: 0)
    }
  }

  /// Merges in place. Storage that nobody else holds is reused. Answers whether the field is to be
  /// removed; it then holds null, as a field that is not there is taken for.
  func merge(
    into left: inout Value, _ right: UnsafePointer<Value>, _ run: inout Run, depth: Int
  ) throws(CombineError) -> Bool {
    if depth > depthLimit { throw .tooDeep }
    let (leftTag, rightTag) = (left.cell.tag, right.pointee.cell.tag)
    if rightTag == Cell.Tag.object, leftTag == Cell.Tag.object {
      return try mergeObjects(into: &left, right, &run, depth: depth)
    }
    run.isChange = true
    if rightTag == Cell.Tag.number, leftTag == Cell.Tag.number, rules == nil {
      try add(right.pointee.cell.word, to: &left)
      return false
    }
    if rightTag == Cell.Tag.delete {
      left = .null
      return true
    }
    if leftTag == Cell.Tag.null || leftTag == Cell.Tag.delete {
      left = try withoutDeletes(right, depth: depth)
    } else if rightTag == Cell.Tag.null {
      left = try zero(of: left)
    } else if leftTag == Cell.Tag.array {
      try append(right, to: &left, depth: depth)
    } else {
      return try mergeScalars(into: &left, right, depth: depth)
    }
    return false
  }

  private func mergeObjects(
    into left: inout Value, _ right: UnsafePointer<Value>, _ run: inout Run, depth: Int
  ) throws(CombineError) -> Bool {
    switch Combiner.addressee(of: right, in: left) {
    case .handler(let reference): return try dispatch(on: &left, reference, right, &run, depth)
    case .unknown(let name): throw .unknownHandler(name)
    case nil: break
    }
    guard let fields = right.pointee.objectNode else { return false }
    run.isChange = true
    var object = Object(root: left.takeObjectNode())
    defer { left = .object(object) }
    try fields.forEachField { (key, value) throws(CombineError) in
      do throws(CombineError) {
        try mergeField(of: &object, key.pointee, value, &run, depth: depth)
      } catch {
        throw error.prefixed(key.pointee)
      }
    }
    return false
  }

  @inline(__always)
  private func mergeField(
    of object: inout Object, _ key: Text, _ value: UnsafePointer<Value>, _ run: inout Run,
    depth: Int
  ) throws(CombineError) {
    if let slot = object.slot(of: key) {
      if try merge(into: &slot.pointee, value, &run, depth: depth &+ 1) {
        object.removeField(key)
      }
    } else if depth &+ 1 > depthLimit {
      throw .tooDeep
    } else if value.pointee.cell.tag != Cell.Tag.delete {
      object.insert(key, try withoutDeletes(value, depth: depth &+ 1))
    }
  }

  private func append(
    _ right: UnsafePointer<Value>, to left: inout Value, depth: Int
  ) throws(CombineError) {
    // The elements of an array stand one level below it; what is appended becomes one of them.
    let isArray = right.pointee.cell.tag == Cell.Tag.array
    let added = try withoutDeletes(right, depth: isArray ? depth : depth + 1)
    var elements = Vector(root: left.takeVectorNode())
    if isArray {
      elements.append(contentsOf: Vector(root: added.vectorNode))
    } else {
      elements.append(added)
    }
    left = .array(elements)
  }

  // MARK: Messages

  /// The two keys that make an object a message, and an object that can be sent one.
  private static var handlerKey: Text { Text(cell: .plain(0x6861_6E64_6C65_7200, 0, 0, 7)) }
  private static var handlersKey: Text { Text(cell: .plain(0x6861_6E64_6C65_7273, 0, 0, 8)) }

  /// Whom a message is for.
  private enum Addressee {
    case handler(Text)
    /// A name that is not in the residue's table.
    case unknown(Text)
  }

  /// Whom the right value is for, or nil where it is no message or the left one takes none.
  @inline(__always)
  private static func addressee(
    of right: UnsafePointer<Value>, in left: borrowing Value
  ) -> Addressee? {
    let key = handlerKey
    guard let fields = right.pointee.seenNode,
      fields._withUnsafeGuaranteedRef({ $0.mayHold(key) }),
      let name = right.pointee.place(of: key),
      name.pointee.cell.tag & Cell.Tag.kindMask == Cell.Tag.text,
      let table = left.place(of: handlersKey), table.pointee.cell.tag == Cell.Tag.object
    else { return nil }
    guard let reference = table.pointee.place(of: Text.at(name))?.pointee.handlerName else {
      return .unknown(Text.at(name).pointee)
    }
    return .handler(reference)
  }

  /// What a message calls its handler.
  private static func name(in message: UnsafePointer<Value>) -> Text {
    message.pointee[handlerKey]?.string ?? Text()
  }

  private func dispatch(
    on left: inout Value, _ reference: Text, _ message: UnsafePointer<Value>, _ run: inout Run,
    _ depth: Int
  ) throws(CombineError) -> Bool {
    guard let position = library.position(of: reference) else {
      throw .missingHandler(reference)
    }
    let invocation = run.trace.invocations
    if invocation >= cascadeLimit { throw .cascadeTooLong(handler: Combiner.name(in: message)) }
    if run.isOutcome { run.trace.add { $0.cascade.append(message.pointee) } }
    run.trace.invocations = invocation + 1
    var outcomes: [Outcome] = []
    let single: Outcome?
    do throws(Refusal) {
      single = try library.handlers[position].answer(
        left, message, HandlerContext(run.place, invocation: invocation), into: &outcomes)
    } catch {
      throw .refused(handler: Combiner.name(in: message), error)
    }
    let wasOutcome = run.isOutcome
    run.isOutcome = true
    defer { run.isOutcome = wasOutcome }
    var isRemoved = false
    if let single {
      try withUnsafePointer(to: single) { (outcome) throws(CombineError) in
        try apply(outcome, to: &left, &isRemoved, &run, depth: depth)
      }
    } else {
      try outcomes.withUnsafeBufferPointer { (outcomes) throws(CombineError) in
        guard let first = outcomes.baseAddress else { return }
        for index in outcomes.indices {
          try apply(first + index, to: &left, &isRemoved, &run, depth: depth)
        }
      }
    }
    return isRemoved
  }

  private func apply(
    _ outcome: UnsafePointer<Outcome>, to left: inout Value, _ isRemoved: inout Bool,
    _ run: inout Run, depth: Int
  ) throws(CombineError) {
    switch Outcome.see(outcome) {
    case .combine(let value): isRemoved = try merge(into: &left, value, &run, depth: depth)
    case .effect(let effect): run.trace.add { $0.effects.append(effect.pointee) }
    case .post(let branch, let posted):
      run.trace.add { $0.posts.append(Post(branch: branch, message: posted.pointee)) }
    }
  }

  // MARK: Scalars

  private func zero(of left: Value) throws(CombineError) -> Value {
    switch left.kind {
    case .null, .delete: return .null
    case .bool: return .bool(!(left.bool ?? false))
    case .number: return .number(0)
    case .string: return .string(Text())
    case .array: return .array(Vector())
    case .object: return .object(Object())
    case .handler: throw .mismatch(path: "", left: .handler, right: .null)
    }
  }

  /// Adds a number, given by its bits.
  @inline(__always)
  private func add(_ bits: UInt64, to left: inout Value) throws(CombineError) {
    let sum = Double(bitPattern: left.cell.word) + Double(bitPattern: bits)
    if !sum.isFinite { throw .notFinite(path: "") }
    left.cell.word = sum.bitPattern
  }

  private func mergeScalars(
    into left: inout Value, _ right: UnsafePointer<Value>, depth: Int
  ) throws(CombineError) -> Bool {
    if let rules, let result = rules(left, right.pointee) {
      left = result.isDelete ? .null : try withoutDeletes(result, depth: depth)
      return result.isDelete
    }
    switch (left.kind, right.pointee.kind) {
    case (.number, .number): try add(right.pointee.cell.word, to: &left)
    case (.bool, .bool), (.handler, .handler), (.string, .string): left = right.pointee
    case (let mine, let theirs): throw .mismatch(path: "", left: mine, right: theirs)
    }
    return false
  }

  // MARK: Markers

  /// A value that comes where there was none brings no markers along: there is nothing for them to
  /// remove.
  @inline(__always)
  private func withoutDeletes(
    _ value: UnsafePointer<Value>, depth: Int
  ) throws(CombineError) -> Value {
    switch value.pointee.cell.slot {
    case .plain: return value.pointee.isDelete ? .null : value.pointee
    case .shared: return try withoutDeletes(value.pointee, depth: depth)
    }
  }

  private func withoutDeletes(_ value: Value, depth: Int) throws(CombineError) -> Value {
    try holdsDelete(value, depth: depth) ? withoutMarkers(value) : value
  }

  /// A value as the residue of a tree that begins with it. Linear.
  func withoutMarkers(_ value: Value) -> Value { cleaned(value) ?? .null }

  /// Looks at every part, also after the first marker, because the depth of all of them counts.
  private func holdsDelete(_ value: Value, depth: Int) throws(CombineError) -> Bool {
    if depth > depthLimit { throw .tooDeep }
    var found = value.isDelete
    if let elements = value.array {
      try elements.forEach { (element) throws(CombineError) in
        if try holdsDelete(element, depth: depth + 1) { found = true }
      }
    } else if let fields = value.objectNode {
      try fields.forEachField { (_, field) throws(CombineError) in
        if try holdsDelete(field.pointee, depth: depth + 1) { found = true }
      }
    }
    return found
  }

  private func cleaned(_ value: Value) -> Value? {
    switch value.content {
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

extension Value {
  /// Moves the node of an object out, so that it can be changed in place; null stays behind.
  @inline(__always)
  mutating func takeObjectNode() -> ObjectNode? {
    take().map { unsafeDowncast($0, to: ObjectNode.self) }
  }

  /// Moves the node of an array out, as above.
  @inline(__always)
  mutating func takeVectorNode() -> VectorNode<Value>? {
    take().map { unsafeDowncast($0, to: VectorNode<Value>.self) }
  }

  @inline(__always)
  private mutating func take() -> AnyObject? {
    var taken = Cell.plain(0, 0, 0, Cell.Tag.null)
    swap(&taken, &cell)
    switch (consume taken).slot {
    case .shared(let node): return node
    case .plain: return nil
    }
  }
}
