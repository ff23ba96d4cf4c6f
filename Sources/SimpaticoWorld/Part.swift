import SimpaticoTree

/// The lazy form of a value: what stands at a place, and as much of what is below as is asked for.
///
/// `{"kind":"object","count":2,"entries":[{"key":"a","kind":"number","value":3},…],"offset":0,
/// "more":0}`. Handles are shown as such, long texts are cut.
struct Part {
  /// Levels below the value itself whose entries are told.
  var depth = 1
  /// The first entry that is told, of the outermost level.
  var offset = 0
  /// Entries of each level that are told.
  var limit = 100
  /// Bytes of a text that are told.
  var cut = 400

  /// A value as the page gets it.
  func of(_ value: Value) -> Value { .object(fields(value, depth, offset)) }

  private func fields(_ value: Value, _ depth: Int, _ offset: Int) -> Object {
    switch value.content {
    case .null: return ["kind": "null"]
    case .bool: return ["kind": "bool", "value": value]
    case .number: return ["kind": "number", "value": value]
    case .delete: return ["kind": "delete"]
    case .handler(let name): return ["kind": "handler", "value": .string(name)]
    case .string(let text): return self.text(text)
    case .array(let elements):
      var fields: Object = ["kind": "array", "count": .number(elements.count)]
      if depth == 0 { return fields }
      var entries = Vector<Value>()
      let end = min(elements.count, offset + limit)
      for index in stride(from: offset, to: end, by: 1) {
        var entry = self.fields(elements[index], depth - 1, 0)
        entry["key"] = .number(index)
        entries.append(.object(entry))
      }
      finish(&fields, entries, offset, elements.count)
      return fields
    case .object(let object):
      var fields: Object = ["kind": "object", "count": .number(object.count)]
      if depth == 0 { return fields }
      var entries = Vector<Value>()
      let end = min(object.count, offset + limit)
      for position in stride(from: offset, to: end, by: 1) {
        let (key, field) = object.field(at: position)
        var entry: Object =
          key.firstByte == UInt8(ascii: "_")
          ? ["kind": "handle"] : self.fields(field, depth - 1, 0)
        entry["key"] = .string(key)
        entries.append(.object(entry))
      }
      finish(&fields, entries, offset, object.count)
      return fields
    }
  }

  private func finish(
    _ fields: inout Object, _ entries: Vector<Value>, _ offset: Int, _ count: Int
  ) {
    fields["offset"] = .number(offset)
    fields["more"] = .number(max(0, count - offset - entries.count))
    fields["entries"] = .array(entries)
  }

  private func text(_ text: Text) -> Object {
    var fields: Object = ["kind": "string", "count": .number(text.count)]
    let shown = text.prefix(bytes: cut)
    fields["value"] = .string(shown)
    if shown.count < text.count { fields["isCut"] = true }
    return fields
  }
}

extension Text {
  /// The longest start that has at most so many bytes and ends between characters.
  func prefix(bytes limit: Int) -> Text {
    if count <= limit { return self }
    return withUTF8 { bytes in
      var end = limit
      while end > 0, bytes[end] & 0xC0 == 0x80 { end -= 1 }
      return Text(utf8: UnsafeBufferPointer(rebasing: bytes[..<end])) ?? Text()
    }
  }
}

extension Value {
  /// What stands at a path of keys and indices, or nil where there is nothing, or a handle.
  func at(_ path: [Value]) -> Value? {
    var place = self
    for step in path {
      if let key = step.string {
        guard key.firstByte != UInt8(ascii: "_"), let field = place[key] else { return nil }
        place = field
      } else if let index = step.small, let elements = place.array, index >= 0,
        index < elements.count
      {
        place = elements[index]
      } else {
        return nil
      }
    }
    return place
  }
}
