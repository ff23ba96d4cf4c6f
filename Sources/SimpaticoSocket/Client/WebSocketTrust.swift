import NIOSSL

/// Whose word a client takes that a server is who it says: the authorities that may have signed its
/// certificate, for addresses of `wss://`.
///
/// The certificate must also be of the name, or the numerical address, that was asked for, and in
/// force now. TLS is 1.2 at least.
public struct WebSocketTrust: Sendable {
  let context: NIOSSLContext

  /// The authorities that the system trusts.
  ///
  /// They are read from the disk at the first call, which takes some milliseconds, and kept for the
  /// life of the process.
  ///
  /// - Throws: ``WebSocketConnectError/badTrust(_:)``.
  public static func system() throws(WebSocketConnectError) -> WebSocketTrust {
    try systemTrust.get()
  }

  private static let systemTrust = Result { () throws(WebSocketConnectError) in
    try WebSocketTrust(roots: .default, from: "the system's certificates")
  }

  /// The authorities of a PEM file, and no others. It may hold a server's own certificate.
  ///
  /// - Throws: ``WebSocketConnectError/badTrust(_:)`` where the file cannot be read or holds none.
  public init(file: String) throws(WebSocketConnectError) {
    let certificates: [NIOSSLCertificate]
    do {
      certificates = try NIOSSLCertificate.fromPEMFile(file)
    } catch {
      throw .badTrust("\(file) is no PEM file of certificates that can be read")
    }
    if certificates.isEmpty { throw .badTrust("\(file) holds no certificate") }
    try self.init(roots: .certificates(certificates), from: file)
  }

  private init(roots: NIOSSLTrustRoots, from source: String) throws(WebSocketConnectError) {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.trustRoots = roots
    configuration.minimumTLSVersion = .tlsv12
    do {
      context = try NIOSSLContext(configuration: configuration)
    } catch {
      throw .badTrust("\(source) cannot be used: \(error)")
    }
  }
}
