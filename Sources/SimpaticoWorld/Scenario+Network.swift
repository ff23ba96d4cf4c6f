import SimpaticoTree

extension Scenario {
  /// The wire between a client and its relay.
  static func network(_ index: Int) -> Scenario? {
    switch index {
    case 0: meeting
    case 1: refused
    case 2: closed(0, "opening", "the connection opens")
    case 3: closed(1, "challenge", "its challenge")
    case 4: closed(2, "response", "the response")
    case 5: closed(3, "verdict", "its verdict")
    case 6: relayReturns
    case 7: silentWire
    case 8: killed
    case 9: clockForward
    case 10: clockBack
    case 11: secondDevice
    default: nil
    }
  }

  private static var meeting: Scenario {
    Scenario(
      "meeting", "Two meet by a link and talk",
      "Both are contacts; every message is READ."
    ) { script in
      script.meet()
      script.at(5000, alice, .write(to: bob, "hello bob"))
      script.at(6000, bob, .write(to: alice, "hello alice"))
      script.at(7000, bob, .read(from: alice))
      script.at(8000, alice, .read(from: bob))
    }
  }

  private static var refused: Scenario {
    Scenario(
      "server-refuses", "The server refuses connections for a while",
      "The session is WAITING between attempts that come ever more rarely, then ONLINE by itself."
    ) { script in
      script.at(0, alice, .relayRestart(downMilliseconds: 20_000))
    }
  }

  private static func closed(_ frames: Int, _ step: Text, _ after: Text) -> Scenario {
    Scenario(
      "closed-after-" + step, "The server closes after " + after,
      frames == 3
        ? "The connection had been VERIFIED; the next attempt is, too."
        : "That registration ends in ERROR; the next attempt is VERIFIED."
    ) { script in
      script.at(
        0, alice,
        .fault(.closedByServer(afterFrames: frames, code: 1001, reason: "maintenance")))
    }
  }

  private static var relayReturns: Scenario {
    Scenario(
      "relay-returns", "The relay goes away in mid-sentence and returns",
      "Both come back by themselves; what was written meanwhile arrives once, in order.",
      endsAt: 240_000
    ) { script in
      script.meet()
      script.at(10_000, alice, .write(to: bob, "one"))
      script.at(10_020, alice, .relayRestart(downMilliseconds: 30_000))
      script.at(15_000, alice, .write(to: bob, "two"))
      script.at(16_000, bob, .write(to: alice, "three"))
    }
  }

  private static var silentWire: Scenario {
    Scenario(
      "silent-wire", "A wire goes silent, and neither end is told",
      "The client misses two pongs, closes with 4002 and connects anew; nothing is lost.",
      endsAt: 240_000
    ) { script in
      script.meet()
      script.at(10_000, bob, .unplug)
      script.at(11_000, alice, .write(to: bob, "are you there?"))
    }
  }

  private static var killed: Scenario {
    Scenario(
      "killed", "A client's process is killed as it sends",
      "It starts again from its journal; the message arrives once.", endsAt: 240_000
    ) { script in
      script.meet()
      script.at(10_000, alice, .write(to: bob, "one"))
      script.at(10_001, alice, .crash(downMilliseconds: 5000))
      script.at(20_000, alice, .write(to: bob, "two"))
    }
  }

  private static var clockForward: Scenario {
    Scenario(
      "clock-forward", "A clock is set forward by two weeks",
      "Connections and messages go on; an invitation of a week is EXPIRED when its guest comes.",
      clients: 3
    ) { script in
      script.meet()
      script.at(5000, alice, .invite())
      script.at(6000, alice, .turnClock(milliseconds: 1_209_600_000))
      script.at(7000, alice, .write(to: bob, "from the future"))
      script.at(8000, mallory, .follow(host: alice))
    }
  }

  private static var clockBack: Scenario {
    Scenario(
      "clock-back", "A clock is set back beyond the beginning of time",
      "Connections and messages go on; no duration becomes negative.", endsAt: 120_000
    ) { script in
      script.meet()
      script.at(6000, alice, .turnClock(milliseconds: -1_209_600_000))
      script.at(7000, alice, .write(to: bob, "from the past"))
      script.at(8000, alice, .disconnect)
      script.at(40_000, alice, .write(to: bob, "still"))
    }
  }

  private static var secondDevice: Scenario {
    Scenario(
      "second-device", "Another device connects with the same key",
      "The older connection is closed with 4001 and its session REPLACED: it does not fight back."
    ) { script in
      script.at(5000, alice, .connectTwice)
    }
  }
}
