import ArgumentParser
import Foundation
import Logging
import SimpaticoRelay

/// `simpatico serve`: the relay, and the lab page.
struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the relay: the lab at /, the WebSocket at /ws, its health at /healthz.",
    discussion: "SIGINT and SIGTERM close every connection and end it with exit code 0.")

  @Option(help: "The address to listen on.")
  var host = "127.0.0.1"

  @Option(help: "The port to listen on; 0 lets the system choose.")
  var port = 8080

  @Option(help: "Seconds that a registration may take.")
  var registrationTimeout = 10.0

  @Option(help: "Nodes of history that the server's tree keeps.")
  var retention = 10_000

  @Option(help: "The least severe of what is logged.")
  var logLevel = LogLevel.notice

  func validate() throws {
    guard (0...65_535).contains(port) else { throw ValidationError("--port must be 0 to 65535.") }
    guard (0.1...3600).contains(registrationTimeout) else {
      throw ValidationError("--registration-timeout must be 0.1 to 3600 seconds.")
    }
    guard (100...100_000_000).contains(retention) else {
      throw ValidationError("--retention must be 100 to 100000000 nodes.")
    }
  }

  func run() async throws {
    var logger = Logger(label: "simpatico") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = logLevel.level
    let configuration = RelayConfiguration(
      host: host, port: port,
      registrationTimeoutMilliseconds: Int(registrationTimeout * 1000), retention: retention)
    do {
      try await Relay(configuration, logger: logger).run { host, port in
        let address = host.contains(":") ? "[\(host)]" : host
        print("listening on http://\(address):\(port)")
        fflush(nil)
      }
    } catch let error as CleanExit {
      throw error
    } catch {
      throw Failure("cannot serve on \(host) port \(port): \(error)")
    }
  }
}

/// The logger's levels, as an option.
enum LogLevel: String, CaseIterable, ExpressibleByArgument {
  case trace, debug, info, notice, warning, error, critical

  var level: Logger.Level { Logger.Level(rawValue: rawValue) ?? .notice }
}

/// A reason to end with exit code 1, told as one line.
struct Failure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
