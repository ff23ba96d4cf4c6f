import SimpaticoFuzz

// libFuzzer brings its own `main`; it calls these two. Built by scripts/fuzz.sh alone.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The environment says which target this run is for.
private let target: FuzzTarget = {
  let name = getenv("SIMPATICO_FUZZ_TARGET").map { String(cString: $0) } ?? ""
  guard let target = FuzzTarget.named(name) else {
    fatalError("SIMPATICO_FUZZ_TARGET is one of \(FuzzTarget.all.map(\.name))")
  }
  return target
}()

/// Ends the program where the bytes have broken the target's law.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  if let broken = target.broken(UnsafeBufferPointer(start: start, count: count)) {
    fatalError("\(target.name): \(broken)")
  }
  return 0
}
