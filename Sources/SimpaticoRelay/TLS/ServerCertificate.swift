import Foundation
import NIOCore
import NIOSSL

/// A certificate with its chain and its key, ready to be shown.
struct ServerCertificate: Sendable {
  /// For connections that show it.
  let context: NIOSSLContext
  /// Where it comes from, in words.
  let source: String
  /// The first second in which clients believe it, and the last (RFC 5280 section 4.1.2.5).
  let notBefore: Date
  let notAfter: Date

  /// Loads PEM files.
  ///
  /// - Throws: `CertificateError`, which names the file and what is wrong with it.
  init(certificate: String, key: String) throws {
    try self.init(
      certificate: try Self.read(certificate), named: certificate,
      key: try Self.read(key), named: key)
  }

  /// Takes the contents of PEM files.
  ///
  /// - Throws: `CertificateError`, which names what is wrong by the names given.
  init(
    certificate: Data, named certificateName: String, key: Data, named keyName: String
  ) throws {
    let chain: [NIOSSLCertificate]
    do {
      chain = try NIOSSLCertificate.fromPEMBytes(Array(certificate))
    } catch {
      throw CertificateError("\(certificateName) holds no certificate in PEM, or a damaged one")
    }
    guard let leaf = chain.first else { throw CertificateError("\(certificateName) is empty") }
    let privateKey: NIOSSLPrivateKey
    do {
      privateKey = try NIOSSLPrivateKey(bytes: Array(key), format: .pem)
    } catch {
      let isEncrypted = String(decoding: key, as: UTF8.self).contains("ENCRYPTED")
      throw CertificateError(
        isEncrypted
          ? "\(keyName) is encrypted; a relay takes a key without a passphrase"
          : "\(keyName) holds no private key in PEM, or a damaged one")
    }
    do {
      context = try Self.context(chain, privateKey)
    } catch {
      throw CertificateError(
        "the key in \(keyName) is not that of the certificate in \(certificateName)")
    }
    do {
      try TLSRehearsal.run(context)
    } catch {
      throw CertificateError(
        "TLS cannot be spoken with the key in \(keyName): it is too short, or of a kind that no"
          + " client knows")
    }
    source = certificateName
    notBefore = Date(timeIntervalSince1970: Double(leaf.notValidBefore))
    notAfter = Date(timeIntervalSince1970: Double(leaf.notValidAfter))
  }

  /// Why no client believes it at that time; nil while it is in force.
  func fault(at time: Date) -> String? {
    if time < notBefore {
      return "the certificate in \(source) is not valid before \(notBefore.formatted(.iso8601))"
    }
    guard time >= notAfter.addingTimeInterval(1) else { return nil }
    return "the certificate in \(source) expired at \(notAfter.formatted(.iso8601))"
  }

  private static func read(_ path: String) throws -> Data {
    do {
      return try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      let reason =
        switch (error as? CocoaError)?.code {
        case .fileReadNoPermission: "permission denied"
        case .fileReadNoSuchFile, .fileNoSuchFile: "there is no such file"
        default: "it is no file, or the system fails to read it"
        }
      throw CertificateError("\(path) cannot be read: \(reason)")
    }
  }

  private static func context(
    _ chain: [NIOSSLCertificate], _ key: NIOSSLPrivateKey
  ) throws -> NIOSSLContext {
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = ["http/1.1"]
    // Who has not answered the end of what TLS carries will hardly answer its own.
    configuration.shutdownTimeout = .seconds(1)
    return try NIOSSLContext(configuration: configuration)
  }
}

/// Why a certificate cannot be used.
struct CertificateError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
