import SimpaticoTree

extension Scenario {
  /// A hostile relay, a hostile client, a stranger.
  static func hostility(_ index: Int) -> Scenario? {
    switch index {
    case 0:
      return tampered("box-corrupted", "A box is changed on its way", .corrupt)
    case 1:
      return tampered(
        "box-replayed", "A box is delivered twice", .replay,
        "The second time it is known: it is receipted again, and arrives once.")
    case 2:
      return tampered(
        "box-reflected", "A box is given back to its sender", .reflect,
        "It opens at the sender and is for somebody else, so it is dropped.")
    case 3:
      return tampered(
        "box-sealed-to-another", "A box is sealed to another key", .misseal(to: mallory))
    case 4:
      return tampered(
        "sender-forged", "An envelope comes in another contact's name", .forge(as: mallory))
    case 5: return forgedAtServer
    case 6: return withheld
    case 7: return wrongKey
    case 8: return hostileClient
    case 9: return hostileRelay
    case 10: return stranger
    case 11: return inVain
    default: return nil
    }
  }

  private static func tampered(
    _ name: Text, _ title: Text, _ tampering: Tampering,
    _ outcome: Text = "It does not open and is dropped; the message is sent again and arrives once."
  ) -> Scenario {
    Scenario(name, title, outcome, clients: 3, endsAt: 120_000) { script in
      script.meet()
      script.meet(mallory, bob, at: 4000)
      script.at(10_000, bob, .tamper(tampering))
      script.at(11_000, alice, .write(to: bob, "one"))
      script.at(12_000, alice, .write(to: bob, "two"))
    }
  }

  private static var forgedAtServer: Scenario {
    Scenario(
      "sender-forged-at-server", "A client sends an envelope in another's name",
      "A breach: the server passes nothing on, answers UNVERIFIED and closes with 1008.",
      clients: 3
    ) { script in
      script.meet()
      let envelope: Value = [
        "handler": "deliverEnvelop", "from": "pubKeySig1", "to": "pubKeySig2",
        "box": "box(3>2: {})",
      ]
      script.at(5000, mallory, .inject(JSON.print(envelope), to: .server))
    }
  }

  private static var withheld: Scenario {
    Scenario(
      "envelope-withheld", "The relay keeps an envelope for itself",
      "The one after it is not taken: the gap is told, and both arrive in order.", endsAt: 120_000
    ) { script in
      script.meet()
      script.at(10_000, bob, .tamper(.drop("acceptEnvelop")))
      script.at(11_000, alice, .write(to: bob, "one"))
      script.at(12_000, alice, .write(to: bob, "two"))
    }
  }

  private static var wrongKey: Scenario {
    Scenario(
      "wrong-key", "The relay gives a guest another key than the host's",
      "Its fingerprint is not the link's: what is sealed to it is not sent; the guest asks again.",
      clients: 3, endsAt: 120_000
    ) { script in
      script.at(500, bob, .tamper(.misname(as: mallory)))
      script.meet()
    }
  }

  private static var hostileClient: Scenario {
    Scenario(
      "hostile-client", "A client sends the server what only others may",
      "Each frame is refused and closes that connection; nobody else's is touched.", clients: 3,
      endsAt: 240_000
    ) { script in
      script.meet()
      for index in 0..<wireMessageCount {
        script.at(
          5000 + Int64(index) * 15_000, mallory, .inject(wireMessage(index), to: .server))
      }
      script.at(200_000, alice, .write(to: bob, "undisturbed"))
    }
  }

  private static var hostileRelay: Scenario {
    Scenario(
      "hostile-relay", "The relay sends a client every message there is",
      "What is out of turn ends the connection, the rest changes nothing; the client comes back.",
      endsAt: 400_000
    ) { script in
      script.meet()
      for index in 0..<wireMessageCount {
        script.at(5000 + Int64(index) * 15_000, bob, .inject(wireMessage(index), to: .client))
      }
      script.at(300_000, alice, .write(to: bob, "undisturbed"))
    }
  }

  private static var stranger: Scenario {
    Scenario(
      "stranger", "A stranger writes",
      "Nothing is answered and nothing kept: dropped, whether it can be opened or not."
    ) { script in
      let message: Value = [
        "handler": "message", "to": "pubKeySig1", "stream": "7f", "n": 1, "previous": 0,
        "text": "buy now", "time": 1,
      ]
      let box = SymbolicCipher.seal(
        JSON.print(message), from: SymbolicCipher.privateKey(bob + 1),
        to: SymbolicCipher.publicKey(alice + 1))
      let envelope: Value = [
        "handler": "deliverEnvelop", "from": "pubKeySig2", "fromPublicKeyPem": "pubKey2",
        "to": "pubKeySig1", "box": .string(box ?? Text()),
      ]
      script.at(5000, bob, .inject(JSON.print(envelope), to: .server))
    }
  }

  private static var inVain: Scenario {
    Scenario(
      "relay-in-vain", "The relay answers again and again what nobody asked",
      "Some of it is forgiven; then the client closes with 4003 and comes back later.",
      endsAt: 240_000
    ) { script in
      script.meet()
      let answer: Value = ["handler": "pong", "t1": 1, "t2": 1]
      for index in 0..<300 {
        script.at(20_000 + Int64(index), bob, .inject(JSON.print(answer), to: .client))
      }
      script.at(200_000, alice, .write(to: bob, "undisturbed"))
    }
  }

  private static let wireMessageCount = 11

  /// One of each message that goes over the wire, out of its turn.
  private static func wireMessage(_ index: Int) -> Text {
    let message: Value
    switch index {
    case 0: message = ["handler": "register2", "publicKeyPem": "pubKey9", "t1": 1]
    case 1:
      message = [
        "handler": "register3", "clearText": "{}", "cypherText": "box", "publicKey": "pubKey1",
        "publicKeySig": "pubKeySig1",
      ]
    case 2: message = ["handler": "register4", "state2": "VERIFIED"]
    case 3: message = ["handler": "register4", "state2": "UNVERIFIED"]
    case 4:
      message = [
        "handler": "deliverEnvelop", "from": "pubKeySig9", "to": "pubKeySig1", "box": "box",
      ]
    case 5:
      message = [
        "handler": "acceptEnvelop", "from": "pubKeySig9", "fromPublicKeyPem": "pubKey9",
        "to": "pubKeySig2", "box": "box",
      ]
    case 6:
      message = ["handler": "returnEnvelop", "to": "pubKeySig1", "reason": "offline"]
    case 7: message = ["handler": "invite4", "publicKeySig": "pubKeySig1"]
    case 8: message = ["handler": "pong", "t1": 1, "t2": 9_007_199_254_740_991]
    case 9: message = ["handler": "state", "registration": "VERIFIED"]
    default: message = ["handler": "message", "text": "not sealed"]
    }
    return JSON.print(message)
  }
}
