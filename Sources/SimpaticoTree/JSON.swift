public enum JSON {
  public static func append(_ value: Value, to out: inout [UInt8]) {}
  public static func print(_ value: Value) -> Text { "" }
}
