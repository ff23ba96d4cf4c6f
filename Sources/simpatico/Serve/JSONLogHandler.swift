import Foundation
import Logging

/// Writes each event as one line of JSON to standard error: `time` (RFC 3339), `level`, `logger`,
/// `message`, and the metadata under `metadata`.
struct JSONLogHandler: LogHandler {
  var logLevel = Logger.Level.info
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?
  private let label: String

  init(label: String) { self.label = label }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    // A disk that is full or a reader that is gone costs the line, not the relay.
    try? FileHandle.standardError.write(
      contentsOf: Data((line(for: event, at: Date()) + "\n").utf8))
  }

  /// The event as JSON without line breaks.
  func line(for event: LogEvent, at time: Date) -> String {
    struct Line: Encodable {
      var time: String
      var level: String
      var logger: String
      var message: String
      var metadata: [String: String]?
    }
    var all = metadata
    if let provided = metadataProvider?.get() { all.merge(provided) { _, last in last } }
    if let own = event.metadata { all.merge(own) { _, last in last } }
    let line = Line(
      time: time.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)),
      level: event.level.rawValue, logger: label, message: event.message.description,
      metadata: all.isEmpty ? nil : all.mapValues(\.description))
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(line) else { return "{}" }
    return String(decoding: data, as: UTF8.self)
  }
}
