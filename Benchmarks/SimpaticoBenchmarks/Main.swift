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
  ///
  /// `--operations N NAME` performs N operations of one row once, and prints nothing: for whoever
  /// counts something else than time. `--names` prints the names of the timed rows.
  @main enum Main {
    static func main() {
      let arguments = CommandLine.arguments.dropFirst()
      switch arguments.first {
      case "--names": for workload in Workload.timed { print(workload.name) }
      case "--operations": perform(arguments.dropFirst())
      default: measure(arguments)
      }
    }

    private static func perform(_ arguments: ArraySlice<String>) {
      guard let count = arguments.first.flatMap({ Int($0) }), count > 0,
        let workload = Workload.timed.first(where: { "\($0.name)" == arguments.last })
      else { preconditionFailure("--operations N NAME: a count, and the name of a timed row") }
      guard workload.run(count) > 0 else { preconditionFailure("no result") }
    }

    private static func measure(_ wanted: ArraySlice<String>) {
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
