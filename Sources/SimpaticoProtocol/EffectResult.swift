package import SimpaticoTree

/// The inputs in which the results of effects come back.
package enum EffectResult {
  /// The fingerprint is that of the key that the box was sealed to.
  package static func sealed(_ request: Value, box: Text, publicKeySig: Text) -> Value {
    sealedForm.filled(request, .string(box), .string(publicKeySig))
  }

  /// The fingerprint is that of the key that the box was opened with; `secretName` names the secret
  /// that the host has taken out of the text, where there was one.
  package static func unsealed(
    _ request: Value, clearText: Text, publicKeySig: Text, secretName: Text? = nil
  ) -> Value {
    unsealedForm.filled(request, .string(clearText), .string(publicKeySig))
      .with(EffectField.secretName, secretName.map(Value.string))
  }

  package static func secretMade(_ request: Value) -> Value {
    ["handler": "secretMade", "request": request]
  }

  package static func compared(_ request: Value, equal: Bool) -> Value {
    ["handler": "compared", "request": request, "equal": .bool(equal)]
  }

  package static func forgotten(_ request: Value) -> Value {
    ["handler": "forgotten", "request": request]
  }

  /// The reason is for this side's eyes only.
  package static func failed(_ request: Value, reason: Text) -> Value {
    ["handler": "failed", "request": request, "reason": .string(reason)]
  }

  package static func elapsed(_ request: Value) -> Value {
    ["handler": "elapsed", "request": request]
  }

  /// The number of the enrolment.
  package static func enrolled(_ request: Value, number: Int64) -> Value {
    ["handler": "enrolled", "request": request, "number": .number(Double(number))]
  }

  /// Another shard was too busy to take a message.
  package static func undelivered(_ message: Value) -> Value {
    ["handler": "undelivered", "message": message]
  }

  package static let opened: Value = ["handler": "opened"]

  package static func errored(_ message: Text) -> Value {
    ["handler": "errored", "message": .string(message)]
  }

  package static func closed(code: Int, reason: Text) -> Value {
    ["handler": "closed", "code": .number(code), "reason": .string(reason)]
  }

  private static let sealedForm: Form = [
    "handler": "sealed", "request": nil, "box": nil, "publicKeySig": nil,
  ]
  private static let unsealedForm: Form = [
    "handler": "unsealed", "request": nil, "clearText": nil, "publicKeySig": nil,
  ]
}
