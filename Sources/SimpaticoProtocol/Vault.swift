public import SimpaticoTree

/// The secrets of a process, by names that may stand in residues, as the secrets themselves never
/// do.
///
/// A host keeps one for its party. It puts a secret into a text just before that is sealed, and
/// takes it out again as soon as a box is open, so no handler, no node and no export ever holds it.
public struct Vault: Sendable {
  private var secrets = Object()

  /// A vault without secrets.
  public init() {}

  /// Keeps a secret, in place of the one of that name.
  public mutating func keep(_ secret: Text, as name: Text) { secrets[name] = .string(secret) }

  /// The secret of a name, for the link that its owner hands on.
  public func secret(_ name: Text) -> Text? { secrets[name]?.string }

  /// Forgets a secret, if there is one of that name.
  public mutating func forget(_ name: Text) { secrets[name] = nil }

  /// Whether two secrets are there and equal; the time that it takes tells nothing of what they
  /// hold.
  public func areEqual(_ left: Text, _ right: Text) -> Bool {
    guard let right = secret(right) else { return false }
    return holds(right, as: left)
  }

  /// Whether the secret of a name is there and is this one; the time that it takes tells nothing of
  /// what it is.
  public func holds(_ candidate: Text, as name: Text) -> Bool {
    guard let secret = secret(name) else { return false }
    return secret.withUTF8 { one in
      candidate.withUTF8 { other in
        guard one.count == other.count else { return false }
        var difference: UInt8 = 0
        for index in one.indices { difference |= one[index] ^ other[index] }
        return difference == 0
      }
    }
  }

  /// A clear text, which is a JSON object, with a secret in it; nil where there is no such secret
  /// or the text is none.
  public func putting(_ name: Text, into clearText: Text) -> Text? {
    guard let secret = secret(name), var content = (try? JSON.parse(clearText))?.object else {
      return nil
    }
    content[SealedName.secret] = .string(secret)
    return JSON.print(.object(content))
  }

  /// Keeps the secret that an opened text holds, under a name, and answers the text without it; nil
  /// where it holds none.
  public mutating func taking(_ name: Text, outOf clearText: Text) -> Text? {
    guard Vault.mayHoldSecret(clearText), var content = (try? JSON.parse(clearText))?.object,
      let secret = content[SealedName.secret]?.string
    else { return nil }
    content[SealedName.secret] = nil
    keep(secret, as: name)
    return JSON.print(.object(content))
  }

  /// The name for a secret that the result of a request brings.
  public static func name(of request: EffectRequest) -> Text { "box-" + JSON.print(request.id) }

  /// Most texts hold none, and are not parsed for it: one that does spells the word. An escaped
  /// spelling is no peer's of ours, and what it hides is then no secret of ours either.
  private static func mayHoldSecret(_ text: Text) -> Bool {
    text.withUTF8 { bytes in
      SealedName.secret.withUTF8 { word in
        guard bytes.count >= word.count else { return false }
        for start in 0...(bytes.count - word.count) where bytes[start] == word[0] {
          if (0..<word.count).allSatisfy({ bytes[start + $0] == word[$0] }) { return true }
        }
        return false
      }
    }
  }
}
