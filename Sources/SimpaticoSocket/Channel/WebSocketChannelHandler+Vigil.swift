import NIOCore

// A peer whose machine or network is gone sends nothing that says so: only asking tells.
extension WebSocketChannelHandler {
  func startVigil() {
    if let idle = configuration.idlePingMilliseconds { look(inMilliseconds: idle) }
  }

  private func look(inMilliseconds delay: Int64) {
    guard let context else { return }
    vigilTimer = context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(delay)) {
      self.look()
    }
  }

  private func look() {
    guard lifecycle.isOpen, let context, let idle = configuration.idlePingMilliseconds else {
      return
    }
    let waiting = try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)
    switch vigil.look(waitingByteCount: isPausing ? waiting ?? 0 : nil) {
    case .wait:
      look(inMilliseconds: idle)
    case .ping:
      write(.ping, ByteBuffer())
      look(inMilliseconds: configuration.pongTimeoutMilliseconds)
    case .cut(let cause):
      cut(cause)
    }
  }
}
