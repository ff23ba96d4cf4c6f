import Crypto
import Foundation
import SwiftASN1
import X509

/// A certificate for trying out: for this machine, for a month, and of a key that is kept nowhere.
enum SelfSigned {
  static let month: TimeInterval = 30 * 86_400

  /// Makes one, and its key, both in PEM. From an hour ago on, since clocks differ.
  static func make(
    host: String, from start: Date = Date(timeIntervalSinceNow: -3600),
    for seconds: TimeInterval = month
  ) throws -> (certificate: String, key: String) {
    let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
    let name = try DistinguishedName { CommonName("simpatico, for trying out") }
    let certificate = try Certificate(
      version: .v3, serialNumber: .init(), publicKey: key.publicKey,
      notValidBefore: start, notValidAfter: start.addingTimeInterval(seconds), issuer: name,
      subject: name,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.notCertificateAuthority)
        try ExtendedKeyUsage([.serverAuth])
        SubjectAlternativeNames(names(host))
      },
      issuerPrivateKey: key)
    return (try certificate.serializeAsPEM().pemString, try key.serializeAsPEM().pemString)
  }

  private static func names(_ host: String) -> [GeneralName] {
    let addresses = ["127.0.0.1", "::1", host].compactMap { AddressBits($0) }
    let known = addresses.reduce(into: [AddressBits]()) { all, address in
      if !all.contains(address) { all.append(address) }
    }
    var names: [GeneralName] = [.dnsName("localhost")]
    if AddressBits(host) == nil, host != "localhost" { names.append(.dnsName(host)) }
    // RFC 5280 section 4.2.1.6: four bytes for IPv4, sixteen for IPv6.
    names += known.map { address in
      let bytes = address.isIPv4 ? ArraySlice(address.bytes.suffix(4)) : address.bytes[...]
      return .ipAddress(ASN1OctetString(contentBytes: bytes))
    }
    return names
  }
}
