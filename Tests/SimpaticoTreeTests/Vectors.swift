import Foundation

@testable import SimpaticoTree

/// The vector files. `Vectors/README.md` says what they hold and who made them.
enum Vectors {
  /// A document, the section of RFC 8259 that it is about, and what reading it comes to.
  struct Document: Decodable, CustomStringConvertible, Sendable {
    let section: String
    private let document: String?
    /// Where it is no UTF-8: its bytes, in hexadecimal.
    private let bytes: String?
    /// How it prints, if it is accepted.
    let canonical: String?
    /// Why it is refused, and at which byte.
    let kind: String?
    let offset: Int?

    var utf8: [UInt8] {
      if let document { return Array(document.utf8) }
      return (bytes ?? "").split(separator: " ").compactMap { UInt8($0, radix: 16) }
    }

    var description: String { "\(section) \(document ?? bytes ?? "")" }
  }

  /// A limit, and a document made of parts that are repeated.
  struct Limited: Decodable, CustomStringConvertible, Sendable {
    struct Part: Decodable {
      let text: String
      let count: Int

      init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        text = try container.decode(String.self)
        count = try container.decode(Int.self)
      }
    }

    let limit: String
    let value: Int
    let parts: [Part]
    let kind: String?
    let offset: Int?

    var utf8: [UInt8] {
      Array(parts.map { String(repeating: $0.text, count: $0.count) }.joined().utf8)
    }

    var limits: JSONLimits {
      switch limit {
      case "maximumBytes": JSONLimits(maximumBytes: value)
      case "maximumDepth": JSONLimits(maximumDepth: value)
      case "maximumKeys": JSONLimits(maximumKeys: value)
      case "maximumElements": JSONLimits(maximumElements: value)
      default: preconditionFailure("there is no limit \(limit)")
      }
    }

    var description: String {
      let spelt = parts.map { $0.count == 1 ? $0.text : "\($0.text)×\($0.count)" }
      return "\(limit) \(value): \(spelt.joined(separator: " "))"
    }
  }

  static let accepted = json("accept", as: [Document].self)
  static let refused = json("reject", as: [Document].self)
  static let limited = json("limits", as: [Limited].self)

  /// Doubles and how ECMAScript spells them.
  static let numbers: [(number: Double, text: String)] =
    String(decoding: file("numbers.txt"), as: UTF8.self).split(separator: "\n").map { line in
      let words = line.split(separator: " ")
      guard words.count == 2, let bits = UInt64(words[0], radix: 16) else {
        preconditionFailure("numbers.txt has a line that is none: \(line)")
      }
      return (Double(bitPattern: bits), String(words[1]))
    }

  /// A file that cannot be read is a broken checkout, not a failed law.
  private static func file(_ name: String) -> Data {
    do {
      return try Data(contentsOf: Bundle.module.bundleURL.appending(path: "Vectors/\(name)"))
    } catch {
      preconditionFailure("cannot read \(name): \(error)")
    }
  }

  private static func json<Content: Decodable>(_ name: String, as: Content.Type) -> Content {
    do {
      return try JSONDecoder().decode(Content.self, from: file("json/\(name).json"))
    } catch {
      preconditionFailure("\(name).json is not as it should be: \(error)")
    }
  }
}
