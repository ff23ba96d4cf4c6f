import NIOCore

/// An IP address as 128 bits; IPv4 stands in `::ffff:0:0/96` (RFC 4291 section 2.5.5.2), so that an
/// address has one spelling whichever socket it came in by.
struct AddressBits: Hashable, Sendable {
  var high: UInt64
  var low: UInt64

  var isIPv4: Bool { high == 0 && low >> 32 == 0xffff }

  /// What counts as one address: of IPv6 the first 64 bits, because one customer has them all.
  var customer: AddressBits { isIPv4 ? self : AddressBits(high: high, low: 0) }

  /// The bytes in network order.
  var bytes: [UInt8] {
    (0..<16).map { UInt8(truncatingIfNeeded: ($0 < 8 ? high : low) >> UInt64(56 - $0 % 8 * 8)) }
  }

  init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Nil for an address that is not of the internet, as that of a Unix socket.
  init?(_ address: SocketAddress?) {
    guard let address else { return nil }
    let found = address.withSockAddr { start, _ -> (high: UInt64, low: UInt64)? in
      let bytes = UnsafeRawPointer(start)
      /// The fields follow family and port, and in IPv6 the flow (RFC 3493 sections 3.3, 3.4).
      func word<Word: FixedWidthInteger>(_ offset: Int, _ type: Word.Type) -> Word {
        Word(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
      }
      switch address {
      case .v4: return (0, 0xffff_0000_0000 | UInt64(word(4, UInt32.self)))
      case .v6: return (word(8, UInt64.self), word(16, UInt64.self))
      case .unixDomainSocket: return nil
      }
    }
    guard let found else { return nil }
    self.init(high: found.high, low: found.low)
  }

  /// Reads `192.0.2.1` or `2001:db8::1`; a zone (`%eth0`) is not taken.
  init?(_ text: some StringProtocol) {
    guard !text.contains("%"), let address = try? SocketAddress(ipAddress: String(text), port: 0)
    else { return nil }
    self.init(address)
  }
}

/// A range of IP addresses, as `192.0.2.0/24`, `2001:db8::/32` or one address.
public struct AddressRange: Sendable, Hashable, CustomStringConvertible {
  public let description: String
  private let bits: AddressBits
  private let prefixLength: Int

  /// Reads a range, or answers nil where the text is none (RFC 4632 section 3.1).
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, let bits = AddressBits(parts[0]) else { return nil }
    let isIPv4 = parts[0].contains(".") && !parts[0].contains(":")
    let longest = isIPv4 ? 32 : 128
    var length = longest
    if parts.count == 2 {
      // One spelling each: digits, without a sign and without zeros in front.
      guard let given = Int(parts[1]), (0...longest).contains(given), String(given) == parts[1]
      else { return nil }
      length = given
    }
    description = text
    self.bits = bits
    prefixLength = isIPv4 ? length + 96 : length
  }

  /// Whether an address is in it.
  func contains(_ address: AddressBits) -> Bool {
    func mask(_ length: Int) -> UInt64 { length <= 0 ? 0 : ~0 << UInt64(64 - min(64, length)) }
    return (address.high ^ bits.high) & mask(prefixLength) == 0
      && (address.low ^ bits.low) & mask(prefixLength - 64) == 0
  }
}
