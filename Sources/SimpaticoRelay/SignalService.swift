import ServiceLifecycle

/// Does what the operator says while the relay runs, and has the certificate's files looked at now
/// and then. It ends when the relay is to leave.
struct SignalService: Service, CustomStringConvertible {
  /// Nil where the relay is told in no such way.
  let signals: RelaySignals?
  let rereading: Rereading

  // The log names services by this.
  var description: String { "signals" }

  func run() async throws {
    // Cancelled is how both tasks end, and no failure.
    try? await cancelWhenGracefulShutdown {
      try await withThrowingTaskGroup(of: Void.self) { group in
        if let signals { group.addTask { await obey(signals) } }
        group.addTask {
          while true {
            try await Task.sleep(for: .seconds(10))
            rereading.readNewCertificate()
          }
        }
        try await group.next()
        group.cancelAll()
      }
    }
  }

  private func obey(_ signals: RelaySignals) async {
    for await word in signals.take() {
      switch word {
      case .readAgain: rereading.readEverything()
      case .leave: return
      }
    }
  }
}
