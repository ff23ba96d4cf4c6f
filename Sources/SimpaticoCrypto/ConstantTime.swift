import Crypto

/// Whether two byte sequences are equal, in a time that depends on their lengths only.
///
/// For secrets that a peer can guess at: a comparison that stops at the first difference tells
/// how much of the guess was right. The lengths themselves are not hidden. Linear in the length.
public func constantTimeEquals(_ left: [UInt8], _ right: [UInt8]) -> Bool {
  // Symmetric keys are compared in constant time by the library, which also keeps the optimizer
  // from turning the comparison back into one that stops early.
  SymmetricKey(data: left) == SymmetricKey(data: right)
}
