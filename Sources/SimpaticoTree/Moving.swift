// The standard library copies and moves element by element in the browser build, with a call for
// each. What the core holds may all be moved as plain memory.
extension UnsafeMutablePointer {
  /// Moves elements here, to memory that holds none. Both places may overlap.
  @inline(__always)
  func take(from source: UnsafeMutablePointer, count: Int) {
    UnsafeMutableRawPointer(self).copyMemory(
      from: source, byteCount: count &* MemoryLayout<Pointee>.stride)
  }
}

extension UnsafeMutablePointer<UInt8> {
  /// Copies bytes here.
  @inline(__always)
  func copy(from source: UnsafePointer<UInt8>, count: Int) {
    UnsafeMutableRawPointer(self).copyMemory(from: source, byteCount: count)
  }
}

extension [UInt8] {
  /// Appends bytes; to an empty array at once.
  mutating func append(copying bytes: UnsafeBufferPointer<UInt8>) {
    guard isEmpty, let source = bytes.baseAddress else {
      append(contentsOf: bytes)
      return
    }
    self = [UInt8](unsafeUninitializedCapacity: bytes.count) { target, count in
      target.baseAddress?.copy(from: source, count: bytes.count)
      count = bytes.count
    }
  }
}
