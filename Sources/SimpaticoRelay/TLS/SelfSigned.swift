import Crypto
import Foundation
import NIOCore
import NIOSSL
import SwiftASN1
import X509

/// A certificate for trying out: for this machine, for a month, and of a key that is kept nowhere.
enum SelfSigned {
  static func make(
    host: String
  ) throws -> (certificate: NIOSSLCertificate, key: NIOSSLPrivateKey) {
    let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
    let name = try DistinguishedName { CommonName("simpatico, for trying out") }
    let now = Date()
    let certificate = try Certificate(
      version: .v3, serialNumber: .init(), publicKey: key.publicKey,
      notValidBefore: now.addingTimeInterval(-3600),
      notValidAfter: now.addingTimeInterval(30 * 86_400), issuer: name, subject: name,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.notCertificateAuthority)
        try ExtendedKeyUsage([.serverAuth])
        SubjectAlternativeNames(names(host))
      },
      issuerPrivateKey: key)
    var serializer = DER.Serializer()
    try certificate.serialize(into: &serializer)
    let privateKey = try key.serializeAsPEM().pemString
    return (
      try NIOSSLCertificate(bytes: serializer.serializedBytes, format: .der),
      try NIOSSLPrivateKey(bytes: Array(privateKey.utf8), format: .pem)
    )
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
