public import Foundation
public import SimpaticoProtocol
import SimpaticoTree

/// How a client is connected.
public struct Session: Sendable, Equatable {
  /// Whether the client is connected, or what it does about that.
  public let phase: SessionPhase
  /// When the next attempt is made, while one is waited for.
  public let retry: Date?
  /// Why there is no connection: why the last attempt failed, or how the last connection ended. Nil
  /// where there is one, and where nothing is known.
  public let problem: String?

  /// Before anything is known.
  public static let none = Session(phase: .stopped, retry: nil, problem: nil)

  private init(phase: SessionPhase, retry: Date?, problem: String?) {
    self.phase = phase
    self.retry = retry
    self.problem = problem
  }

  init(_ residue: Value) {
    phase = SessionPhase(residue[ChatField.session]) ?? .stopped
    let retryAt = phase == .waiting ? residue[ChatField.retryAt]?.number : nil
    retry = retryAt.map { Date(timeIntervalSince1970: $0 / 1000) }
    problem = residue[ChatField.reason]?.string?.description
  }
}
