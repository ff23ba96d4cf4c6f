public import SimpaticoTree

extension Party {
  /// The relay's party: it accepts connections and keeps an index of those that are verified.
  ///
  /// - Parameters:
  ///   - maximumCharacters: the most UTF-16 code units of one message from the wire.
  ///   - retention: nodes of history that are kept; nil keeps all.
  ///   - keepsEnvelopes: whether the history holds the envelopes that were passed on. Where not, it
  ///     holds that one came and one went, and nothing that was in it.
  public static func server(
    suite: Suite, name: Text = "server", maximumCharacters: Int = Wire.defaultMaximumCharacters,
    retention: Int? = nil, keepsEnvelopes: Bool = true
  ) -> Party {
    Party(
      name: name, role: suite.server, wire: .ofServer(maximumCharacters: maximumCharacters),
      retention: retention, oblivion: keepsEnvelopes ? nil : EnvelopeOblivion())
  }

  /// One of several parties that are the relay together, each with connections of its own
  /// (docs/decisions/0009). It asks for `Effect.enrol` and `Effect.forward`; what other shards
  /// forward to it is for its ``directory``.
  ///
  /// - Parameters:
  ///   - shard: the number of this one; each has another.
  ///   - maximumCharacters: the most UTF-16 code units of one message from the wire.
  ///   - retention: nodes of history that are kept; nil keeps all.
  ///   - keepsEnvelopes: as a ``server(suite:name:maximumCharacters:retention:keepsEnvelopes:)``.
  public static func shard(
    _ shard: Int, suite: Suite, name: Text = "server",
    maximumCharacters: Int = Wire.defaultMaximumCharacters, retention: Int? = nil,
    keepsEnvelopes: Bool = true
  ) -> Party {
    var party = Party(
      name: name, role: suite.shard, wire: .ofServer(maximumCharacters: maximumCharacters),
      retention: retention, shard: shard, oblivion: keepsEnvelopes ? nil : EnvelopeOblivion())
    do throws(TreeError) {
      party.directory = try party.open(["directory": true], at: Moment())
    } catch {
      preconditionFailure("a branch can always be opened")
    }
    return party
  }

  /// A client's party: each of its connections is a branch.
  ///
  /// Without a home branch (`Party.home`) a connection registers and does nothing else.
  ///
  /// - Parameters:
  ///   - maximumCharacters: the most UTF-16 code units of one message from the wire.
  ///   - retention: nodes of history that are kept; nil keeps all.
  public static func client(
    suite: Suite, name: Text, maximumCharacters: Int = Wire.defaultMaximumCharacters,
    retention: Int? = nil
  ) -> Party {
    Party(
      name: name, role: suite.client,
      wire: Wire(
        accepting: [
          WireName.register2, WireName.register4, WireName.acceptEnvelop, WireName.returnEnvelop,
          WireName.invite4, WireName.pong,
        ], maximumCharacters: maximumCharacters), retention: retention)
  }

  /// What a connection's branch begins with.
  ///
  /// - Parameters:
  ///   - isServer: whether this is the server's end.
  ///   - publicKeyPem: the own public key, as the suite spells it.
  ///   - publicKeySig: the fingerprint of the own key.
  ///   - privateKey: the handle of the own key; the key itself stays with the host.
  ///   - deadlineMilliseconds: how long the registration may take, up to its verdict.
  public static func settings(
    isServer: Bool, publicKeyPem: Text, publicKeySig: Text, privateKey: Value,
    deadlineMilliseconds: Int
  ) -> Value {
    settingsForm.filled(
      .bool(isServer), .string(publicKeyPem), .string(publicKeySig), privateKey
    ).with(Field.deadlineMilliseconds, .number(deadlineMilliseconds))
  }

  private static let settingsForm: Form = [
    "server": nil, "publicKeyPem": nil, "publicKeySig": nil, "_privateKey": nil,
  ]

  /// The command that begins a client's connection.
  public static func connect(to url: Text) -> Value {
    ["handler": "connect", "websocketURL": .string(url)]
  }

  /// The message that hands an accepted socket to the server's branch.
  public static func accept(socket: Value) -> Value { ["handler": "connect", "_socket": socket] }

  /// The verified connections: fingerprint → branch. The newest proof of a key takes over.
  static let indexVerified: CombineTree.Summarize = { summary, change in
    // Most steps pass something on and leave the connection as it was.
    if change.isStill { return }
    let isVerified = Phases.isVerified(change.after)
    if isVerified == Phases.isVerified(change.before) { return }
    let holder = isVerified ? change.after : change.before
    guard let key = holder[Field.peer]?[Field.publicKeySig]?.string,
      var index = summary.object
    else { return }
    summary = .null  // so that the index is held once and is changed in place
    if isVerified {
      index[key] = .number(change.branch)
    } else if index[key]?.integer == change.branch {
      index[key] = nil
    }
    summary = .object(index)
  }
}

extension Wire {
  /// What clients may say to a server.
  fileprivate static func ofServer(maximumCharacters: Int) -> Wire {
    Wire(
      accepting: [
        WireName.register3, WireName.deliverEnvelop, WireName.invite3, WireName.ping,
      ], maximumCharacters: maximumCharacters)
  }
}
