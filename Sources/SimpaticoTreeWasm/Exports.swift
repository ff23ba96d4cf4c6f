import CSimpaticoWasm
import SimpaticoTree

// The tree alone in the browser, for a page of somebody's own; here the benchmarks weigh it. One
// thread, so one tree and one answer at a time.
nonisolated(unsafe) private var tree = CombineTree(
  combiner: Combiner(library: HandlerLibrary(StockHandlers.all)))
nonisolated(unsafe) private var answer: [UInt8] = []

/// Adds a value, given as UTF-8 JSON, after the newest node. Answers the address (high half) and
/// length (low half) of the new residue as UTF-8 JSON, or of nothing where it cannot be added.
@c(simpatico_call) public func call(_ request: UnsafePointer<UInt8>?, _ count: Int32) -> UInt64 {
  let bytes = UnsafeBufferPointer(start: request, count: Int(max(count, 0)))
  answer = []
  if let value = try? JSON.parse(bytes), (try? tree.add(value, toLeafOf: 0)) != nil,
    let residue = try? tree.residue(ofBranch: 0)
  {
    JSON.append(residue, to: &answer)
  }
  return answer.withUnsafeBytes { simpatico_place($0.baseAddress, $0.count) }
}
