import Hummingbird
import NIOCore
import SimpaticoTree

/// Lets a few readers follow the relay's tree as it grows: a line of JSON for each node, an entry
/// of a `Transcript`, redacted.
///
/// Nothing is kept for a reader but its place: what it is sent is read off the tree when it is
/// ready for more. So a reader that is slow costs nothing, until the tree has dropped what comes
/// next for it, or it takes nothing for a while: then it is cut. Everything here happens on the
/// party's event loop.
final class LiveFeed {
  /// More readers than this are turned away.
  static let maximumReaders = 8
  /// Nodes that are written in one turn of the loop.
  static let chunk = 128
  /// How long a reader may take nothing; as often, one that waits for news gets an empty line.
  static let patience = TimeAmount.seconds(15)

  /// Whoever follows.
  final class Reader {
    fileprivate let channel: any Channel
    /// The node that comes next.
    fileprivate var next: NodeID = 0
    /// Nodes before this one were dropped before the reader came, if they were.
    fileprivate let start: NodeID
    fileprivate var waiting: EventLoopPromise<Void>?
    /// When it was given something that it has not asked beyond since.
    fileprivate var givenAt: NIODeadline?

    fileprivate init(_ channel: any Channel, start: NodeID) {
      self.channel = channel
      self.start = start
    }
  }

  private let eventLoop: any EventLoop
  private let redaction: Redaction
  private let tree: () -> CombineTree
  private var readers: [ObjectIdentifier: Reader] = [:]
  private var beat: Scheduled<Void>?
  private var isClosed = false

  init(_ tags: SaltedTags, on eventLoop: any EventLoop, tree: @escaping () -> CombineTree) {
    self.eventLoop = eventLoop
    self.tree = tree
    redaction = Redaction(tags: tags)
  }

  /// Takes a reader in, or answers nil where there are enough, or the relay is leaving.
  func open(_ channel: any Channel) -> Reader? {
    guard !isClosed, readers.count < Self.maximumReaders else { return nil }
    let reader = Reader(channel, start: tree().tree.nodeCount)
    readers[ObjectIdentifier(reader)] = reader
    if beat == nil { scheduleBeat() }
    return reader
  }

  func remove(_ reader: Reader) {
    readers[ObjectIdentifier(reader)] = nil
    if readers.isEmpty {
      beat?.cancel()
      beat = nil
    }
  }

  /// The tree has grown.
  func wake() {
    for reader in readers.values {
      reader.waiting?.succeed()
      reader.waiting = nil
    }
  }

  /// Ends all: nothing more is told.
  func close() {
    isClosed = true
    wake()
  }

  /// What comes next for a reader, once there is anything; nil where it is cut, or nothing more
  /// comes.
  func lines(for reader: Reader) -> EventLoopFuture<ByteBuffer?> {
    reader.givenAt = nil
    guard !isClosed, readers[ObjectIdentifier(reader)] != nil else {
      return eventLoop.makeSucceededFuture(nil)
    }
    let tree = tree()
    if reader.next < tree.nodeCount {
      let lines = write(tree, reader)
      reader.givenAt = .now()
      return eventLoop.makeSucceededFuture(lines)
    }
    let promise = eventLoop.makePromise(of: Void.self)
    reader.waiting = promise
    let bound = NIOLoopBound((feed: self, reader: reader), eventLoop: eventLoop)
    return promise.futureResult.flatMap {
      let (feed, reader) = bound.value
      // Nothing has come: an empty line says that the stream is alive.
      if reader.next == feed.tree().tree.nodeCount, !feed.isClosed {
        return feed.eventLoop.makeSucceededFuture(ByteBuffer(string: "\n"))
      }
      return feed.lines(for: reader)
    }
  }

  /// The next nodes as lines; nil where one was dropped that the reader should have been told of.
  private func write(_ tree: CombineTree, _ reader: Reader) -> ByteBuffer? {
    var bytes: [UInt8] = []
    var count = 0
    while reader.next < tree.nodeCount, count < Self.chunk {
      let id = reader.next
      reader.next += 1
      guard let entry = Transcript.Entry(of: id, in: tree) else {
        if id >= reader.start { return nil }
        continue
      }
      JSON.append(redaction.shown(entry).encoded, to: &bytes)
      bytes.append(UInt8(ascii: "\n"))
      count += 1
    }
    return ByteBuffer(bytes: bytes)
  }

  private func scheduleBeat() {
    beat = eventLoop.assumeIsolated().scheduleTask(in: Self.patience) { [weak self] in
      guard let self else { return }
      lookAfterReaders()
      if !readers.isEmpty { scheduleBeat() }
    }
  }

  private func lookAfterReaders() {
    for reader in Array(readers.values) {
      if let givenAt = reader.givenAt {
        guard .now() - givenAt > Self.patience else { continue }
        remove(reader)
        reader.channel.close(promise: nil)
      } else {
        reader.waiting?.succeed()
        reader.waiting = nil
      }
    }
  }
}
