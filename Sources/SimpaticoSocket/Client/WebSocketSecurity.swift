import NIOCore
import NIOSSL

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The encryption under a client's opening handshake.
enum WebSocketSecurity {
  /// The handler that encrypts, to be the first of the pipeline.
  static func handler(
    for target: WebSocketURL, _ trust: WebSocketTrust
  ) throws -> NIOSSLClientHandler {
    // A numerical address is not told to the server (RFC 6066 section 3), and is compared with that
    // of the connection.
    let name = isNumerical(target) ? nil : withoutRoot(target.host)
    do {
      return try NIOSSLClientHandler(context: trust.context, serverHostname: name)
    } catch {
      throw WebSocketConnectError.badURL("\(target.host) is no name that a certificate can have")
    }
  }

  /// What is wrong with a certificate that NIOSSL has taken: for a name it also takes one of the
  /// connection's numerical address, which proves nothing to who was led to that address.
  static func misfit(
    _ certificate: NIOSSLCertificate?, of target: WebSocketURL
  ) -> WebSocketConnectError? {
    if isNumerical(target) { return nil }
    let wanted = withoutRoot(target.host).lowercased()
    let isFitting = certificate?._subjectAlternativeNames().contains { name in
      guard name.nameType == .dnsName else { return false }
      return fits(String(decoding: name.contents, as: UTF8.self).lowercased(), wanted)
    }
    return isFitting == true ? nil : wrongServer(target.host)
  }

  /// Whether a certificate's name is that of a server. A star stands for one whole label, the first
  /// (RFC 9525 section 6.3).
  private static func fits(_ name: String, _ server: String) -> Bool {
    if name == server { return true }
    guard name.hasPrefix("*."), let dot = server.firstIndex(of: "."), dot != server.startIndex
    else { return false }
    return name.dropFirst() == server[dot...] && name.dropFirst(2).contains(".")
  }

  private static func isNumerical(_ target: WebSocketURL) -> Bool {
    (try? SocketAddress(ipAddress: target.host, port: target.port)) != nil
  }

  private static func wrongServer(_ host: String) -> WebSocketConnectError {
    .badCertificate("the certificate is not for \(host), but for another server")
  }

  /// What went wrong before the connection was encrypted; nil where an error is of another kind.
  ///
  /// - Parameter certificate: what the server has shown, where it got so far.
  static func problem(
    _ error: any Error, host: String, certificate: NIOSSLCertificate?
  ) -> WebSocketConnectError? {
    if let error = error as? NIOSSLExtraError, error == .failedToValidateHostname {
      return wrongServer(host)
    }
    guard let error = error as? NIOSSLError else { return nil }
    switch error {
    case .handshakeFailed(let cause):
      if isDistrust(cause) { return .badCertificate(distrust(host, certificate)) }
      let reason = words(cause)
      // What came does not begin as TLS does.
      let advice = reason == "wrong version number" ? plainAdvice : ""
      return .notSecured("\(host) does not speak TLS as it should: \(reason)\(advice)")
    case .noCertificateToValidate, .unableToValidateCertificate:
      return .badCertificate(distrust(host, certificate))
    case .uncleanShutdown: return .lost
    default: return .notSecured("the connection to \(host) cannot be encrypted: \(error)")
    }
  }

  private static let plainAdvice =
    " (perhaps it speaks HTTP without encryption: then the address begins with http:// or ws://)"

  /// A name without the dot that stands for the root of all names; certificates have none.
  private static func withoutRoot(_ host: String) -> String {
    host.hasSuffix(".") ? String(host.dropLast()) : host
  }

  private static func isDistrust(_ error: BoringSSLError) -> Bool {
    guard case .sslError(let stack) = error else { return false }
    return stack.contains { "\($0)".contains("CERTIFICATE_VERIFY_FAILED") }
  }

  /// Why a certificate is not believed.
  private static func distrust(_ host: String, _ certificate: NIOSSLCertificate?) -> String {
    let now = time(nil)
    if let certificate, certificate.notValidAfter < now {
      return "the certificate of \(host) has expired"
    }
    if let certificate, certificate.notValidBefore > now {
      return "the certificate of \(host) is not valid yet, or this machine's clock is slow"
    }
    return "the certificate of \(host) is not trusted: no authority that this machine believes has"
      + " signed it"
  }

  /// The last thing that the library says, without its files and their lines.
  private static func words(_ error: BoringSSLError) -> String {
    guard case .sslError(let stack) = error, let last = stack.first else { return "\(error)" }
    let parts = "\(last)".split { $0 == ":" || $0 == " " }
    return parts.first { $0.contains("_") && $0.uppercased() == $0 }
      .map { $0.lowercased().split(separator: "_").joined(separator: " ") } ?? "\(last)"
  }
}
