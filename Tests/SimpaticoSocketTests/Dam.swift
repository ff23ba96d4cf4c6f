import NIOCore
import NIOEmbedded

/// Stands where the operating system would, and takes from a channel in memory only what a test
/// lets it take. As a channel of NIO whose water marks are 1, the channel is writable while nothing
/// waits.
final class Dam: ChannelOutboundHandler {
  typealias OutboundIn = ByteBuffer

  /// Everything that was written, also what waits.
  private(set) var bytes: [UInt8] = []
  private(set) var waiting: [(byteCount: Int, promise: EventLoopPromise<Void>?)] = []
  private var flushedCount = 0
  /// How many writes came with a promise.
  private(set) var promiseCount = 0
  /// Lets everything through that is flushed.
  var isOpen = false
  private var context: ChannelHandlerContext?

  var waitingByteCount: Int { waiting.reduce(0) { $0 + $1.byteCount } }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }
  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let buffer = unwrapOutboundIn(data)
    bytes += Array(buffer.readableBytesView)
    waiting.append((buffer.readableBytes, promise))
    if promise != nil { promiseCount += 1 }
    if isWritable {
      isWritable = false
      context.pipeline.fireChannelWritabilityChanged()
    }
  }

  func flush(context: ChannelHandlerContext) {
    flushedCount = waiting.count
    if isOpen { release() }
  }

  /// Lets the first of the flushed writes through, or all of them. As in NIO, what is empty leaves
  /// with what is before it, and promises are kept when the channel is already writable, and before
  /// it says so.
  func release(_ count: Int = .max) {
    var leaving = min(count, flushedCount)
    while leaving < flushedCount, waiting[leaving].byteCount == 0 { leaving += 1 }
    let left = waiting.prefix(leaving)
    if left.isEmpty { return }
    waiting.removeFirst(left.count)
    flushedCount -= left.count
    if waiting.isEmpty { isWritable = true }
    for (_, promise) in left { promise?.succeed() }
    if isWritable { context?.pipeline.fireChannelWritabilityChanged() }
  }

  /// Lets the first writes through until no more bytes wait than that.
  func release(while byteCount: Int) {
    while waitingByteCount > byteCount { release(1) }
  }

  func close(
    context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?
  ) {
    for (_, promise) in waiting { promise?.fail(ChannelError.ioOnClosedChannel) }
    waiting = []
    flushedCount = 0
    context.close(mode: mode, promise: promise)
  }

  private var isWritable: Bool {
    get { context?.channel.isWritable ?? false }
    set { (context?.channel as? EmbeddedChannel)?.isWritable = newValue }
  }
}
