/// Handlers that every tree can use.
public enum StockHandlers {
  /// `{handler: "assert", key: value, …}` refuses unless the residue holds exactly these values;
  /// changes nothing.
  public static let assert = Handler(
    "assert", example: Value(json: #"{"handler":"assert","count":1}"#)
  ) {
    (residue, message, _) throws(Refusal) in
    guard let expected = message.object else { return [] }
    try expected.forEach { (key, value) throws(Refusal) in
      if key == "handler" { return }
      let actual = residue[key]
      if actual != value, key.firstByte == UInt8(ascii: "_") {
        throw .because("'" + key + "' is another handle")
      }
      if actual != value {
        throw .unequal(path: key, expected: value, actual: actual ?? "(absent)")
      }
    }
    return []
  }

  /// `{handler: "log", …}` asks the host to show the rest of the message; silent where the residue
  /// says `debug: false`.
  public static let log = Handler(
    "log", example: Value(json: #"{"handler":"log","msg":"here"}"#)
  ) {
    (residue, message, context) throws(Refusal) in
    if residue["debug"]?.bool == false { return [] }
    var shown = message.object ?? Object()
    shown["handler"] = nil
    return [
      .effect([
        "effect": "log", "id": context.requestID(), "message": Value.object(shown).withoutHandles(),
      ])
    ]
  }

  /// All of them.
  public static let all = [assert, log]
}
