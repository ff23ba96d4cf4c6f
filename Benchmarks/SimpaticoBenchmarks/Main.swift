#if arch(wasm32)
  import CSimpaticoWasm
  import SimpaticoTree

  // Nothing runs at start-up: Benchmarks/wasm.mjs calls the functions and holds the clock.
  @main enum Main { static func main() {} }

  nonisolated(unsafe) private var kept: CombineTree?

  /// Performs operations of a timed workload; a negative count asks for the operations of one round.
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
  import SimpaticoTree

  #if canImport(Glibc)
    import Glibc
  #elseif canImport(Darwin)
    import Darwin
  #endif

  /// Prints a JSON row a line: {name, value, unit}. A time is the best of five rounds, after one to warm up.
  @main enum Main {
    static func main() {
      for workload in Workload.timed {
        var best = Double.infinity
        for round in 0...5 {
          let start = ContinuousClock.now
          guard workload.run(workload.count) > 0 else { preconditionFailure("no result") }
          let elapsed = (ContinuousClock.now - start) / .microseconds(1)
          if round > 0 { best = min(best, elapsed) }
        }
        report(workload.name, best / Double(workload.count), "µs")
      }
      for (name, count, grow) in Workload.sized {
        let before = bytesInUse()
        let tree = grow(count)
        let after = bytesInUse()
        withExtendedLifetime(tree) {}
        report(name, Double(after - before) / Double(count), "bytes")
      }
    }

    private static func report(_ name: StaticString, _ value: Double, _ unit: String) {
      print(#"{"name":"\#(name)","value":\#(value),"unit":"\#(unit)"}"#)
    }

    private static func bytesInUse() -> Int {
      #if canImport(Glibc)
        let info = mallinfo2()
        return Int(info.uordblks + info.hblkhd)
      #else
        var statistics = malloc_statistics_t()
        malloc_zone_statistics(nil, &statistics)
        return Int(statistics.size_in_use)
      #endif
    }
  }
#endif
