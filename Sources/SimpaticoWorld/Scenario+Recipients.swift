import SimpaticoTree

extension Scenario {
  /// Recipients who are not there, and people with whom one has nothing to do.
  static func recipients(_ index: Int) -> Scenario? {
    switch index {
    case 0: unknown
    case 1: unverified
    case 2: offline
    case 3: tooLong
    case 4: tooLongFrame
    case 5: blocked
    case 6: unblocked
    case 7: removed
    default: nil
    }
  }

  private static var unknown: Scenario {
    Scenario(
      "recipient-unknown", "A link leads to somebody whom no relay has seen",
      "The guest stays in REQUEST_PUBLIC_KEY, waits for the host and asks ever more rarely.",
      endsAt: 600_000
    ) { script in
      script.at(1000, bob, .followUnknown(host: 40))
    }
  }

  private static var unverified: Scenario {
    Scenario(
      "recipient-unverified", "The recipient is connected and has not proved its key",
      "To the sender that is as if offline; the message arrives when the recipient is VERIFIED.",
      endsAt: 120_000
    ) { script in
      script.meet()
      script.at(9000, bob, .tamper(.drop("register2")))
      script.at(9001, bob, .disconnect)
      script.at(12_000, alice, .write(to: bob, "are you there?"))
    }
  }

  private static var offline: Scenario {
    Scenario(
      "recipient-offline", "The recipient is offline",
      "The relay returns the envelopes; all messages arrive in order when the recipient is back.",
      endsAt: 120_000
    ) { script in
      script.meet()
      script.at(9000, bob, .stop)
      script.at(10_000, alice, .write(to: bob, "one"))
      script.at(11_000, alice, .write(to: bob, "two"))
      script.at(60_000, bob, .start)
    }
  }

  private static var tooLong: Scenario {
    Scenario(
      "too-long", "A message is longer than fits into an envelope",
      "It is FAILED at once, and says by how much; those after it arrive."
    ) { script in
      script.meet()
      var long: Text = "0123456789abcdef"
      for _ in 0..<7 { long = long + long }
      script.at(5000, alice, .write(to: bob, long))
      script.at(5001, alice, .write(to: bob, "short"))
    }
  }

  private static var tooLongFrame: Scenario {
    Scenario(
      "too-long-frame", "A client sends a frame that is longer than the limit",
      "The server refuses it like any breach: UNVERIFIED and 1008; the client connects anew."
    ) { script in
      var long: Text = "0123456789abcdef"
      for _ in 0..<9 { long = long + long }
      script.at(5000, alice, .inject(long, to: .server))
    }
  }

  private static var blocked: Scenario {
    Scenario(
      "blocked", "One blocks the other, who goes on writing",
      "Nothing of the blocked is opened or answered: their messages stay SENT."
    ) { script in
      script.meet()
      script.at(5000, alice, .block(bob))
      script.at(6000, bob, .write(to: alice, "hello?"))
    }
  }

  private static var unblocked: Scenario {
    Scenario(
      "unblocked", "A block is taken back",
      "What was written meanwhile arrives.", endsAt: 120_000
    ) { script in
      script.meet()
      script.at(5000, alice, .block(bob))
      script.at(6000, bob, .write(to: alice, "hello?"))
      script.at(30_000, alice, .unblock(bob))
    }
  }

  private static var removed: Scenario {
    Scenario(
      "removed", "One removes the other; later they meet again",
      "What had not arrived is FAILED; after another invitation both talk in a new conversation.",
      endsAt: 120_000
    ) { script in
      script.meet()
      script.at(5000, alice, .remove(bob))
      script.at(6000, bob, .write(to: alice, "hello?"))
      script.meet(at: 30_000)
      script.at(40_000, alice, .write(to: bob, "hello again"))
    }
  }
}
