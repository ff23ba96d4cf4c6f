import CoreMetrics
import Synchronization

/// One series of the text format: a metric with its labels, and its numbers. May be used from any
/// thread; adding to it is one atomic operation, but for histograms and fractions.
protocol PrometheusSeries: AnyObject, Sendable {
  /// The lines' endings: what follows the metric's name, further labels, and the value.
  var samples: [(suffix: String, label: (String, String)?, value: Double)] { get }
}

/// A number that only grows.
final class PrometheusCounter: PrometheusSeries, CounterHandler, FloatingPointCounterHandler {
  private let whole = Atomic<Int64>(0)
  private let fraction = Mutex(0.0)

  /// Less than nothing is not added: a counter never falls.
  func increment(by amount: Int64) {
    if amount > 0 { whole.add(amount, ordering: .relaxed) }
  }

  func increment(by amount: Double) {
    if amount > 0 { fraction.withLock { $0 += amount } }
  }

  func reset() {
    whole.store(0, ordering: .relaxed)
    fraction.withLock { $0 = 0 }
  }

  var samples: [(suffix: String, label: (String, String)?, value: Double)] {
    [("", nil, Double(whole.load(ordering: .relaxed)) + fraction.withLock { $0 })]
  }
}

/// A number that goes up and down. Until it is known it has no line.
final class PrometheusGauge: PrometheusSeries, MeterHandler, RecorderHandler {
  private let value = Mutex<Double?>(nil)

  func set(_ value: Int64) { set(Double(value)) }
  func set(_ value: Double) { self.value.withLock { $0 = value } }
  func increment(by amount: Double) { value.withLock { $0 = ($0 ?? 0) + amount } }
  func decrement(by amount: Double) { increment(by: -amount) }
  func record(_ value: Int64) { set(Double(value)) }
  func record(_ value: Double) { set(value) }

  var samples: [(suffix: String, label: (String, String)?, value: Double)] {
    value.withLock { $0 }.map { [("", nil, $0)] } ?? []
  }
}

/// How values are spread, in cumulative buckets; timers record seconds.
final class PrometheusHistogram: PrometheusSeries, RecorderHandler, TimerHandler {
  /// The upper bounds, in seconds for a timer: a tenth of a millisecond to ten seconds.
  static let bounds = [0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 1, 2.5, 10]

  private struct State {
    var counts = [UInt64](repeating: 0, count: PrometheusHistogram.bounds.count + 1)
    var sum = 0.0
  }

  private let state = Mutex(State())

  func record(_ value: Int64) { record(Double(value)) }

  func record(_ value: Double) {
    let index = Self.bounds.firstIndex { value <= $0 } ?? Self.bounds.count
    state.withLock {
      $0.counts[index] += 1
      $0.sum += value
    }
  }

  func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }

  func preferDisplayUnit(_ unit: TimeUnit) {}

  var samples: [(suffix: String, label: (String, String)?, value: Double)] {
    let (counts, sum) = state.withLock { ($0.counts, $0.sum) }
    var total: UInt64 = 0
    var samples: [(suffix: String, label: (String, String)?, value: Double)] = []
    for (index, count) in counts.enumerated() {
      total += count
      let bound = index < Self.bounds.count ? PrometheusText.number(Self.bounds[index]) : "+Inf"
      samples.append(("_bucket", ("le", bound), Double(total)))
    }
    return samples + [("_sum", nil, sum), ("_count", nil, Double(total))]
  }
}
