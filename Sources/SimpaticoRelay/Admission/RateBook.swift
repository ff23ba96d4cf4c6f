import NIOCore
import SimpaticoTree
import Synchronization

/// The accounts of keys: a rate is one of a key, so that who connects anew goes on where they were.
///
/// It has the accounts of all who are connected, and of those who have left until their buckets are
/// full for sure: then they have the same as somebody new. It is asked when a key is proved
/// and when it leaves, and not for a message. May be used from any thread.
final class RateBook: Sendable {
  /// A key by 96 bits of its fingerprint, for which nobody finds another key.
  struct Owner: Hashable {
    private let first: UInt64
    private let second: UInt64

    init(_ fingerprint: Text) {
      (first, second) = fingerprint.withUTF8 { bytes in
        var words: (UInt64, UInt64) = (0, 0)
        withUnsafeMutableBytes(of: &words) { $0.copyBytes(from: bytes.prefix(16)) }
        return words
      }
    }
  }

  private struct Page {
    let account: RateAccount
    var holderCount: Int
    /// When it is to be forgotten, where nobody holds it.
    var end = NIODeadline.distantFuture
  }

  private struct State {
    var pages: [Owner: Page] = [:]
    /// Those who have left, and when they are forgotten, in order.
    var left = CircularBuffer<(owner: Owner, end: NIODeadline)>()

    mutating func forget(at now: NIODeadline) {
      while let first = left.first, first.end <= now {
        left.removeFirst()
        // Who has come back is there, or stands in line once more.
        if let page = pages[first.owner], page.holderCount == 0, page.end <= now {
          pages[first.owner] = nil
        }
      }
    }
  }

  private let state = Mutex(State())

  /// How many accounts there are.
  var count: Int { state.withLock { $0.pages.count } }

  /// The account of a key, for a connection that has proved it. What the connection has used until
  /// then is added. O(1).
  func enter(
    _ fingerprint: Text, with account: RateAccount, at now: NIODeadline
  ) -> RateAccount {
    let owner = Owner(fingerprint)
    return state.withLock { state in
      state.forget(at: now)
      var page = state.pages[owner] ?? Page(account: RateAccount(of: owner), holderCount: 0)
      page.account.add(account, at: now)
      page.holderCount += 1
      state.pages[owner] = page
      return page.account
    }
  }

  /// A connection that uses an account is gone. O(1).
  func leave(_ account: RateAccount, at now: NIODeadline) {
    guard let owner = account.owner else { return }
    state.withLock { state in
      state.forget(at: now)
      state.pages[owner]?.holderCount -= 1
      if state.pages[owner]?.holderCount == 0 {
        let end = now + TokenBucket.longestDebt
        state.pages[owner]?.end = end
        state.left.append((owner, end))
      }
    }
  }

  /// Forgets those whose time is over, also where nobody comes or goes.
  func forget(at now: NIODeadline) { state.withLock { $0.forget(at: now) } }
}
