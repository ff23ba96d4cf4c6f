import NIOCore

/// Wakes the sockets of an event loop after some time.
///
/// All sockets wait for the same few times, so those of one length stand in a queue that is in
/// order by itself, and the loop needs one timer for each queue and not one for each socket.
///
/// It lives on its event loop.
final class WebSocketAlarms {
  /// A call that is due some time. Its holder cancels it when it is not wanted any more.
  final class Alarm {
    fileprivate let time: NIODeadline
    fileprivate var handler: WebSocketChannelHandler?

    fileprivate init(_ handler: WebSocketChannelHandler, at time: NIODeadline) {
      self.handler = handler
      self.time = time
    }

    /// Lets go of the socket, which will not be called.
    func cancel() { handler = nil }
  }

  private struct Queue {
    var alarms = CircularBuffer<Alarm>()
    var hasTimer = false
  }

  private let eventLoop: any EventLoop
  /// By their delays in milliseconds.
  private var queues: [Int64: Queue] = [:]

  init(on eventLoop: any EventLoop) {
    self.eventLoop = eventLoop
  }

  /// Has a socket's vigil look after so many milliseconds.
  func wake(_ handler: WebSocketChannelHandler, inMilliseconds delay: Int64) -> Alarm {
    let alarm = Alarm(handler, at: eventLoop.now + .milliseconds(delay))
    queues[delay, default: Queue()].alarms.append(alarm)
    setTimer(delay)
    return alarm
  }

  private func setTimer(_ delay: Int64) {
    guard let queue = queues[delay], !queue.hasTimer, let first = queue.alarms.first else { return }
    queues[delay]?.hasTimer = true
    eventLoop.assumeIsolated().scheduleTask(deadline: first.time) { self.ring(delay) }
  }

  private func ring(_ delay: Int64) {
    queues[delay]?.hasTimer = false
    let now = eventLoop.now
    while let first = queues[delay]?.alarms.first, first.handler == nil || first.time <= now {
      queues[delay]?.alarms.removeFirst()
      first.handler?.look()
    }
    setTimer(delay)
  }
}
