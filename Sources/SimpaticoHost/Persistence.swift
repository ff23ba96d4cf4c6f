public import NIOCore
public import SimpaticoTree

/// What a host needs of a store: to write what is to outlast the process, in order.
public struct Persistence {
  /// One thing to write.
  public enum Change: Sendable {
    case append(JournalEntry)
    /// What all that was appended so far comes to, in its place: nothing is left of it.
    case forgetHistory(TreeSnapshot)
    /// A secret and its name; nil removes it.
    case secret(Text, Text?)
  }

  /// Writes changes, all or none, in the order of the calls. The future succeeds when they are on
  /// the disk.
  let write: ([Change], any EventLoop) -> EventLoopFuture<Void>
  /// Called once, where something could not be written. The host does nothing any more.
  let didFail: (any Error) -> Void

  /// A persistence by functions, both called on the host's event loop.
  public init(
    write: @escaping ([Change], any EventLoop) -> EventLoopFuture<Void>,
    didFail: @escaping (any Error) -> Void
  ) {
    self.write = write
    self.didFail = didFail
  }
}
