import Foundation

/// The files of the web part, as they are served: read once, held in memory.
public struct WebAssets: Sendable {
  /// One file.
  public struct Asset: Sendable {
    public let bytes: [UInt8]
    /// The value of `Content-Type`.
    public let contentType: String
    /// It changes when the bytes do: letters, digits and hyphens.
    public let digest: String
    /// Whether its address names the version of all files, so that it never means anything else.
    public let isVersioned: Bool
  }

  private let assets: [String: Asset]

  /// Reads the files that are built into the package.
  ///
  /// - Throws: `WebAssetsError` where they are missing, which means that the program was moved
  ///   without its resources.
  public init() throws(WebAssetsError) {
    guard let folder = Bundle.module.url(forResource: "Public", withExtension: nil) else {
      throw .missing
    }
    try self.init(folder: folder.path)
  }

  /// Reads the files of a folder and its subfolders, but hidden ones.
  public init(folder: String) throws(WebAssetsError) {
    guard let paths = try? FileManager.default.subpathsOfDirectory(atPath: folder) else {
      throw .missing
    }
    var files: [String: Data] = [:]
    for path in paths where !path.split(separator: "/").contains(where: { $0.hasPrefix(".") }) {
      guard ContentType.of(path) != nil else { continue }
      guard let data = FileManager.default.contents(atPath: folder + "/" + path) else {
        throw .unreadable(path)
      }
      files["/" + path] = data
    }
    version = Self.version(of: files)
    var assets: [String: Asset] = [:]
    for (path, data) in files {
      guard let type = ContentType.of(path) else { continue }
      if type.hasPrefix("text/html") {
        // A page names the version of all that it loads, and everything loaded comes from there.
        let page = Self.versioned(data, version: version, paths: files.keys)
        assets[path] = Self.asset(page, type, isVersioned: false)
      } else {
        assets[path] = Self.asset(data, type, isVersioned: false)
        assets[Self.prefix + version + path] = Self.asset(data, type, isVersioned: true)
      }
    }
    if let index = assets["/index.html"] { assets["/"] = index }
    if let chat = assets["/chat.html"] { assets["/chat"] = chat }
    self.assets = assets
  }

  /// What addresses with a version begin with; the version and the path follow.
  private static let prefix = "/v/"

  /// Names the files as they are together: it changes when any of them does.
  public let version: String

  private static func asset(_ data: Data, _ type: String, isVersioned: Bool) -> Asset {
    Asset(
      bytes: Array(data), contentType: type, digest: Digest.of(data), isVersioned: isVersioned)
  }

  private static func version(of files: [String: Data]) -> String {
    let lines = files.sorted { $0.key < $1.key }.map { "\($0.key) \(Digest.of($0.value))\n" }
    return Digest.of(Data(lines.joined().utf8))
  }

  /// The page with a version in each quoted path of a file.
  private static func versioned(
    _ page: Data, version: String, paths: some Sequence<String>
  ) -> Data {
    var text = String(decoding: page, as: UTF8.self)
    for path in paths where !path.hasSuffix(".html") {
      text = text.replacingOccurrences(
        of: "\"\(path)\"", with: "\"\(prefix)\(version)\(path)\"")
    }
    return Data(text.utf8)
  }

  /// The file at a path of a URL, for example `/lab/main.js`; `/` is the lab, `/chat` the
  /// chat. Constant.
  public subscript(path: String) -> Asset? { assets[path] }

  /// The paths that answer with a file, sorted.
  public var paths: [String] { assets.keys.sorted() }
}

/// Why the web files cannot be served.
public enum WebAssetsError: Error, CustomStringConvertible {
  case missing
  case unreadable(String)

  public var description: String {
    switch self {
    case .missing: "the web files are missing: build again with 'swift build'"
    case .unreadable(let path): "the web file \(path) cannot be read"
    }
  }
}

enum ContentType {
  /// The media type of a file by its extension; nil for what is not to be served.
  static func of(_ path: String) -> String? {
    switch (path as NSString).pathExtension {
    case "html": "text/html; charset=utf-8"
    case "js", "mjs": "text/javascript; charset=utf-8"
    case "css": "text/css; charset=utf-8"
    case "svg": "image/svg+xml"
    case "png": "image/png"
    case "wasm": "application/wasm"
    case "webmanifest": "application/manifest+json"
    default: nil
    }
  }
}

enum Digest {
  /// FNV-1a over the bytes, and their number: it tells versions of a file apart, and is no promise
  /// against forgery.
  static func of(_ data: Data) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in data { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    return String(hash, radix: 16) + "-" + String(data.count, radix: 16)
  }
}
