/// WebSocket close codes (RFC 6455 section 7.4; 4000 and above are this protocol's own).
public enum CloseCode {
  /// The connection has done what it was for.
  public static let normal = 1000
  /// An end leaves, for example because it shuts down.
  public static let goingAway = 1001
  /// A close frame without a code was seen.
  public static let noStatus = 1005
  /// No close frame was seen.
  public static let abnormal = 1006
  /// The registration was refused, or a message broke the protocol.
  public static let policyViolation = 1008
  /// This end could not go on.
  public static let internalError = 1011
  /// A newer connection proved the same key.
  public static let replaced = 4001
  /// The other end gave no sign of life.
  public static let unresponsive = 4002
  /// The other end sent too much that leads to nothing.
  public static let inVain = 4003
}
