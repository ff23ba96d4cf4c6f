/// The part of the environment that `simpatico serve` is told by.
enum EnvironmentSettings {
  private static let prefix = "SIMPATICO_"

  /// Variables of ours that are no settings of a relay.
  static let others: Set = [Serve.configVariable, ClientOptions.passphraseVariable]

  /// What the environment says.
  struct Reading {
    /// The values, by the settings' usual names.
    var settings: [String: String] = [:]
    /// The names under which they were found, by the usual ones.
    var spellings: [String: String] = [:]
    /// Variables that begin like settings and are none, in order.
    var unknown: [String] = []
  }

  /// Reads the settings.
  ///
  /// - Throws: `Failure` where two variables say the same thing.
  static func read(_ environment: [String: String]) throws -> Reading {
    var known: [String: String] = [:]
    for setting in Setting.allCases {
      known[setting.environmentName] = setting.environmentName
      for alias in setting.environmentAliases { known[alias] = setting.environmentName }
    }
    var reading = Reading()
    for (name, value) in environment.sorted(by: { $0.key < $1.key })
    where name.hasPrefix(prefix) && !others.contains(name) {
      guard let usual = known[name] else {
        reading.unknown.append(name)
        continue
      }
      if let other = reading.spellings[usual] {
        throw Failure("\(other) and \(name) say the same thing twice")
      }
      reading.settings[usual] = value
      reading.spellings[usual] = name
    }
    return reading
  }

  /// What is said of a variable that is no setting.
  static func warning(_ name: String) -> String {
    let meant = nearest(to: name).map { "; is \($0) meant?" } ?? ""
    return "\(name) is in the environment, but is no setting of simpatico serve\(meant)"
  }

  /// The setting whose name is nearly that of a variable; nil where none is near.
  private static func nearest(to name: String) -> String? {
    let typed = Array(name.utf8)
    // A wrong letter in three is no slip any more; the prefix is always right.
    let most = max(1, (typed.count - prefix.utf8.count) / 3)
    return Setting.allCases.map(\.environmentName)
      .map { (name: $0, distance: distance(typed, Array($0.utf8))) }
      .filter { $0.distance <= most }
      .min { $0.distance < $1.distance }?.name
  }

  /// How many letters have to be put in, taken out, exchanged or swapped with their neighbour to
  /// make one name of another (Damerau, 1964). Quadratic in names, which are short.
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var rows = [Array(0...right.count)]
    for (row, letter) in left.enumerated() {
      var next = [row + 1]
      for (column, other) in right.enumerated() {
        var best = min(rows[row][column + 1], next[column]) + 1
        best = min(best, rows[row][column] + (letter == other ? 0 : 1))
        if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
          best = min(best, rows[row - 1][column - 1] + 1)
        }
        next.append(best)
      }
      rows.append(next)
    }
    return rows[left.count][right.count]
  }
}
