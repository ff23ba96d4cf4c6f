import SimpaticoTree

extension Scenario {
  /// Links that are followed too late, twice, by the wrong people, or at the wrong moment.
  static func invitations(_ index: Int) -> Scenario? {
    switch index {
    case 0: expired
    case 1: usedAgain
    case 2: used
    case 3: race
    case 4: revoked
    case 5: wrongSecret
    case 6: corrected
    case 7: neverMade
    case 8: mutual
    case 9: twoLinks
    case 10: hostOffline
    case 11: guestKilled
    case 12: hostKilled
    case 13: copied
    default: nil
    }
  }

  private static var expired: Scenario {
    Scenario(
      "invitation-expired", "A link is opened after its time", "Both sides: EXPIRED."
    ) { script in
      script.at(1000, alice, .invite(expiresInMilliseconds: 5000))
      script.at(10_000, bob, .follow(host: alice))
    }
  }

  private static var usedAgain: Scenario {
    Scenario(
      "invitation-repeated", "A guest proves the same secret twice, since the answer was lost",
      "No second use: the host answers VERIFIED again, and there is one contact.", endsAt: 120_000
    ) { script in
      script.at(1500, bob, .tamper(.drop("acceptEnvelop")))
      script.meet()
    }
  }

  private static var used: Scenario {
    Scenario(
      "invitation-used", "A link is opened by a second guest",
      "The first is VERIFIED; the second is told USED.", clients: 3
    ) { script in
      script.meet()
      script.at(10_000, mallory, .follow(host: alice))
    }
  }

  private static var race: Scenario {
    Scenario(
      "two-guests", "Two guests open one link at the same time",
      "One is VERIFIED, the other is told USED: claims are compared one after another.", clients: 3
    ) { script in
      script.at(1000, alice, .invite())
      script.at(2000, bob, .follow(host: alice))
      script.at(2000, mallory, .follow(host: alice))
    }
  }

  private static var revoked: Scenario {
    Scenario(
      "invitation-revoked", "A host takes an invitation back before its guest comes",
      "Both sides: REVOKED."
    ) { script in
      script.at(1000, alice, .invite())
      script.at(2000, alice, .revoke)
      script.at(3000, bob, .follow(host: alice))
    }
  }

  private static var wrongSecret: Scenario {
    Scenario(
      "wrong-secret", "A guest has a wrong secret",
      "The guest is told UNKNOWN; the invitation stays INVITED and is good for the right one."
    ) { script in
      script.at(1000, alice, .invite())
      script.at(2000, bob, .follow(host: alice, isSecretWrong: true))
    }
  }

  private static var corrected: Scenario {
    Scenario(
      "link-corrected", "A guest pastes a part of a link, and then the whole",
      "UNKNOWN, then VERIFIED: a link that ended in vain can be followed again."
    ) { script in
      script.at(1000, alice, .invite())
      script.at(2000, bob, .follow(host: alice, isSecretWrong: true))
      script.at(10_000, bob, .follow(host: alice))
    }
  }

  private static var neverMade: Scenario {
    Scenario(
      "invitation-unknown", "A link names an invitation that was never made",
      "The guest is told UNKNOWN, as with a wrong secret."
    ) { script in
      script.at(2000, bob, .followUnknown(host: alice))
    }
  }

  private static var mutual: Scenario {
    Scenario(
      "mutual", "Both invite each other and open each other's link",
      "All four ends are VERIFIED; each has one contact."
    ) { script in
      script.at(1000, alice, .invite())
      script.at(1000, bob, .invite())
      script.at(2000, alice, .follow(host: bob))
      script.at(2000, bob, .follow(host: alice))
      script.at(10_000, alice, .write(to: bob, "hello"))
    }
  }

  private static var twoLinks: Scenario {
    Scenario(
      "two-links", "A guest follows two links of one host, who is offline",
      "Both wait for the host and are VERIFIED when it is back; there is one contact.",
      endsAt: 240_000
    ) { script in
      script.at(1000, alice, .invite())
      script.at(2000, alice, .stop)
      script.at(3000, bob, .follow(host: alice))
      script.at(20_000, alice, .invite())
      script.at(21_000, bob, .follow(host: alice))
      script.at(30_000, bob, .stop)
      script.at(60_000, alice, .start)
      script.at(100_000, bob, .start)
    }
  }

  private static var copied: Scenario {
    Scenario(
      "link-copied", "Another host's link has the id of an invitation that is being followed",
      "Each host is sent the secret of its own link alone: UNKNOWN there, VERIFIED here.",
      clients: 3, endsAt: 240_000
    ) { script in
      script.at(1000, alice, .invite())
      script.at(2000, alice, .stop)
      script.at(3000, bob, .follow(host: alice))
      script.at(4000, bob, .followCopy(host: mallory, of: alice))
      script.at(100_000, alice, .start)
    }
  }

  private static var hostOffline: Scenario {
    Scenario(
      "host-offline", "The host is offline when the guest opens the link",
      "The guest waits for the host and asks again; both are VERIFIED when it is back.",
      endsAt: 240_000
    ) { script in
      script.at(1000, alice, .invite())
      script.at(2000, alice, .stop)
      script.at(3000, bob, .follow(host: alice))
      script.at(100_000, alice, .start)
    }
  }

  private static var guestKilled: Scenario {
    Scenario(
      "guest-killed", "The guest's process is killed as it proves the secret",
      "It goes on from its journal; both are VERIFIED.", endsAt: 120_000
    ) { script in
      script.meet()
      script.at(2060, bob, .crash(downMilliseconds: 10_000))
    }
  }

  private static var hostKilled: Scenario {
    Scenario(
      "host-killed", "The host's process is killed as a proof comes",
      "It goes on from its journal, is asked again, and both are VERIFIED.", endsAt: 120_000
    ) { script in
      script.meet()
      script.at(2090, alice, .crash(downMilliseconds: 10_000))
    }
  }
}
