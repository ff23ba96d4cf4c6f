import SimpaticoTree

/// What of the relay's tree may be looked at: how everything went, and nothing of what was said, by
/// whom, or with which key.
///
/// A text is told only where its field is known to hold a word of the protocol. Fingerprints become
/// short names that are the same within a run and stand for nothing outside of it; keys, boxes and
/// all other texts become their kind and their length.
struct Redaction: Sendable {
  let tags: SaltedTags

  /// An entry of a transcript that may be shown.
  func shown(_ entry: Transcript.Entry) -> Transcript.Entry {
    var entry = entry
    entry.value = shown(entry.value)
    entry.change = shown(entry.change)
    entry.cascade = entry.cascade.map { shown($0) }
    entry.effects = entry.effects.map { shown($0) }
    return entry
  }

  /// A value that may be shown. Linear.
  func shown(_ value: Value) -> Value { shown(value, as: .other) }

  /// What the texts of a field are.
  private enum Sense {
    /// Words of the protocol, or this relay's own sentences.
    case word
    /// What the other side said.
    case foreign
    case fingerprint
    case publicKey
    case box
    case other
  }

  private func shown(_ value: Value, as sense: Sense) -> Value {
    switch value.content {
    case .string(let text): .string(shown(text, as: sense))
    case .array(let elements):
      .array(elements.elements.map { shown($0, as: sense) })
    case .object(let fields): .object(shown(fields, as: sense))
    case .null, .bool, .number, .delete, .handler: value
    }
  }

  private func shown(_ fields: Object, as sense: Sense) -> Object {
    var result = Object()
    // With a close code comes a reason that the other side may have given.
    let isClose = sense == .foreign || fields["code"] != nil
    fields.forEach { key, field in
      result[key] = shown(field, as: isClose && key == "reason" ? .foreign : Self.sense(of: key))
    }
    return result
  }

  private func shown(_ text: Text, as sense: Sense) -> Text {
    switch sense {
    case .word: text.count <= 200 ? text : "(" + Text(text.count) + " bytes)"
    case .fingerprint where !text.hasPrefix("-----"):
      Text("key " + text.withUTF8 { tags.tag($0) })
    case .publicKey, .fingerprint: "(public key)"
    case .box: "(box, " + Text(text.count) + " bytes)"
    case .foreign, .other: text.isEmpty ? text : "(text, " + Text(text.count) + " bytes)"
    }
  }

  private static func sense(of key: Text) -> Sense { senses[key.description] ?? .other }

  private static let senses: [String: Sense] = [
    "handler": .word, "connection": .word, "registration": .word, "state2": .word, "name": .word,
    "cap": .word, "effect": .word, "reason": .word, "refusal": .word, "closing": .foreign,
    "publicKeySig": .fingerprint, "from": .fingerprint, "to": .fingerprint,
    "publicKeyPem": .publicKey, "publicKey": .publicKey, "fromPublicKeyPem": .publicKey,
    "box": .box, "cypherText": .box,
  ]
}
