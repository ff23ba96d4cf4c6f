import Foundation

/// The files of the web part, as they are served: read once, held in memory.
///
/// At its own path a file is answered as it was written. Pages load their files from addresses that
/// name a version; there scripts and style sheets come without comments and indentation, and what a
/// page loads together comes together.
public struct WebAssets: Sendable {
  /// One file.
  public struct Asset: Sendable {
    public let bytes: [UInt8]
    /// The same bytes as Brotli (RFC 7932), where a file beside it holds them.
    public let brotli: [UInt8]?
    /// The value of `Content-Type`.
    public let contentType: String
    /// It changes when the bytes do: letters, digits and hyphens.
    public let digest: String
    /// Whether its address names the version of all files, so that it never means anything else.
    public let isVersioned: Bool
  }

  private let assets: [String: Asset]

  /// Reads the files in the folder that the build has put beside the program.
  ///
  /// - Throws: `WebAssetsError` where they are missing, which means that the program was moved
  ///   without that folder.
  public init() throws(WebAssetsError) {
    #if canImport(Darwin)
      let place = Bundle.module.resourceURL ?? Bundle.module.bundleURL
    #else
      // Not `Bundle.module`: that traps where there is no such folder, or takes the one of the
      // build on the machine that has built it.
      let place = Bundle(for: Place.self).bundleURL
        .appendingPathComponent("simpatico_SimpaticoWeb.resources")
    #endif
    let folder = place.appendingPathComponent("Public").path
    guard FileManager.default.isReadableFile(atPath: folder) else { throw .missing(folder) }
    try self.init(folder: folder)
  }

  /// Lies in the program, or in the bundle of tests.
  private final class Place {}

  /// Reads the files of a folder and its subfolders, but hidden ones.
  public init(folder: String) throws(WebAssetsError) {
    guard let paths = try? FileManager.default.subpathsOfDirectory(atPath: folder) else {
      throw .unreadable(folder)
    }
    var files: [String: Data] = [:]
    var packed: [String: Data] = [:]
    for path in paths where !path.split(separator: "/").contains(where: { $0.hasPrefix(".") }) {
      let isPacked = path.hasSuffix(Self.brotliSuffix)
      guard isPacked || ContentType.of(path) != nil else { continue }
      guard let data = FileManager.default.contents(atPath: folder + "/" + path) else {
        throw .unreadable(folder + "/" + path)
      }
      if isPacked {
        packed["/" + path.dropLast(Self.brotliSuffix.count)] = data
      } else {
        files["/" + path] = data
      }
    }
    version = Self.version(of: files)
    var assets: [String: Asset] = [:]
    var scripts: [String: Data] = [:]
    for (path, data) in files {
      guard let type = ContentType.of(path) else { continue }
      if type.hasPrefix("text/html") {
        // A page names the version of all that it loads, and everything loaded comes from there.
        let page = WebPage(data, at: path, files: files, prefix: Self.prefix + version)
        assets[path] = Self.asset(page.text, type, isVersioned: false)
        scripts.merge(page.scripts) { one, _ in one }
        if let sheet = page.styleSheet {
          assets[sheet.path] = Self.asset(
            sheet.text, ContentType.styleSheet, brotli: packed[Self.joined(sheet.text)],
            isVersioned: true)
        }
      } else {
        let brotli = packed[path]
        assets[path] = Self.asset(data, type, brotli: brotli, isVersioned: false)
        assets[Self.prefix + version + path] = Self.asset(
          SlimText.of(data, type: type), type, brotli: brotli, isVersioned: true)
      }
    }
    for (path, script) in scripts {
      assets[path] = Self.asset(
        script, ContentType.script, brotli: packed[Self.joined(script)], isVersioned: true)
    }
    if let index = assets["/index.html"] { assets["/"] = index }
    if let chat = assets["/chat.html"] { assets["/chat"] = chat }
    self.assets = assets
  }

  /// What addresses with a version begin with; the version and the path follow.
  private static let prefix = "/v/"

  /// Names the files as they are together: it changes when any of them does.
  public let version: String

  /// What the name of a file ends with that holds another one as Brotli. It is never served by its
  /// own name, only in the other's place.
  private static let brotliSuffix = ".br"

  /// Where the Brotli form of what was joined would be, by what it is: one that was made of other
  /// files is not found.
  private static func joined(_ text: Data) -> String { "/joined/" + Digest.of(text) }

  private static func asset(
    _ data: Data, _ type: String, brotli: Data? = nil, isVersioned: Bool
  ) -> Asset {
    Asset(
      bytes: Array(data), brotli: brotli.map { Array($0) }, contentType: type,
      digest: Digest.of(data), isVersioned: isVersioned)
  }

  private static func version(of files: [String: Data]) -> String {
    let lines = files.sorted { $0.key < $1.key }.map { "\($0.key) \(Digest.of($0.value))\n" }
    return Digest.of(Data(lines.joined().utf8))
  }

  /// The file at a path of a URL, for example `/lab/main.js`; `/` is the lab, `/chat` the
  /// chat. Constant.
  public subscript(path: String) -> Asset? { assets[path] }

  /// The paths that answer with a file, sorted.
  public var paths: [String] { assets.keys.sorted() }
}

/// Why the web files cannot be served.
public enum WebAssetsError: Error, CustomStringConvertible {
  /// There is no such folder, or not for this user.
  case missing(String)
  case unreadable(String)

  public var description: String {
    switch self {
    case .missing(let folder):
      "no folder \(folder) can be read: it has the web files, and belongs beside the program"
    case .unreadable(let path): "\(path), of the web files, cannot be read"
    }
  }
}

enum ContentType {
  static let script = "text/javascript; charset=utf-8"
  static let styleSheet = "text/css; charset=utf-8"

  /// The media type of a file by its extension; nil for what is not to be served.
  static func of(_ path: String) -> String? {
    switch (path as NSString).pathExtension {
    case "html": "text/html; charset=utf-8"
    case "js", "mjs": script
    case "css": styleSheet
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
