import Configuration
import Foundation
import SimpaticoTree

/// The settings as they were found: flags before the environment, the environment before a file.
struct Settings {
  /// A value, and who gave it.
  struct Found {
    var content: ConfigContent
    var source: String
  }

  private(set) var found: [Setting: Found] = [:]
  /// What looks like a setting of ours in the environment and is none, one sentence each.
  let unknown: [String]

  /// Reads all sources. An unknown key of a file is an error; an unknown variable is a warning,
  /// since an environment is shared with whatever else runs in it.
  ///
  /// - Throws: `Failure`, which names the first key of a file that is unknown, or the first that
  ///   has a value that it cannot have, and where it stands; also where another comes before it.
  init(
    flags: [Setting: ConfigContent], environment: [String: String], file path: String?
  ) throws {
    let ours = try EnvironmentSettings.read(environment)
    let variables = EnvironmentVariablesProvider(environmentVariables: ours.settings)
    unknown = ours.unknown.map(EnvironmentSettings.warning)
    var sources = [
      Source(snapshot: Self.snapshot(flags), key: \.key) { "--\($0.rawValue)" },
      Source(snapshot: variables.snapshot(), key: \.environmentKey) {
        ours.spellings[$0.environmentName] ?? $0.environmentName
      },
    ]
    if let path {
      let file = Self.snapshot(try Self.readFile(path))
      sources.append(Source(snapshot: file, key: \.key) { "\(path): \($0.rawValue)" })
    }
    for source in sources {
      for setting in Setting.allCases {
        guard let content = try source.read(setting), found[setting] == nil else { continue }
        found[setting] = Found(content: content, source: source.name(setting))
      }
    }
  }

  /// A place where settings stand.
  private struct Source {
    let snapshot: any ConfigSnapshot
    let key: (Setting) -> AbsoluteConfigKey
    let name: (Setting) -> String

    func read(_ setting: Setting) throws -> ConfigContent? {
      func content(_ type: ConfigType) throws -> ConfigContent? {
        try snapshot.value(forKey: key(setting), type: type).value?.content
      }
      let found: ConfigContent?
      do {
        found = try content(setting.type)
      } catch {
        // A whole number is a number of seconds, too.
        if case .seconds = setting.kind, case .int(let whole)? = try? content(.int) {
          found = .double(Double(whole))
        } else {
          throw Failure("\(name(setting)): must be \(setting.demand)")
        }
      }
      if let found, !setting.accepts(found) {
        var complaint = "must be \(setting.demand)"
        if case .stringArray(let texts) = found,
          let entry = texts.first(where: { !setting.accepts(.stringArray([$0])) })
        {
          complaint += ": '\(entry)' is none"
        }
        throw Failure("\(name(setting)): \(complaint)")
      }
      return found
    }
  }

  private static func snapshot(_ values: [Setting: ConfigContent]) -> any ConfigSnapshot {
    let pairs = values.map { ($0.key.key, ConfigValue($0.value, isSecret: false)) }
    return InMemoryProvider(values: Dictionary(uniqueKeysWithValues: pairs)).snapshot()
  }

  /// Reads a file with the reader that the protocol has, too: that of swift-configuration takes
  /// `true` for 1 and passes over what it does not know.
  private static func readFile(_ path: String) throws -> [Setting: ConfigContent] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Failure("\(path) cannot be read")
    }
    let object: Object
    do {
      guard
        let found = try data.withUnsafeBytes({ try JSON.parse($0.bindMemory(to: UInt8.self)) })
          .object
      else { throw Failure("\(path) must hold one JSON object") }
      object = found
    } catch let error as JSONError {
      throw Failure("\(path) is no JSON: \(error.message)")
    }
    var settings: [Setting: ConfigContent] = [:]
    for position in 0..<object.count {
      let (key, value) = object.field(at: position)
      guard let setting = Setting(rawValue: key.description) else {
        throw Failure("\(path): '\(key)' is no setting of simpatico serve")
      }
      guard let content = content(value) else {
        throw Failure("\(path): \(key): must be \(setting.demand)")
      }
      settings[setting] = content
    }
    return settings
  }

  /// A value as swift-configuration has it; nil for what no setting can be.
  private static func content(_ value: Value) -> ConfigContent? {
    if let text = value.string { return .string(text.description) }
    if let isSet = value.bool { return .bool(isSet) }
    if let whole = value.integer { return .int(whole) }
    if let number = value.number { return .double(number) }
    guard let array = value.array else { return nil }
    let texts = (0..<array.count).compactMap { array[$0].string?.description }
    return texts.count == array.count ? .stringArray(texts) : nil
  }

  func text(_ setting: Setting) -> String? {
    if case .string(let text) = found[setting]?.content { text } else { nil }
  }

  func whole(_ setting: Setting) -> Int? {
    if case .int(let number) = found[setting]?.content { number } else { nil }
  }

  func milliseconds(_ setting: Setting) -> Int? {
    guard case .double(let seconds) = found[setting]?.content else { return nil }
    return Setting.milliseconds(seconds)
  }

  func list(_ setting: Setting) -> [String] {
    if case .stringArray(let texts) = found[setting]?.content { texts } else { [] }
  }

  func isSet(_ setting: Setting) -> Bool {
    if case .bool(true) = found[setting]?.content { true } else { false }
  }

  /// The names of those that are not as they were then and hold only after a restart, in order.
  func changes(since start: Settings) -> [String] {
    Setting.allCases.filter {
      !$0.holdsAtOnce && found[$0]?.content != start.found[$0]?.content
    }.map(\.rawValue)
  }

  /// Each setting that was given, with its value and where it comes from, one a line.
  var summary: String {
    found.sorted { $0.key.rawValue < $1.key.rawValue }.map { setting, found in
      let value =
        switch found.content {
        case .string(let text): text
        case .int(let number): String(number)
        case .double(let number): String(number)
        case .bool(let isSet): String(isSet)
        case .stringArray(let texts): texts.joined(separator: ", ")
        default: "?"
        }
      return "\(setting.rawValue) = \(value) (\(found.source))\n"
    }.joined()
  }
}
