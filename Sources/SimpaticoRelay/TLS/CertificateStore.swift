import CoreMetrics
import Foundation
import Logging
import NIOSSL
import Synchronization

/// The certificate that new connections are shown. Connections that are there keep the one that
/// they came with. May be used from any thread.
final class CertificateStore: Sendable {
  /// What shows that a file was replaced: links are followed, as by those who renew certificates.
  private struct Version: Equatable {
    var size: Int
    var modified: Date
    var inode: Int
  }

  private struct State {
    var context: NIOSSLContext
    var versions: [Version?]
  }

  private let source: RelayConfiguration.TLS
  private let state: Mutex<State>
  private let metrics: RelayMetrics

  /// Loads the certificate.
  ///
  /// - Throws: `CertificateError`, which names the file.
  init(_ source: RelayConfiguration.TLS, host: String, metrics: RelayMetrics) throws {
    self.source = source
    self.metrics = metrics
    let versions = Self.versions(source)
    let context: NIOSSLContext
    switch source {
    case .files(let certificate, let key):
      context = try Self.context(certificate, key, metrics)
    case .selfSigned:
      let made = try SelfSigned.make(host: host)
      context = try Self.context([.certificate(made.certificate)], made.key)
      metrics.certificateExpiry.record(Double(made.certificate.notValidAfter))
    }
    state = Mutex(State(context: context, versions: versions))
  }

  /// For the next connection.
  var context: NIOSSLContext { state.withLock { $0.context } }

  /// Reads the files again. What cannot be used is reported, and the certificate before it stays.
  func reload(_ logger: Logger) {
    guard case .files(let certificate, let key) = source else { return }
    // Noted first: a change while they are being read is then seen the next time.
    let versions = Self.versions(source)
    state.withLock { $0.versions = versions }
    do {
      let context = try Self.context(certificate, key, metrics)
      state.withLock { $0.context = context }
      metrics.reloaded(.succeeded)
      logger.notice("read the certificate again; connections that are open keep the old one")
    } catch {
      metrics.reloaded(.failed)
      logger.error("the certificate stays as it was: \(error)")
    }
  }

  /// Reads the files again where they have changed.
  func reloadIfChanged(_ logger: Logger) {
    let versions = Self.versions(source)
    // A file that is away is being replaced.
    if versions.contains(nil) || versions == state.withLock({ $0.versions }) { return }
    reload(logger)
  }

  private static func versions(_ source: RelayConfiguration.TLS) -> [Version?] {
    guard case .files(let certificate, let key) = source else { return [] }
    return [certificate, key].map { path in
      let real = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
      guard let found = try? FileManager.default.attributesOfItem(atPath: real),
        let size = found[.size] as? Int, let modified = found[.modificationDate] as? Date
      else { return nil }
      let inode = (found[.systemFileNumber] as? Int) ?? 0
      return Version(size: size, modified: modified, inode: inode)
    }
  }

  private static func context(
    _ certificate: String, _ key: String, _ metrics: RelayMetrics
  ) throws -> NIOSSLContext {
    let chain: [NIOSSLCertificate]
    let privateKey: NIOSSLPrivateKey
    do {
      chain = try NIOSSLCertificate.fromPEMFile(certificate)
    } catch {
      throw CertificateError("\(certificate) is no PEM file of certificates that can be read")
    }
    do {
      privateKey = try NIOSSLPrivateKey(file: key, format: .pem)
    } catch {
      throw CertificateError("\(key) is no PEM file of a private key that can be read")
    }
    guard let leaf = chain.first else { throw CertificateError("\(certificate) is empty") }
    do {
      let context = try context(chain.map { .certificate($0) }, privateKey)
      metrics.certificateExpiry.record(Double(leaf.notValidAfter))
      return context
    } catch {
      throw CertificateError("the key in \(key) is not that of the certificate in \(certificate)")
    }
  }

  private static func context(
    _ chain: [NIOSSLCertificateSource], _ key: NIOSSLPrivateKey
  ) throws -> NIOSSLContext {
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain, privateKey: .privateKey(key))
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = ["http/1.1"]
    return try NIOSSLContext(configuration: configuration)
  }
}

/// Why a certificate cannot be used.
struct CertificateError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
