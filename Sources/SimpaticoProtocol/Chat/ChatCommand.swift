public import SimpaticoTree

/// What a person wants of a client, as messages for its branches.
public enum ChatCommand {
  // MARK: For the home

  /// Connect, and stay connected.
  public static func start(_ url: Text) -> Value {
    ["handler": "start", "websocketURL": .string(url)]
  }

  /// Disconnect, and stay so.
  public static let stop: Value = ["handler": "stop"]

  /// The network has changed, or the machine has woken.
  public static let wake: Value = ["handler": "wake"]

  /// Be called otherwise by those who are met from now on.
  public static func rename(_ name: Text) -> Value {
    ["handler": "rename", "name": .string(name)]
  }

  /// Make an invitation.
  ///
  /// - Parameters:
  ///   - note: for oneself, whom it is for; at most 256 characters. It becomes the contact's notes.
  ///   - channel: how the link is handed on; at most 64 characters.
  ///   - expiresInMilliseconds: from a second to a year; nil is a week.
  public static func invite(
    note: Text = "", channel: Text = "", expiresInMilliseconds: Int? = nil
  ) -> Value {
    var fields: Object = [
      "handler": "invite", ChatField.note: .string(note), ChatField.channel: .string(channel),
    ]
    fields[ChatField.expiresInMilliseconds] = expiresInMilliseconds.map { .number(Double($0)) }
    return .object(fields)
  }

  /// Follow a link whose secret is in the vault, under `secretName(ofGuest:of:)`.
  public static func accept(host: Text, invitation: Text, note: Text = "") -> Value {
    [
      "handler": "accept", "host": .string(host), "invitation": .string(invitation),
      "secretName": .string(secretName(ofGuest: invitation, of: host)),
      "note": .string(note),
    ]
  }

  /// Where the vault of a guest keeps the secret of a link. The id is the host's own choice, so the
  /// name has the host in it: no link reaches the secret of another host's.
  public static func secretName(ofGuest invitation: Text, of host: Text) -> Text {
    "guest-" + host + "-" + invitation
  }

  // MARK: For a conversation

  /// Send a text.
  public static func write(_ text: Text) -> Value { ["handler": "write", "text": .string(text)] }

  /// Say that all has been read so far.
  public static let read: Value = ["handler": "read"]

  /// Try a failed message again.
  public static func retry(place: Text) -> Value {
    ["handler": "retry", "place": .string(place)]
  }

  /// Change the contact's name or notes; nil leaves what is there.
  public static func annotate(name: Text? = nil, notes: Text? = nil) -> Value {
    var fields: Object = ["handler": "annotate"]
    fields[ChatField.name] = name.map(Value.string)
    fields[ChatField.notes] = notes.map(Value.string)
    return .object(fields)
  }

  /// Have nothing to do with the contact.
  public static let block: Value = ["handler": "block"]
  /// Take that back.
  public static let unblock: Value = ["handler": "unblock"]
  /// Delete one message here, whoever wrote it. An own one that has not arrived is sent no more;
  /// the contact learns nothing.
  public static func deleteMessage(place: Text) -> Value {
    ["handler": "deleteMessage", "place": .string(place)]
  }
  /// Forget the contact and what was said.
  public static let remove: Value = ["handler": "remove"]

  // MARK: For an invitation

  /// The host takes it back.
  public static let revoke: Value = ["handler": "revoke"]
  /// The guest gives up.
  public static let cancel: Value = ["handler": "cancel"]
  /// The guest asks again, now.
  public static let seek: Value = ["handler": "seek"]

  // MARK: For all lasting branches

  /// Go on after a restart.
  public static func resume(privateKey: Value) -> Value {
    .object(["handler": "resume", Field.privateKey: privateKey])
  }
}

extension Party {
  /// What the person's own branch begins with; it is a client's first branch.
  ///
  /// - Parameters:
  ///   - name: how the person is called, which is told to those that an invitation brings together;
  ///     at most 64 characters, and it may be empty.
  ///   - deadlineMilliseconds: how long a registration may take.
  ///   - keepAliveMilliseconds: quiet time after which a sign of life is asked for; 0 for never.
  ///   - maximumCharacters: what one message to the relay may be long.
  public static func home(
    publicKeyPem: Text, publicKeySig: Text, privateKey: Value, name: Text = "",
    deadlineMilliseconds: Int = 10_000, keepAliveMilliseconds: Int = 25_000,
    maximumCharacters: Int = Wire.defaultMaximumCharacters
  ) -> Value {
    .object([
      ChatField.kind: Kind.home.value, Field.publicKeyPem: .string(publicKeyPem),
      Field.publicKeySig: .string(publicKeySig), Field.privateKey: privateKey,
      ChatField.name: .string(name), Field.deadlineMilliseconds: .number(deadlineMilliseconds),
      ChatField.keepAliveMilliseconds: .number(keepAliveMilliseconds),
      ChatField.maximumCharacters: .number(maximumCharacters),
      ChatField.maximumTextBytes: .number(Party.maximumTextBytes(maximumCharacters)),
      ChatField.session: .string(SessionPhase.stopped.name),
    ])
  }

  /// The bytes of a text, as JSON spells it, that fit into one envelope of the classic suite.
  ///
  /// The box is in hexadecimal, and holds an initialisation vector and padding beside the message;
  /// what surrounds text and box takes less than 200 characters each.
  public static func maximumTextBytes(_ maximumCharacters: Int) -> Int {
    let box = max(0, maximumCharacters - 200) / 2
    return max(1, (box / 16 - 1) * 16 - 1 - 200)
  }

  /// Whether a branch lasts longer than the process, so that its nodes belong into a journal.
  public static func isLasting(_ residue: Value) -> Bool { Kind(of: residue) != nil }
}
