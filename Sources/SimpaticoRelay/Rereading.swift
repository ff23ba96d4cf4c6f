import Dispatch
import Logging
import Synchronization

/// Reads the configuration and the certificate again, on a thread that nobody waits for: a file
/// system that hangs holds up no relay that is to leave, and none that is asked whether it is well.
///
/// One at a time; what is asked for meanwhile is done once, afterwards.
final class Rereading: Sendable {
  private enum Task { case everything, newCertificate }

  private let readAgain: (@Sendable () throws -> Relay.Reading)?
  private let cores: RelayCores
  private let certificates: CertificateStore?
  private let logger: Logger
  private let queue = DispatchQueue(label: "simpatico.rereading")
  private let waiting = Mutex<Set<Task>>([])

  init(
    _ readAgain: (@Sendable () throws -> Relay.Reading)?, cores: RelayCores,
    certificates: CertificateStore?, logger: Logger
  ) {
    self.readAgain = readAgain
    self.cores = cores
    self.certificates = certificates
    self.logger = logger
  }

  /// Has everything read.
  func readEverything() { begin(.everything) }

  /// Has the certificate read where its files have changed.
  func readNewCertificate() {
    if certificates != nil { begin(.newCertificate) }
  }

  private func begin(_ task: Task) {
    guard waiting.withLock({ $0.insert(task).inserted }) else { return }
    queue.async {
      _ = self.waiting.withLock { $0.remove(task) }
      switch task {
      case .everything: self.reload()
      case .newCertificate: self.certificates?.reloadIfChanged(self.logger)
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
