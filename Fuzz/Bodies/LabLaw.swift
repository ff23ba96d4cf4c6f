import SimpaticoTree
import SimpaticoWorld

/// Commands of the lab page, one a line: each is answered by an object in canonical JSON.
enum LabLaw {
  private static let commandsAtMost = 8

  static func broken(by bytes: UnsafeBufferPointer<UInt8>) -> String? {
    var session = LabSession()
    var stream = ByteStream(bytes)
    var left = commandsAtMost
    while left > 0, let line = stream.line() {
      left -= 1
      let answer = session.call(line)
      guard let value = try? JSON.parse(answer) else { return "an answer that is no JSON" }
      if value.object == nil { return "an answer that is no object" }
      if value.bytes != answer { return "an answer that is not canonical" }
    }
    return nil
  }
}
