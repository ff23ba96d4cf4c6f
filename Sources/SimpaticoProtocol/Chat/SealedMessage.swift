import SimpaticoTree

/// What clients seal for one another: the gate between an opened box and a tree.
///
/// Each message names the fingerprint that it is for, since a box of the classic suite opens at
/// both of its ends: what is reflected to its own sender is not for them. Names that become keys of
/// a residue are hexadecimal, so that none of them looks like a handle. And no field stands before
/// `handler` in canonical JSON: whoever flips bits in the first block of a box, which nothing
/// authenticates, changes the name, and the message is none any more.
enum SealedMessage {
  static let invite5 = Pattern(
    json: #"""
      {"handler":"invite5","to":["str","between",1,64],"invitation":["hex","between",1,64],\#
      "name":["optional","str","between",0,64]}
      """#)
  static let invite6 = Pattern(
    json: #"""
      {"handler":"invite6","to":["str","between",1,64],"invitation":["hex","between",1,64],\#
      "name":["optional","str","between",0,64],\#
      "state4":["str","pick",1,"VERIFIED","EXPIRED","USED","REVOKED","UNKNOWN"]}
      """#)
  static let message = Pattern(
    json: #"""
      {"handler":"message","to":["str","between",1,64],"stream":["hex","between",1,32],\#
      "n":["int","between",0,9007199254740991],"previous":["int","between",0,9007199254740991],\#
      "text":["str","between",1,65536],"time":["int","between",0,8640000000000000]}
      """#)
  static let receipt = Pattern(
    json: #"""
      {"handler":"receipt","to":["str","between",1,64],"stream":["hex","between",0,32],\#
      "received":["int","between",0,9007199254740991],\#
      "read":["int","between",0,9007199254740991],\#
      "hello":["optional","bool"],"missing":["optional","bool"]}
      """#)

  /// The pattern of a name, or nil where none of that name is taken out of a box.
  static func pattern(of name: Text) -> Pattern? {
    if name == SealedName.message { return message }
    if name == SealedName.receipt { return receipt }
    if name == SealedName.invite5 { return invite5 }
    if name == SealedName.invite6 { return invite6 }
    return nil
  }

  /// All names, for people.
  package static let names: [Text] = ["invite5", "invite6", "message", "receipt"]

  private static let limits = JSONLimits(maximumDepth: 8, maximumKeys: 32)

  /// A clear text as a message for the owner of a fingerprint, with the fields of its pattern and
  /// no others; nil where it is none.
  static func read(_ clearText: Text, for recipient: Value?) -> Object? {
    guard let value = try? JSON.parse(clearText, limits: limits),
      let name = value[WireName.handler]?.string, let pattern = pattern(of: name)
    else { return nil }
    let message = pattern.restricted(value)
    guard pattern.failures(of: message) == nil, message[SealedName.to] == recipient else {
      return nil
    }
    return message.object
  }
}
