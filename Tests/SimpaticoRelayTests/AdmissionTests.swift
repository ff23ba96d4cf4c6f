import NIOCore
import NIOHTTP1
import SimpaticoTree
import Testing

@testable import SimpaticoRelay

@Suite struct Rates {
  private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

  @Test func aBucketGivesTwoSecondsAtOnceAndThenTheRate() {
    let bucket = TokenBucket()
    let burst = (0..<50).filter { _ in bucket.take(perSecond: 10, at: start) }.count
    #expect(burst == 20)
    var taken = 0
    for step in 1...1000 where bucket.take(perSecond: 10, at: start + .milliseconds(Int64(step))) {
      taken += 1
    }
    #expect(taken == 10)
  }

  @Test func aBucketEarnsNoMoreThanTwoSeconds() {
    let bucket = TokenBucket()
    _ = bucket.take(perSecond: 10, at: start)
    let later = start + .hours(1)
    let burst = (0..<50).filter { _ in bucket.take(perSecond: 10, at: later) }.count
    #expect(burst == 20)
  }

  @Test func whatIsRefusedTakesNothing() {
    let bucket = TokenBucket()
    let taken = [15, 15, 5, 1].map { bucket.take($0, perSecond: 10, at: start) }
    #expect(taken == [true, false, true, false])
  }

  @Test func aRateOfZeroIsNoLimit() {
    let bucket = TokenBucket()
    let isTaken = (0..<1000).allSatisfy { _ in bucket.take(1 << 40, perSecond: 0, at: start) }
    #expect(isTaken)
  }

  @Test func aConnectionIsToldWhichRateItHasReached() {
    var limits = RelayLimits()
    limits.messagesPerSecond = 2
    limits.bytesPerSecond = 1000
    let account = RateAccount()
    let reached = [1500, 501, 500, 0, 0].map { account.take(bytes: $0, limits, at: start) }
    #expect(reached == [nil, .bytes, nil, nil, .messages])
  }

  @Test func lookUpsHaveARateOfTheirOwn() {
    var limits = RelayLimits()
    limits.lookUpsPerSecond = 1
    let account = RateAccount()
    let count = (0..<5).filter { _ in account.takeLookUp(limits, at: start) }.count
    #expect(count == 2)
    #expect(account.take(bytes: 1, limits, at: start) == nil)
  }

  /// How many look-ups of 20 an account may make at once.
  private func lookUps(_ account: RateAccount, at now: NIODeadline) -> Int {
    (0..<20).filter { _ in account.takeLookUp(RelayLimits(), at: now) }.count
  }

  @Test func whoConnectsAnewWithTheSameKeyGoesOnWhereTheyWere() {
    let book = RateBook()
    let first = book.enter("one key's fingerprint", with: RateAccount(), at: start)
    #expect(lookUps(first, at: start) == 20)
    book.leave(first, at: start)
    let later = start + .milliseconds(500)
    let again = book.enter("one key's fingerprint", with: RateAccount(), at: later)
    #expect(lookUps(again, at: later) == 5)
    let other = book.enter("another's fingerprint", with: RateAccount(), at: later)
    #expect(lookUps(other, at: later) == 20)
  }

  @Test func bucketsThatManyThreadsTakeFromGiveNoMoreThanTheyHave() async {
    let account = RateAccount()
    var limits = RelayLimits()
    limits.lookUpsPerSecond = 1000
    let (fixed, now) = (limits, start)
    let taken = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<4 {
        group.addTask { (0..<2000).filter { _ in account.takeLookUp(fixed, at: now) }.count }
      }
      return await group.reduce(0, +)
    }
    #expect(taken == 2000)
  }

  @Test func twoConnectionsOfAKeyShareWhatItMay() {
    let book = RateBook()
    let accounts = (0..<2).map { _ in book.enter("fingerprint", with: RateAccount(), at: start) }
    #expect(accounts.map { lookUps($0, at: start) } == [20, 0])
    book.leave(accounts[0], at: start)
    #expect(lookUps(accounts[1], at: start + .seconds(1)) == 10)
  }

  @Test func whatWasUsedBeforeTheKeyWasProvedCounts() {
    let book = RateBook()
    let first = book.enter("fingerprint", with: RateAccount(), at: start)
    #expect(lookUps(first, at: start) == 20)
    let unproved = RateAccount()
    #expect(lookUps(unproved, at: start) == 20)
    let joined = book.enter("fingerprint", with: unproved, at: start)
    #expect(lookUps(joined, at: start + .seconds(2)) == 0)
    #expect(lookUps(joined, at: start + .seconds(3)) == 10)
  }

  /// Whatever they have used, before they proved their keys and after.
  @Test(arguments: [0, 1, 20], [0, 1, 20])
  func whoHasLeftIsForgottenWhenAllIsEarnedAgain(_ before: Int, _ after: Int) {
    let book = RateBook()
    for number in 0..<1000 {
      let now = start + .milliseconds(Int64(number))
      // Two connections of a key that have used something each.
      let held = (0..<2).map { _ in
        let unproved = RateAccount()
        for _ in 0..<before { _ = unproved.takeLookUp(RelayLimits(), at: now) }
        return book.enter(Text("\(number) is one of many"), with: unproved, at: now)
      }
      for _ in 0..<after { _ = held[0].takeLookUp(RelayLimits(), at: now) }
      for account in held { book.leave(account, at: now) }
    }
    #expect(book.count == 1000)
    let end = start + .milliseconds(999) + TokenBucket.longestDebt
    let back = book.enter("999 is one of many", with: RateAccount(), at: end - .nanoseconds(1))
    #expect(book.count == 1)
    book.forget(at: end + .hours(1))
    #expect(book.count == 1)
    book.leave(back, at: end)
    #expect(lookUps(back, at: end) == 20)
    book.forget(at: end + TokenBucket.longestDebt)
    #expect(book.count == 0)
  }

  @Test func whatIsAddedToABucketIsEarnedInFourSecondsAtMost() {
    let sum = TokenBucket()
    let used = TokenBucket()
    _ = used.take(20, perSecond: 10, at: start)
    for _ in 0..<100 { sum.add(used, at: start) }
    #expect(sum.debt(at: start) == .seconds(4))
    #expect(sum.debt(at: start + .seconds(4)) == .zero)
  }

  @Test func everyLimitHasAnAnswerThatFitsIntoACloseFrame() {
    for limit in RelayLimit.allCases {
      #expect(limit.text.utf8.count <= 123)
      #expect((4000...4999).contains(limit.closeCode ?? 4000))
    }
    let codes = RelayLimit.allCases.compactMap(\.closeCode)
    #expect(codes == [4011, 4012, 4013, 4014])
    #expect(Set(RelayLimit.allCases.map(\.text)).count == RelayLimit.allCases.count)
  }
}

@Suite struct Addresses {
  private func bits(_ text: String) throws -> AddressBits { try #require(AddressBits(text)) }

  @Test func anAddressHasOneSpelling() throws {
    #expect(try bits("192.0.2.1") == bits("::ffff:192.0.2.1"))
    #expect(try bits("192.0.2.1") == bits("::ffff:c000:201"))
    #expect(try bits("2001:db8::1") == bits("2001:0DB8:0:0::1"))
    #expect(try bits("192.0.2.1").bytes == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 192, 0, 2, 1])
    #expect(try AddressBits(SocketAddress(ipAddress: "192.0.2.1", port: 5)) == bits("192.0.2.1"))
    #expect(try AddressBits(SocketAddress(ipAddress: "fe80::1", port: 5)) == bits("fe80::1"))
    #expect(try AddressBits(SocketAddress(unixDomainSocketPath: "relay.socket")) == nil)
  }

  @Test(arguments: ["", "localhost", "1.2.3", "256.1.1.1", "fe80::1%eth0", "[::1]", "1.2.3.4:5"])
  func whatIsNoAddressIsNone(_ text: String) {
    #expect(AddressBits(text) == nil)
  }

  @Test func aCustomerOfIPv6IsANetworkOf64Bits() throws {
    #expect(try bits("2001:db8::1").customer == bits("2001:db8::ffff:1").customer)
    #expect(try bits("2001:db8::1").customer != bits("2001:db8:0:1::1").customer)
    #expect(try bits("192.0.2.1").customer != bits("192.0.2.2").customer)
  }

  @Test(arguments: [
    ("198.18.0.0/15", "198.19.0.1", true), ("198.18.0.0/15", "198.20.0.0", false),
    ("198.18.0.0/15", "::ffff:198.19.1.1", true), ("192.0.2.1", "192.0.2.1", true),
    ("192.0.2.1", "192.0.2.2", false), ("0.0.0.0/0", "8.8.8.8", true), ("0.0.0.0/0", "::1", false),
    ("::/0", "::1", true), ("2001:db8::/32", "2001:db8:1::", true),
    ("2001:db8::/32", "2001:db9::", false), ("2001:db8::8000:0:0:0/65", "2001:db8::1", false),
    ("2001:db8::8000:0:0:0/65", "2001:db8::ffff:0:0:0", true), ("::1", "::1", true),
    ("::1/128", "::2", false),
  ])
  func aRangeHoldsWhatItsPrefixSays(_ range: String, _ address: String, _ isIn: Bool) throws {
    let range = try #require(AddressRange(range))
    #expect(try range.contains(bits(address)) == isIn)
  }

  @Test(arguments: [
    "", "/", "198.18.0.0/", "/8", "198.18.0.0/33", "198.18.0.0/-1", "198.18.0.0/+8",
    "198.18.0.0/8/8", "198.18.0.0/-0", "198.18.0.0/08", "198.18.0.0/00", "198.18.0.0/ 8",
    "198.18.0.0/٨", "::/129", "::/-0", "proxy", "198.18.0.0/eight",
  ])
  func whatIsNoRangeIsNone(_ text: String) {
    #expect(AddressRange(text) == nil)
  }
}

@Suite struct Ledgers {
  @Test func whatEntersAndLeavesIsCounted() throws {
    let ledger = ConnectionLedger()
    let address = try #require(AddressBits("192.0.2.1"))
    var limits = RelayLimits()
    limits.connections = 2
    limits.connectionsPerAddress = 1
    limits.unregisteredConnections = 1
    #expect(ledger.enter(limits) == .admitted)
    #expect(ledger.enter(limits) == .admitted)
    #expect(ledger.enter(limits) == .refused(.connections))
    #expect(ledger.enter(from: address, limits) == .admitted)
    #expect(ledger.enter(from: address, limits) == .refused(.connectionsPerAddress))
    #expect(ledger.enterUnregistered(limits))
    #expect(!ledger.enterUnregistered(limits))
    #expect(
      ledger.counts == .init(connections: 3, unregistered: 1, addresses: [address: 2]))
    for _ in 0..<3 { ledger.leave() }
    for _ in 0..<2 { ledger.leave(from: address) }
    ledger.leaveUnregistered()
    #expect(ledger.counts == .init())
  }

  @Test func beyondTheAllowanceNothingIsCounted() throws {
    let ledger = ConnectionLedger()
    let address = try #require(AddressBits("192.0.2.1"))
    var limits = RelayLimits()
    limits.connections = 1
    limits.connectionsPerAddress = 1
    for _ in 0..<(1 + ConnectionLedger.refusalAllowance) {
      #expect(ledger.enter(limits) != .dropped(.connections))
      #expect(ledger.enter(from: address, limits) != .dropped(.connectionsPerAddress))
    }
    let full = ledger.counts
    #expect(ledger.enter(limits) == .dropped(.connections))
    #expect(ledger.enter(from: address, limits) == .dropped(.connectionsPerAddress))
    #expect(ledger.counts == full)
  }
}

@Suite struct Tags {
  @Test func aTagIsTheSameInARunAndAnotherInTheNext() {
    let (run, next) = (SaltedTags(), SaltedTags())
    #expect(run.tag([1, 2, 3]) == run.tag([1, 2, 3]))
    #expect(run.tag([1, 2, 3]) != run.tag([1, 2, 4]))
    #expect(run.tag([1, 2, 3]) != next.tag([1, 2, 3]))
    #expect(run.tag([]).count == 8)
  }
}
