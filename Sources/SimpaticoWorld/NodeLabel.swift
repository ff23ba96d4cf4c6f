public import SimpaticoTree

/// Short names for nodes, for people.
public enum NodeLabel {
  /// The handler that a value calls, or nil where it is plain.
  public static func handler(of value: Value) -> Text? { value["handler"]?.string }

  /// The handler's name, or what a plain value is about.
  public static func text(of value: Value, isRoot: Bool) -> Text {
    if let name = handler(of: value) { return name }
    if isRoot { return "root" }
    guard let object = value.object else { return JSON.print(value) }
    for known: Text in ["cap", "handlers"] where object[known] != nil { return known }
    if object["server"] != nil || object["publicKeyPem"] != nil { return "settings" }
    return object.isEmpty ? "{}" : object.field(at: 0).key
  }
}
