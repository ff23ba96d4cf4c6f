import CSimpaticoWasm
import SimpaticoWorld

// What the lab's page calls. One thread, so one session and one answer at a time.
nonisolated(unsafe) private var session = LabSession()
nonisolated(unsafe) private var answer: [UInt8] = []

/// Takes a command of `LabSession` as UTF-8 JSON. Answers the address (high half) and length (low
/// half) of UTF-8 JSON that stays valid until the next call.
@c(simpatico_call) public func call(_ request: UnsafePointer<UInt8>?, _ count: Int32) -> UInt64 {
  answer = session.call(UnsafeBufferPointer(start: request, count: Int(max(count, 0))))
  return answer.withUnsafeBytes { simpatico_place($0.baseAddress, $0.count) }
}
