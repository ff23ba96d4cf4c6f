import NIOCore
import NIOPosix

/// Why a client got no WebSocket.
public enum WebSocketConnectError: Error, Hashable, Sendable {
  /// The address cannot be used; the text says why.
  case badURL(String)
  /// The address begins with neither `ws://` nor `wss://`.
  case unsupportedScheme(String)
  /// No connection to the host could be made; the text says who refused or what is unknown.
  case unreachable(String)
  /// The server answered with this HTTP status instead of 101.
  case handshakeRejected(statusCode: Int)
  /// The server's `Sec-WebSocket-Accept` is missing or does not fit the key (RFC 6455, 4.1).
  case badAccept
  /// The server's answer breaks another rule of RFC 6455, 4.1, or of HTTP; the text says which.
  case badResponse(String)
  /// The server's certificate is none that the client believes; the text says why and what to do.
  case badCertificate(String)
  /// The certificates that are to be believed cannot be read; the text says which.
  case badTrust(String)
  /// No encrypted connection could be made; the text says why.
  case notSecured(String)
  /// The connection was lost before the server had answered.
  case lost
  /// There was no answer in time.
  case timeout
}

extension WebSocketConnectError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .badURL(let reason): "the address cannot be used: \(reason)"
    case .unsupportedScheme(let scheme): "\(scheme): is not supported, only ws: and wss: are"
    case .unreachable(let reason): reason
    case .handshakeRejected(let statusCode):
      "the server answered with HTTP status \(statusCode) instead of a WebSocket"
    case .badCertificate(let reason): reason
    case .badTrust(let reason): reason
    case .notSecured(let reason): reason
    case .badAccept: "the server did not prove that it speaks WebSocket"
    case .badResponse(let reason): "the server's answer is not a WebSocket handshake: \(reason)"
    case .lost: "the connection was lost during the handshake"
    case .timeout: "the server did not answer in time"
    }
  }
}

extension WebSocketConnectError {
  /// Puts the errors of a connection attempt into words.
  init(connecting error: any Error) {
    switch error {
    case let error as WebSocketConnectError:
      self = error
    case let error as NIOConnectionError:
      self = Self.failure(error)
    case ChannelError.connectTimeout:
      self = .timeout
    case let error as IOError where error.errnoCode == ECONNREFUSED:
      self = .unreachable("the connection was refused")
    default:
      self = .unreachable("the connection failed: \(error)")
    }
  }

  private static func failure(_ error: NIOConnectionError) -> Self {
    let target = "\(error.host):\(error.port)"
    let failures = error.connectionErrors.map(\.error)
    if failures.isEmpty {
      return .unreachable("the name \(error.host) could not be resolved")
    }
    let isRefused = failures.contains { ($0 as? IOError)?.errnoCode == ECONNREFUSED }
    if isRefused { return .unreachable("\(target) refused the connection") }
    let isTimeout = failures.contains {
      if case ChannelError.connectTimeout = $0 { true } else { false }
    }
    if isTimeout { return .timeout }
    let reasons = failures.map { String(describing: $0) }.joined(separator: "; ")
    return .unreachable("\(target) could not be reached: \(reasons)")
  }
}
