import CSimpaticoWasm
import SimpaticoProtocol
import SimpaticoWorld

// The few functions that the page calls. One thread, so one session and one answer at a time.
nonisolated(unsafe) private var session = LabSession()
nonisolated(unsafe) private var chat = ChatSession()
nonisolated(unsafe) private var answer: [UInt8] = []

/// Memory for a command that the page is about to write.
@c(simpatico_alloc) public func allocate(_ byteCount: Int32) -> UnsafeMutableRawPointer? {
  byteCount < 0 ? nil : .allocate(byteCount: Int(byteCount), alignment: 8)
}

/// Gives back what `simpatico_alloc` gave.
@c(simpatico_free) public func deallocate(_ pointer: UnsafeMutableRawPointer?) {
  pointer?.deallocate()
}

/// Takes a command as UTF-8 JSON. Answers the address (high half) and length (low half) of UTF-8
/// JSON that stays valid until the next call.
@c(simpatico_call) public func call(_ request: UnsafePointer<UInt8>?, _ count: Int32) -> UInt64 {
  answer = session.call(UnsafeBufferPointer(start: request, count: Int(max(count, 0))))
  return place
}

/// The same for the chat: a command of `ChatSession`.
@c(simpatico_chat) public func chat(_ request: UnsafePointer<UInt8>?, _ count: Int32) -> UInt64 {
  answer = chat.call(UnsafeBufferPointer(start: request, count: Int(max(count, 0))))
  return place
}

/// Where the answer is.
private var place: UInt64 {
  answer.withUnsafeBufferPointer { bytes in
    let address = UInt64(UInt(bitPattern: bytes.baseAddress))
    return address << 32 | UInt64(UInt32(truncatingIfNeeded: bytes.count))
  }
}
