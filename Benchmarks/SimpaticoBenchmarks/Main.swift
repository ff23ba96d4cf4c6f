import CSimpaticoWasm
import SimpaticoTree

#if arch(wasm32)
  // Nothing runs at start-up: Benchmarks/wasm.mjs calls the functions and holds the clock.
  @main enum Main { static func main() {} }

  nonisolated(unsafe) private var kept: CombineTree?

  /// Performs operations of a timed workload; a negative count asks for the operations of one
  /// round.
  @c(simpatico_benchmark) public func benchmark(_ index: Int32, _ count: Int32) -> Double {
    let workload = Workload.timed[Int(index)]
    return Double(count < 0 ? workload.count : workload.run(Int(count)))
  }

  /// Bytes that one more node of a tree keeps.
  @c(simpatico_node_bytes) public func nodeBytes(_ index: Int32) -> Double {
    let (_, count, grow) = Workload.sized[Int(index)]
    kept = nil
    let before = simpatico_bytes_in_use()
    kept = grow(count)
    let after = simpatico_bytes_in_use()
    kept = nil
    return Double(after - before) / Double(count)
  }
#else
  /// Prints a JSON row a line: {name, value, unit}. A time is the best of five rounds, after one to
  /// warm up. Arguments, where there are any, name the rows that are wanted.
  @main enum Main {
    static func main() {
      let wanted = CommandLine.arguments.dropFirst()
      let isWanted = { (name: StaticString) in wanted.isEmpty || wanted.contains("\(name)") }
      for workload in Workload.timed where isWanted(workload.name) {
        var best = Double.infinity
        for round in 0...5 {
          let start = ContinuousClock.now
          guard workload.run(workload.count) > 0 else { preconditionFailure("no result") }
          let elapsed = (ContinuousClock.now - start) / .microseconds(1)
          if round > 0 { best = min(best, elapsed) }
        }
        report(workload.name, best / Double(workload.count), "µs")
      }
      for (name, count, grow) in Workload.sized where isWanted(name) {
        let before = simpatico_bytes_in_use()
        let tree = grow(count)
        let after = simpatico_bytes_in_use()
        withExtendedLifetime(tree) {}
        report(name, Double(after - before) / Double(count), "bytes")
      }
    }

    private static func report(_ name: StaticString, _ value: Double, _ unit: String) {
      print(#"{"name":"\#(name)","value":\#(value),"unit":"\#(unit)"}"#)
    }
  }
#endif
