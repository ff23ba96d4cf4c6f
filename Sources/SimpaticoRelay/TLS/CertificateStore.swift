import CoreMetrics
import Foundation
import Logging
import NIOSSL
import Synchronization

/// The certificate that new connections are shown. Connections that are there keep the one that
/// they came with. May be used from any thread.
///
/// A certificate takes the place of another only while it is in force. What cannot take it is
/// tried again at each look, because its time may come, or somebody may put its files right.
final class CertificateStore: Sendable {
  private struct State {
    var shown: ServerCertificate
    var versions: [FileVersion?]
    /// What is wrong with the files, as it was told; nil where they are what is shown.
    var failure: String?
  }

  private let source: RelayConfiguration.TLS
  private let state: Mutex<State>
  private let metrics: RelayMetrics

  /// Loads the certificate, also one that is not in force: see ``failure``.
  ///
  /// - Throws: `CertificateError`, which names the file.
  init(
    _ source: RelayConfiguration.TLS, host: String, metrics: RelayMetrics, at time: Date = Date()
  ) throws {
    self.source = source
    self.metrics = metrics
    let versions = Self.versions(source)
    let shown: ServerCertificate
    switch source {
    case .files(let certificate, let key):
      shown = try ServerCertificate(certificate: certificate, key: key)
    case .selfSigned:
      let made = try SelfSigned.make(host: host)
      shown = try ServerCertificate(
        certificate: Data(made.certificate.utf8), named: "memory",
        key: Data(made.key.utf8), named: "memory")
    }
    state = Mutex(State(shown: shown, versions: versions, failure: shown.fault(at: time)))
    metrics.certificateExpiry.record(shown.notAfter.timeIntervalSince1970)
  }

  /// For the next connection.
  var context: NIOSSLContext { state.withLock { $0.shown.context } }

  /// Why clients will not believe what they are shown, or what there is in its stead and cannot be
  /// shown; nil where all is well.
  var failure: String? { state.withLock { $0.failure } }

  /// Reads the files again. What cannot be used is reported, and the certificate before it stays.
  func reload(_ logger: Logger, at time: Date = Date()) {
    load(logger, at: time, isAsked: true)
  }

  /// Reads the files again where they have changed, or where something was wrong with them; to be
  /// called now and then. The same trouble is reported once.
  func reloadIfChanged(_ logger: Logger, at time: Date = Date()) {
    let versions = Self.versions(source)
    let isDue = state.withLock { state in
      if versions.contains(nil) {
        // A file that was there a moment ago is being replaced.
        defer { state.versions = versions }
        return state.versions.contains(nil)
      }
      return state.versions != versions || state.failure != nil
        || state.shown.fault(at: time) != nil
    }
    if isDue { load(logger, at: time, isAsked: false) }
  }

  private func load(_ logger: Logger, at time: Date, isAsked: Bool) {
    guard case .files(let certificate, let key) = source else { return }
    // Noted first: a change while they are being read is then seen the next time.
    let versions = Self.versions(source)
    do {
      let new = try ServerCertificate(certificate: certificate, key: key)
      if let fault = new.fault(at: time) { throw CertificateError(fault) }
      state.withLock { $0 = State(shown: new, versions: versions, failure: nil) }
      metrics.certificateExpiry.record(new.notAfter.timeIntervalSince1970)
      metrics.reloaded(.succeeded)
      logger.notice("read the certificate again; connections that are open keep the old one")
    } catch {
      let failure = "\(error)"
      let isNews = state.withLock { state in
        defer {
          state.versions = versions
          state.failure = failure
        }
        return state.failure != failure
      }
      metrics.reloaded(.failed)
      if isNews || isAsked { logger.error("the certificate stays as it was: \(failure)") }
    }
  }

  private static func versions(_ source: RelayConfiguration.TLS) -> [FileVersion?] {
    guard case .files(let certificate, let key) = source else { return [] }
    return [certificate, key].map { FileVersion($0) }
  }
}
