/// What a value must look like, written as a value ("friendly functions"): a function that is
/// called wrongly answers with the part of its pattern that was not met.
///
/// - An array lists predicates, all of which must hold, by names whose case does not matter: `num`,
///   `int`, `str`, `bool`, `arr`, `obj`; `undef` (there is no value); `hex` and `base64url` (a
///   string of these digits, possibly empty); `between, low, high` and `size, n` (a number itself,
///   the Unicode scalars of a string, the entries of an array or object; bounds count as inside);
///   `equals, value`; `pick, n, options…` (with 1, the value is one of the options; with more, it
///   is an array of n different ones; `pick` comes last, and a single array stands for the options
///   in it); `optional` (no value passes as well). An empty array lets everything pass.
/// - An object holds a pattern for each field; fields that it does not name are not looked at, so
///   `{}` lets everything pass.
/// - Anything else is a literal that the value must equal. As the whole pattern, null lets nothing
///   pass.
///
/// Made once, a pattern is a tree of conditions; checking a value that passes allocates nothing.
public struct Pattern: Sendable {
  private let root: PatternNode

  /// The value that the pattern was made of.
  public var source: Value { root.source }

  /// Makes a pattern. Fails where a predicate is unknown or its arguments are missing or of no use.
  /// Linear. Make it once, not for each value.
  public init(_ source: Value) throws(PatternError) {
    root = source.isNull ? .nothing : try PatternCompiler.node(source, path: "")
  }

  /// The parts of the pattern that a value, or the lack of one, does not meet; nil where it meets
  /// them all.
  ///
  /// A failing list of predicates is answered by those that fail, with their arguments; a literal
  /// by `["equals", literal]`; an object by its failing fields, or as a whole where the value is no
  /// object; the null pattern by `{}`. Every answer but that one is itself a pattern, which the
  /// value fails. Linear in the pattern, and in the texts that are measured.
  public func failures(of value: Value?) -> Value? {
    guard let value else { return root.failures(of: nil) }
    return withUnsafePointer(to: value) { failures(of: $0) }
  }

  /// The same of a value that is held elsewhere: one that passes is only looked at.
  @inline(__always)
  func failures(of value: UnsafePointer<Value>) -> Value? {
    root.isMet(by: value) ? nil : root.failures(of: value)
  }

  /// A value without the fields that the pattern does not name, at any depth: what a message from
  /// outside is reduced to before anything looks at it.
  ///
  /// Where the pattern is no object of patterns, or the value is no object, the value stays as it
  /// is. A value that has only named fields is not copied.
  public func restricted(_ value: Value) -> Value { root.restricted(value) }
}
