import NIOCore

// A peer whose machine or network is gone sends nothing that says so: only asking tells.
extension WebSocketChannelHandler {
  func startVigil() {
    if let idle = configuration.idlePingMilliseconds { lookAgain(idle) }
  }

  /// A ping is answered: the time of silence begins.
  func listenAgain() {
    alarm?.cancel()
    startVigil()
  }

  private func lookAgain(_ idleMilliseconds: Int64) {
    let looks = Int64(WebSocketVigil.looksPerSilence)
    look(inMilliseconds: (idleMilliseconds + looks - 1) / looks)
  }

  private func look(inMilliseconds delay: Int64) {
    alarm = turn?.alarms.wake(self, inMilliseconds: delay)
  }

  func look() {
    guard lifecycle.isOpen, let context, let idle = configuration.idlePingMilliseconds else {
      return
    }
    var waiting: Int?
    if isPausing {
      waiting = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }
    switch vigil.look(waitingByteCount: waiting) {
    case .wait:
      lookAgain(idle)
    case .ping:
      write(.ping, ByteBuffer())
      look(inMilliseconds: configuration.pongTimeoutMilliseconds)
    case .cut(let cause):
      cut(cause)
    }
  }
}
