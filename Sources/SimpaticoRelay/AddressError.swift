import Foundation
import Hummingbird
import NIOCore
import ServiceLifecycle

/// Why an address cannot be listened on, and which settings name it.
struct AddressError: Error, CustomStringConvertible {
  let description: String

  /// Nil for an error that has nothing to do with an address.
  init?(_ host: String, _ port: Int, settings: String, _ error: any Error) {
    let reason: String
    switch error {
    case let error as IOError: reason = String(cString: strerror(error.errnoCode))
    case is SocketAddressError, is SocketAddressError.UnknownHost: reason = "No such address"
    default: return nil
    }
    description = "cannot listen on \(host) port \(port) (\(settings)): \(reason)"
  }
}

/// Metrics and health as one of the relay's services.
struct AdminService<Application: ApplicationProtocol>: Service, CustomStringConvertible {
  let application: Application
  let host: String
  let port: Int

  var description: String { "metrics and health" }

  func run() async throws {
    do {
      try await application.run()
    } catch {
      throw AddressError(host, port, settings: "admin-host, admin-port", error) ?? error
    }
  }
}
