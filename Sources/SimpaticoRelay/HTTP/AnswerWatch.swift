import NIOCore

/// Notices who asks for pages and does not take the answers: they would keep their place, and what
/// waits for them, for as long as they like. It lives on the connection's event loop.
///
/// Whoever takes some bytes in every span of its patience may be as slow as they are. It costs one
/// timer for a connection that is being answered.
final class AnswerWatch {
  private struct Progress: Equatable {
    var writtenParts: Int
    var bufferedBytes: Int
  }

  private let patience: TimeAmount
  private var timer: Scheduled<Void>?
  private var writtenParts = 0
  private var seen = Progress(writtenParts: 0, bufferedBytes: 0)

  init(patience: TimeAmount) { self.patience = patience }

  /// A part of an answer is on its way; `giveUp` is called once if it is not taken.
  func wrote(to channel: any Channel, giveUp: @escaping () -> Void) {
    writtenParts += 1
    if timer == nil { look(at: channel, giveUp) }
  }

  /// Stops to look.
  func end() {
    timer?.cancel()
    timer = nil
  }

  private func look(at channel: any Channel, _ giveUp: @escaping () -> Void) {
    timer = channel.eventLoop.assumeIsolated().scheduleTask(in: patience) { [weak self] in
      guard let self else { return }
      timer = nil
      let buffered = (try? channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
      // All was taken: the next answer is looked at anew.
      if buffered == 0 { return }
      let now = Progress(writtenParts: writtenParts, bufferedBytes: buffered)
      if now == seen { return giveUp() }
      seen = now
      look(at: channel, giveUp)
    }
  }
}
