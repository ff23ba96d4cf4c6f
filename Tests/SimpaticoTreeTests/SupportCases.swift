import Foundation
import Testing

/// A seeded source of cases (SplitMix64): a failure can be run again from the seed it prints.
struct CaseRandom: RandomNumberGenerator {
  let seed: UInt64
  private var state: UInt64

  init(seed: UInt64) {
    self.seed = seed
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number from 0 up to, not including, `bound`.
  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  mutating func chance(percent: Int) -> Bool { below(100) < percent }

  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
}

/// Cases that a law is tried on: case n has the seed `first + n`.
///
/// A usual run tries each law on as many cases as take a moment. `SIMPATICO_CASES=100000` tries
/// every law on so many and says how long that took; `SIMPATICO_TEST_SEED=7` starts at the case of
/// that seed. Both together, with one case, run a single case again.
enum Cases {
  /// How many cases were asked for, if any number was.
  static let asked = number("SIMPATICO_CASES").map { Int(clamping: $0) }

  /// `SIMPATICO_TEST_SEED` runs a printed case again, or tries other cases than the usual ones.
  static let first = number("SIMPATICO_TEST_SEED") ?? 1

  private static func number(_ variable: String) -> UInt64? {
    ProcessInfo.processInfo.environment[variable].flatMap { UInt64($0) }
  }

  /// Tries a law, which answers nil where it holds and otherwise what broke it. Stops at the first
  /// broken case.
  ///
  /// - Parameters:
  ///   - usual: how many cases a usual run tries.
  ///   - weight: how many ordinary cases one of this law stands for, where a case is a long story.
  static func holds(
    _ usual: Int, weight: Int = 1, law name: String = #function,
    location: SourceLocation = #_sourceLocation, _ law: (inout CaseRandom) throws -> String?
  ) {
    let count = asked.map { max(1, $0 / weight) } ?? usual
    let start = ContinuousClock.now
    for offset in 0..<count {
      let seed = first &+ UInt64(offset)
      var random = CaseRandom(seed: seed)
      let broken: String?
      do { broken = try law(&random) } catch { broken = "an unexpected error: \(error)" }
      if let broken {
        let again = "SIMPATICO_TEST_SEED=\(seed) SIMPATICO_CASES=\(weight)"
        Issue.record("\(again): \(broken)", sourceLocation: location)
        return
      }
    }
    if asked != nil { say("\(count) cases of \(name) in \(ContinuousClock.now - start)") }
  }

  /// At once, also into a file: a long run is watched.
  private static func say(_ line: String) {
    FileHandle.standardError.write(Data((line + "\n").utf8))
  }

  /// The cases of a law must try what it is about. Few cases, such as a single one that is run
  /// again, need not.
  static func tried(
    _ what: String, _ times: Int, atLeast least: Int,
    location: SourceLocation = #_sourceLocation
  ) {
    if let asked, asked < 10_000 { return }
    guard times < least else { return }
    Issue.record("the cases tried \(what) only \(times) times", sourceLocation: location)
  }
}

/// What a throwing call came to, so that two of them can be compared.
enum Attempt<Success: Equatable, Failure: Error & Equatable>: Equatable {
  case success(Success)
  case failure(Failure)

  init(_ body: () throws(Failure) -> Success) {
    do throws(Failure) { self = .success(try body()) } catch { self = .failure(error) }
  }

  var value: Success? { if case .success(let value) = self { value } else { nil } }
}

/// A statement that the model makes and the library must make too.
func differ<Subject: Equatable>(
  _ what: @autoclosure () -> String, _ actual: Subject, _ expected: Subject
) -> String? {
  actual == expected ? nil : "\(what()) is \(actual), but should be \(expected)"
}

/// The first of several statements that does not hold.
func firstDifference(_ differences: String?...) -> String? {
  differences.lazy.compactMap { $0 }.first
}
