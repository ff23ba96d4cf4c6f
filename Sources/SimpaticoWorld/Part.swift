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
  func of(_ value: Value) -> Value { fields(value, depth, offset).value }

  private func fields(_ value: Value, _ depth: Int, _ offset: Int) -> Fields {
    var fields = Fields()
    let kind = Int(value.kind.rawValue)
    fields.put("kind", Words.word(kind, of: "null bool number string array object delete handler"))
    switch value.content {
    case .null, .delete: return fields
    case .bool, .number:
      fields.put("value", value: value)
      return fields
    case .handler(let name):
      fields.put("value", name)
      return fields
    case .string(let text):
      self.text(text, &fields)
      return fields
    case .array(let elements):
      fields.put("count", elements.count)
      if depth == 0 { return fields }
      var entries = Vector<Value>()
      let end = min(elements.count, offset + limit)
      for index in stride(from: offset, to: end, by: 1) {
        var entry = self.fields(elements[index], depth - 1, 0)
        entry.put("key", index)
        entries.append(entry.value)
      }
      finish(&fields, entries, offset, elements.count)
      return fields
    case .object(let object):
      fields.put("count", object.count)
      if depth == 0 { return fields }
      var entries = Vector<Value>()
      let end = min(object.count, offset + limit)
      for position in stride(from: offset, to: end, by: 1) {
        let (key, field) = object.field(at: position)
        var entry = Fields()
        if key.firstByte == UInt8(ascii: "_") {
          entry.put("kind", word: "handle")
        } else {
          entry = self.fields(field, depth - 1, 0)
        }
        entry.put("key", key)
        entries.append(entry.value)
      }
      finish(&fields, entries, offset, object.count)
      return fields
    }
  }

  private func finish(
    _ fields: inout Fields, _ entries: Vector<Value>, _ offset: Int, _ count: Int
  ) {
    fields.put("offset", offset)
    fields.put("more", max(0, count - offset - entries.count))
    fields.put("entries", entries)
  }

  private func text(_ text: Text, _ fields: inout Fields) {
    fields.put("count", text.count)
    let shown = text.prefix(bytes: cut)
    fields.put("value", shown)
    if shown.count < text.count { fields.put("isCut", true) }
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
