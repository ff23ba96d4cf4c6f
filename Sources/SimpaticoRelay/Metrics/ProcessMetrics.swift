import CoreMetrics
import Foundation
import Synchronization

/// What Prometheus expects of every process, read from `/proc` (proc(5)); elsewhere nothing.
final class ProcessMetrics: Sendable {
  static let help = [
    "process_open_fds": "Files and sockets that are open.",
    "process_max_fds": "Files and sockets that may be open.",
    "process_resident_memory_bytes": "Memory of the process that is in RAM.",
    "process_cpu_seconds_total": "Time that processors have worked for the process.",
    "process_threads": "Threads of the process.",
  ]

  private let openFiles: Recorder
  private let maximumFiles: Recorder
  private let memory: Recorder
  private let processor: FloatingPointCounter
  private let counted = Mutex(0.0)
  private let threads: Recorder

  init(_ factory: any MetricsFactory) {
    func gauge(_ label: String) -> Recorder {
      Recorder(label: label, dimensions: [], aggregate: false, factory: factory)
    }
    openFiles = gauge("process_open_fds")
    maximumFiles = gauge("process_max_fds")
    memory = gauge("process_resident_memory_bytes")
    processor = FloatingPointCounter(
      label: "process_cpu_seconds_total", dimensions: [], factory: factory)
    threads = gauge("process_threads")
  }

  func sample() {
    if let count = OpenFiles.count { openFiles.record(count) }
    maximumFiles.record(OpenFiles.limit)
    guard let status = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8),
      let parenthesis = status.lastIndex(of: ")")
    else { return }
    // The fields behind the program's name, which may hold anything; the first is number 3.
    let fields = status[parenthesis...].split(separator: " ").dropFirst().map(String.init)
    func field(_ number: Int) -> Double? {
      fields.indices.contains(number - 3) ? Double(fields[number - 3]) : nil
    }
    if let user = field(14), let system = field(15) {
      let seconds = (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
      let more = counted.withLock { counted in
        defer { counted = seconds }
        return seconds - counted
      }
      processor.increment(by: more)
    }
    if let pages = field(24) {
      memory.record(pages * Double(sysconf(Int32(_SC_PAGESIZE))))
    }
    if let count = field(20) { threads.record(count) }
  }
}

/// The limit on open files (setrlimit(2)).
enum OpenFiles {
  /// So many files the process may have open now.
  static var limit: Int {
    var limit = rlimit()
    getrlimit(resource, &limit)
    return Int(clamping: limit.rlim_cur)
  }

  /// So many it has open, one for looking included; nil where the system does not tell.
  static var count: Int? {
    (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd"))?.count
  }

  /// Takes as many as the system allows without asking, and answers how many that are.
  static func raise() -> Int {
    var limit = rlimit()
    getrlimit(resource, &limit)
    limit.rlim_cur = limit.rlim_max
    setrlimit(resource, &limit)
    return Self.limit
  }

  #if canImport(Glibc)
    private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
  #else
    private static let resource = RLIMIT_NOFILE
  #endif
}
