public import CoreMetrics
import Synchronization

/// Collects the metrics of a process and writes them for Prometheus to fetch.
///
/// It is a factory of swift-metrics, so that what other libraries measure comes along where it is
/// bootstrapped with it. A metric that is asked for twice is the same metric; one whose name is
/// taken by another kind gets lines nowhere.
public final class PrometheusRegistry: MetricsFactory, Sendable {
  private enum Kind: String { case counter, gauge, histogram }

  private struct Family {
    let kind: Kind
    /// By their labels, written out.
    var series: [String: any PrometheusSeries] = [:]
  }

  private let families = Mutex<[String: Family]>([:])
  private let help: [String: String]

  /// - Parameter help: what each metric means, by its name.
  public init(help: [String: String] = [:]) { self.help = help }

  public func makeCounter(
    label: String, dimensions: [(String, String)]
  ) -> any CounterHandler {
    series(label, dimensions, .counter, PrometheusCounter.init)
  }

  public func makeFloatingPointCounter(
    label: String, dimensions: [(String, String)]
  ) -> any FloatingPointCounterHandler {
    series(label, dimensions, .counter, PrometheusCounter.init)
  }

  public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    series(label, dimensions, .gauge, PrometheusGauge.init)
  }

  public func makeRecorder(
    label: String, dimensions: [(String, String)], aggregate: Bool
  ) -> any RecorderHandler {
    aggregate
      ? series(label, dimensions, .histogram, PrometheusHistogram.init)
      : series(label, dimensions, .gauge, PrometheusGauge.init)
  }

  public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    series(label, dimensions, .histogram, PrometheusHistogram.init)
  }

  // A series of the text format stays until the process ends, or rates would be wrong.
  public func destroyCounter(_ handler: any CounterHandler) {}
  public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
  public func destroyMeter(_ handler: any MeterHandler) {}
  public func destroyRecorder(_ handler: any RecorderHandler) {}
  public func destroyTimer(_ handler: any TimerHandler) {}

  private func series<Series: PrometheusSeries>(
    _ label: String, _ dimensions: [(String, String)], _ kind: Kind, _ make: () -> Series
  ) -> Series {
    let name = PrometheusText.name(label)
    let labels = dimensions.map {
      "\(PrometheusText.name($0.0, isLabel: true))=\"\(PrometheusText.label($0.1))\""
    }.joined(separator: ",")
    let made = make()
    return families.withLock { families in
      var family = families[name] ?? Family(kind: kind)
      // Two kinds under one name would make the whole answer unreadable.
      guard family.kind == kind else { return made }
      if let known = family.series[labels] as? Series { return known }
      family.series[labels] = made
      families[name] = family
      return made
    }
  }

  /// All metrics as text, sorted by name and labels. Linear in their number.
  public func text() -> String {
    var text = ""
    for (name, family) in families.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
      if let help = help[name] { text += "# HELP \(name) \(PrometheusText.help(help))\n" }
      text += "# TYPE \(name) \(family.kind.rawValue)\n"
      for (labels, series) in family.series.sorted(by: { $0.key < $1.key }) {
        for sample in series.samples {
          let further = sample.label.map { "\($0.0)=\"\($0.1)\"" }
          let all = [labels, further ?? ""].filter { !$0.isEmpty }.joined(separator: ",")
          let braces = all.isEmpty ? "" : "{\(all)}"
          text += "\(name)\(sample.suffix)\(braces) \(PrometheusText.number(sample.value))\n"
        }
      }
    }
    return text
  }
}
