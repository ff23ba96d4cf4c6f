/// Which target may import which module. This table is the architecture: whatever is not in it is
/// forbidden. docs/ARCHITECTURE.md draws the same arrows.
///
/// `ours` are targets of this package, `theirs` modules from outside; a trailing `*` stands for
/// any ending.
let allowedArrows: [String: (ours: Set<String>, theirs: Set<String>)] = [
  // The core: no Foundation, no clock, no socket, nothing from outside at all.
  "SimpaticoTree": ([], []),
  "SimpaticoProtocol": (["SimpaticoTree"], []),
  "SimpaticoWorld": (["SimpaticoProtocol", "SimpaticoTree"], []),
  "CSimpaticoWasm": ([], []),
  "SimpaticoLabWasm": (["SimpaticoWorld", "CSimpaticoWasm"], []),
  "SimpaticoChatWasm": (["SimpaticoProtocol", "CSimpaticoWasm"], []),
  "SimpaticoTreeWasm": (["SimpaticoTree", "CSimpaticoWasm"], []),
  "SimpaticoFuzz": (
    ["SimpaticoWorld", "SimpaticoProtocol", "SimpaticoSocket", "SimpaticoTree"], ["NIOCore"]
  ),

  // The shell.
  "SimpaticoCrypto": (
    ["SimpaticoProtocol"], ["Crypto", "CryptoExtras", "SwiftASN1", "Foundation*"]
  ),
  "SimpaticoSocket": ([], ["NIO*", "Synchronization", "Glibc", "Musl", "Darwin"]),
  "SimpaticoStore": (
    ["SimpaticoTree"], ["GRDB", "Dispatch", "Glibc", "Musl", "Darwin", "Synchronization"]
  ),
  // A stranger's program: it gets by with the product and NIO's buffers.
  "Echo": (["SimpaticoSocket"], ["NIOCore", "Foundation*"]),
  // A protocol of one's own needs the core, and a file to write what happened to.
  "TwoPhaseCommit": (["SimpaticoWorld", "SimpaticoProtocol", "SimpaticoTree"], ["Foundation*"]),
  // Whoever follows the tutorial has the client alone.
  "Talk": (["SimpaticoClient", "SimpaticoProtocol"], ["Foundation*"]),
  "SimpaticoHost": (
    ["SimpaticoProtocol", "SimpaticoTree", "SimpaticoCrypto", "SimpaticoSocket"],
    ["NIO*", "Synchronization", "Glibc", "Musl", "Darwin"]
  ),
  "SimpaticoClient": (
    [
      "SimpaticoHost", "SimpaticoProtocol", "SimpaticoTree", "SimpaticoCrypto", "SimpaticoSocket",
      "SimpaticoStore",
    ],
    ["NIO*", "Foundation*", "Synchronization", "Glibc", "Musl", "Darwin"]
  ),
  "SimpaticoWeb": ([], ["Foundation*"]),
  "SimpaticoRelay": (
    [
      "SimpaticoHost", "SimpaticoProtocol", "SimpaticoTree", "SimpaticoCrypto", "SimpaticoSocket",
      "SimpaticoWeb",
    ],
    [
      "NIO*", "HTTPTypes", "Hummingbird*", "Logging", "Dispatch", "ServiceLifecycle",
      "CoreMetrics", "Crypto", "X509", "SwiftASN1", "Foundation*", "Synchronization",
      "Glibc", "Musl", "Darwin",
    ]
  ),
  "simpatico": (
    [
      "SimpaticoTree", "SimpaticoProtocol", "SimpaticoWorld", "SimpaticoCrypto", "SimpaticoSocket",
      "SimpaticoClient", "SimpaticoRelay", "SimpaticoWeb",
    ],
    [
      "ArgumentParser", "Configuration", "Logging", "ServiceLifecycle", "NIO*", "Foundation*",
      "Dispatch", "Glibc",
      "Musl", "Darwin", "Synchronization",
    ]
  ),
]

/// The modules that every party of a protocol rests on. They must also compile for the browser,
/// where there is no Foundation, no thread and no socket.
let coreTargets: Set<String> = [
  "SimpaticoTree", "SimpaticoProtocol", "SimpaticoWorld", "SimpaticoLabWasm", "SimpaticoChatWasm",
  "SimpaticoTreeWasm",
]

/// Reads the `import` lines of Swift sources.
enum Arrows {
  struct Import: Equatable {
    var module: String
    var line: Int
  }

  /// Every import of a source, whatever attributes, access and kind stand around the keyword.
  static func imports(in source: String) -> [Import] {
    let pattern =
      #/
      ^\s*(?:@\w+(?:\([^)]*\))?\s+)*
      (?:(?:public|package|internal|fileprivate|private)\s+)?
      import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?(\w+)
      /#
    return SwiftScanner.mask(source).split(separator: "\n", omittingEmptySubsequences: false)
      .enumerated()
      .compactMap { offset, line in
        guard line.contains("import"), let match = line.prefixMatch(of: pattern) else { return nil }
        return Import(module: String(match.1), line: offset + 1)
      }
  }

  /// The imports of a file that the table does not allow.
  static func forbidden(_ file: SourceFile) -> [Finding] {
    guard let target = file.target else { return [] }
    guard let allowed = allowedArrows[target] else {
      return [
        Finding(
          path: file.path, line: 1, message: "\(target) has no row in the table of allowed arrows")
      ]
    }
    return imports(in: file.text)
      .filter { !allows(allowed.ours, $0.module) && !allows(allowed.theirs, $0.module) }
      .map { Finding(path: file.path, line: $0.line, message: reason(target, $0.module)) }
  }

  private static func allows(_ patterns: Set<String>, _ module: String) -> Bool {
    patterns.contains {
      $0.hasSuffix("*") ? module.hasPrefix($0.dropLast()) : $0 == module
    }
  }

  private static func reason(_ target: String, _ module: String) -> String {
    let isOurs = allowedArrows.keys.contains(module)
    if coreTargets.contains(target), !isOurs {
      return "\(target) is core and also runs in the browser: it must not import \(module)"
    }
    return "\(target) must not import \(module): the arrow is not in the table of allowed arrows"
  }
}
