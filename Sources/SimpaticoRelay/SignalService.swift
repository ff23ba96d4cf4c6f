import Logging
import ServiceLifecycle

/// Does what the operator says while the relay runs, and looks at the certificate's files now and
/// then. It ends when the relay is to leave.
struct SignalService: Service, CustomStringConvertible {
  /// Nil where the relay is told in no such way.
  let signals: RelaySignals?
  let readAgain: (@Sendable () throws -> Relay.Reading)?
  let cores: RelayCores
  let certificates: CertificateStore?
  let logger: Logger

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
            certificates?.reloadIfChanged(logger)
          }
        }
        try await group.next()
        group.cancelAll()
      }
    }
  }

  private func obey(_ signals: RelaySignals) async {
    for await word in signals.words {
      switch word {
      case .readAgain: reload()
      case .leave: return
      }
    }
  }

  private func reload() {
    certificates?.reload(logger)
    guard let readAgain else { return }
    do {
      let new = try readAgain()
      let configuration = new.configuration
      cores.onEach { $0.adopt(configuration) }
      let rest = new.afterRestart.joined(separator: ", ")
      let later = rest.isEmpty ? "" : ", but only after a restart \(rest)"
      logger.notice("read the configuration again: its limits hold from now on\(later)")
    } catch {
      logger.error("the configuration stays as it was: \(error)")
    }
  }
}
