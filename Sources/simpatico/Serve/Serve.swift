import ArgumentParser
import Configuration
import Foundation
import Logging
import SimpaticoRelay

/// `simpatico serve`: the relay, and the lab page.
struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the relay: the lab at /, the WebSocket at /ws, its health at /healthz.",
    discussion: """
      Every option is also a variable of the environment, as SIMPATICO_MAX_CONNECTIONS, and a key \
      of a JSON file, as "max-connections"; options come before the environment, and that before \
      the file.

      SIGTERM and SIGINT ask every client to come back, and end it with exit code 0. SIGHUP reads \
      limits, log level and certificate again; the log names what else has changed and needs a \
      restart.
      """)

  /// In the environment, the file to read.
  static let configVariable = "SIMPATICO_CONFIG"

  @Option(help: "A JSON file with settings ($SIMPATICO_CONFIG).")
  var config: String?

  @Flag(help: "Say what the configuration is, and whether it can be used, and end.")
  var checkConfig = false

  @OptionGroup var options: ServeOptions

  /// Keeps what a relay is told while it starts, until it listens to that. Before the arguments are
  /// parsed, because that takes longer than an operator or a service manager may wait.
  ///
  /// A check is ended by a signal, as other commands are: it has found nothing then.
  static func keepSignals(_ arguments: [String]) {
    guard arguments.dropFirst().first == "serve",
      !arguments.contains("--check-config")
    else { return }
    _ = RelaySignals.ofProcess
  }

  func run() async throws {
    let flags = options.flags
    let config = config
    let settings = try Self.read(flags, config)
    var configuration = try settings.relay()
    configuration.serviceManager = ServiceManager(environment: ProcessInfo.processInfo.environment)
    let warnings = settings.warnings(configuration)
    if checkConfig {
      // Who asks whether all is right is told of what would do nothing.
      if !warnings.isEmpty { throw Failure(warnings.joined(separator: "\n")) }
      do {
        try Relay.check(configuration)
      } catch {
        throw Failure("\(error)")
      }
      try printLine(settings.summary + "the configuration can be used")
      return
    }
    // A reader of its log that goes would end it.
    signal(SIGPIPE, SIG_IGN)
    let threshold = LogThreshold(settings.logLevel)
    let logger = Self.logger(settings, threshold)
    for warning in warnings { logger.warning("\(warning)") }
    let relay = Relay(configuration, logger: logger, signals: .ofProcess) { [configuration] in
      let new = try Self.read(flags, config)
      // What is not read again is judged by what is in force.
      let configuration = try new.relay(messageCharacters: configuration.messageCharacters)
      for warning in new.warnings(configuration) { logger.warning("\(warning)") }
      threshold.level = new.logLevel
      return Relay.Reading(configuration, afterRestart: new.changes(since: settings))
    }
    do {
      try await relay.run { [configuration] in Self.announce($0, configuration) }
    } catch {
      throw Failure("\(error)")
    }
  }

  private static func read(_ flags: [Setting: ConfigContent], _ config: String?) throws
    -> Settings
  {
    let environment = ProcessInfo.processInfo.environment
    let files = [("--config", config), (configVariable, environment[configVariable])]
    if let (name, _) = files.first(where: { $0.1?.isEmpty == true }) {
      throw Failure("\(name) is empty: it must name a file")
    }
    return try Settings(
      flags: flags, environment: environment, file: config ?? environment[configVariable])
  }

  private static func logger(_ settings: Settings, _ threshold: LogThreshold) -> Logger {
    let format = settings.text(.logFormat).flatMap(LogFormat.init) ?? .text
    return Logger(label: "simpatico") { label in
      let handler: any LogHandler =
        switch format {
        case .text: StreamLogHandler.standardError(label: label)
        case .json: JSONLogHandler(label: label)
        }
      return SharedLevelLogHandler(handler, threshold)
    }
  }

  /// Says where it listens, one line each, first the address to open.
  private static func announce(_ at: Relay.Addresses, _ configuration: RelayConfiguration) {
    func url(_ scheme: String, _ host: String, _ port: Int) -> String {
      "\(scheme)://" + (host.contains(":") ? "[\(host)]" : host) + ":\(port)"
    }
    print("listening on \(url(configuration.tls == nil ? "http" : "https", at.host, at.port))")
    if let token = at.liveToken {
      let host = ["0.0.0.0", "::"].contains(at.host) ? "localhost" : at.host
      let lab = url(configuration.tls == nil ? "http" : "https", host, at.port)
      print("live at \(lab)/#live=relay&token=\(token)")
    }
    if let port = at.redirectPort { print("redirecting from \(url("http", at.host, port))") }
    if let port = at.adminPort {
      print("metrics and health at \(url("http", configuration.adminHost, port))")
    }
    fflush(nil)
  }
}

/// The logger's levels, as an option.
enum LogLevel: String, CaseIterable, ExpressibleByArgument {
  case trace, debug, info, notice, warning, error, critical

  var level: Logger.Level { Logger.Level(rawValue: rawValue) ?? .notice }
}

/// How a line of the log is written.
enum LogFormat: String, CaseIterable, ExpressibleByArgument {
  case text, json
}

extension Settings {
  fileprivate var logLevel: Logger.Level {
    (text(.logLevel).flatMap(LogLevel.init) ?? .notice).level
  }
}

/// A reason to end with exit code 1, told as one line.
struct Failure: Error, CustomStringConvertible {
  let description: String
  /// What others wrote may stand in it, and a terminal is shown it.
  init(_ description: String) { self.description = PlainText.clean(description) }
}
