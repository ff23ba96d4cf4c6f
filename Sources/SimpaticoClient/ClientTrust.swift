import SimpaticoSocket

/// Whose certificates a client believes.
enum ClientTrust {
  /// The authorities of a PEM file; nil, which is the system's, where none is named.
  static func of(_ file: String?) throws(ClientError) -> WebSocketTrust? {
    guard let file else { return nil }
    do throws(WebSocketConnectError) {
      return try WebSocketTrust(file: file)
    } catch {
      throw .badCertificates(error.description)
    }
  }
}
