import SimpaticoTree

/// What handlers tell one another in a cascade.
enum Command {
  static let register1: Value = ["handler": "register1"]
  static let replaced: Value = ["handler": "replaced"]

  static func send(_ message: Value) -> Value {
    sendForm.filled(message)
  }

  static func close(code: Int, reason: Text) -> Value {
    ["handler": "close", "code": .number(code), "reason": .string(reason)]
  }

  static func refuse(_ reason: Value) -> Value { ["handler": "refuse", "reason": reason] }

  private static let sendForm: Form = ["handler": "send", "msg": nil]
}
