import CoreMetrics
import SimpaticoRelay
import Testing

@testable import SimpaticoRelay

@Suite struct Prometheus {
  private let registry = PrometheusRegistry(help: ["a_total": "Line one\nand \\ two"])

  @Test func aRegistryWritesTheTextFormat() {
    Counter(label: "a_total", dimensions: [("path", "C:\\\"x\"\n")], factory: registry)
      .increment(by: 3)
    Counter(label: "a_total", dimensions: [], factory: registry).increment()
    Recorder(label: "b", dimensions: [], aggregate: false, factory: registry).record(1.5)
    #expect(
      registry.text() == """
        # HELP a_total Line one\\nand \\\\ two
        # TYPE a_total counter
        a_total 1
        a_total{path="C:\\\\\\"x\\"\\n"} 3
        # TYPE b gauge
        b 1.5

        """)
  }

  @Test func aHistogramIsCumulative() {
    let timer = Timer(label: "seconds", dimensions: [("kind", "x")], factory: registry)
    for milliseconds in [0, 1, 1, 30, 20_000] { timer.recordMilliseconds(milliseconds) }
    let lines = registry.text().split(separator: "\n").map(String.init)
    #expect(lines.contains("# TYPE seconds histogram"))
    #expect(lines.contains("seconds_bucket{kind=\"x\",le=\"0.0001\"} 1"))
    #expect(lines.contains("seconds_bucket{kind=\"x\",le=\"0.001\"} 3"))
    #expect(lines.contains("seconds_bucket{kind=\"x\",le=\"0.1\"} 4"))
    #expect(lines.contains("seconds_bucket{kind=\"x\",le=\"10\"} 4"))
    #expect(lines.contains("seconds_bucket{kind=\"x\",le=\"+Inf\"} 5"))
    #expect(lines.contains("seconds_count{kind=\"x\"} 5"))
    #expect(lines.contains("seconds_sum{kind=\"x\"} 20.032"))
  }

  @Test func aMetricThatIsAskedForTwiceIsTheSame() {
    for _ in 0..<2 { Counter(label: "c", dimensions: [], factory: registry).increment(by: 2) }
    #expect(registry.text().contains("\nc 4\n"))
  }

  @Test func twoKindsUnderOneNameDoNotMakeItUnreadable() {
    Counter(label: "d", dimensions: [], factory: registry).increment()
    Recorder(label: "d", dimensions: [], aggregate: false, factory: registry).record(7)
    #expect(registry.text().contains("# TYPE d counter\nd 1\n"))
    #expect(!registry.text().contains("7"))
  }

  @Test func aCounterNeverFalls() {
    let counter = PrometheusCounter()
    counter.increment(by: Int64(5))
    counter.increment(by: Int64(-3))
    counter.increment(by: 0.5)
    counter.increment(by: -1.0)
    #expect(counter.samples.map(\.value) == [5.5])
    counter.reset()
    #expect(counter.samples.map(\.value) == [0])
  }

  @Test func aGaugeGoesBothWays() {
    let gauge = PrometheusGauge()
    gauge.set(Int64(5))
    gauge.increment(by: 2)
    gauge.decrement(by: 10)
    #expect(gauge.samples.map(\.value) == [-3])
  }

  @Test(arguments: [
    ("http.requests-total", "http_requests_total"), ("9lives", "_9lives"), ("", "_"),
    ("a:b", "a:b"), ("ü", "_"), ("_x9", "_x9"),
  ])
  func aNameIsMadeOneThatIsTaken(_ name: String, _ wanted: String) {
    #expect(PrometheusText.name(name) == wanted)
  }

  @Test func aLabelHasNoColon() {
    #expect(PrometheusText.name("a:b", isLabel: true) == "a_b")
  }

  @Test(arguments: [
    (0.0, "0"), (-0.0, "0"), (1.0, "1"), (1.5, "1.5"), (-2.25, "-2.25"), (1e15, "1000000000000000"),
    (Double.infinity, "+Inf"), (-Double.infinity, "-Inf"), (Double.nan, "NaN"), (1e300, "1e+300"),
  ])
  func aNumberIsReadAlikeElsewhere(_ number: Double, _ wanted: String) {
    #expect(PrometheusText.number(number) == wanted)
  }

  @Test func everyMetricOfTheRelayIsExplained() {
    let registry = Relay.makeRegistry()
    _ = RelayMetrics(registry)
    ProcessMetrics(registry).sample()
    let lines = registry.text().split(separator: "\n")
    let typed = lines.filter { $0.hasPrefix("# TYPE ") }.map { $0.split(separator: " ")[2] }
    let helped = lines.filter { $0.hasPrefix("# HELP ") }.map { $0.split(separator: " ")[2] }
    #expect(typed == helped)
    #expect(typed.count > 20)
  }
}
