import Foundation
import SimpaticoProtocol

/// A picture of square modules, and its file for a decoder.
struct QRPicture {
  let width: Int
  let height: Int
  private(set) var isDark: [Bool]

  init(width: Int, height: Int, isDark: (Int, Int) -> Bool) {
    self.width = width
    self.height = height
    self.isDark = (0..<(width * height)).map { isDark($0 % width, $0 / width) }
  }

  /// A code with its full quiet zone.
  init(_ code: QRCode) {
    let side = code.size + 8
    self.init(width: side, height: side) { code[$0 - 4, $1 - 4] }
  }

  /// Turns over a module of a code that was pictured with its full quiet zone.
  mutating func flip(_ x: Int, _ y: Int) { isDark[(y + 4) * width + x + 4].toggle() }

  /// The same, surrounded by ten modules of one colour.
  func framed(dark: Bool) -> QRPicture {
    QRPicture(width: width + 20, height: height + 20) { x, y in
      let isInside = 10 <= x && x < width + 10 && 10 <= y && y < height + 10
      return isInside ? isDark[(y - 10) * width + x - 10] : dark
    }
  }

  /// A portable graymap with so many pixels along the side of a module.
  func graymap(scale: Int = 3) -> Data {
    var file = Data("P5\n\(width * scale) \(height * scale)\n255\n".utf8)
    for y in 0..<height {
      var row = [UInt8](repeating: 255, count: width * scale)
      for x in 0..<width where isDark[y * width + x] {
        for pixel in (x * scale)..<((x + 1) * scale) { row[pixel] = 0 }
      }
      for _ in 0..<scale { file.append(contentsOf: row) }
    }
    return file
  }
}

/// A picture, and the text that it must be read as.
struct QRReading {
  let name: String
  let picture: QRPicture
  let text: String

  init(_ name: String, _ picture: QRPicture, _ text: String) {
    self.name = name
    self.picture = picture
    self.text = text
  }
}

/// The decoder of bar codes of the zbar project, which knows nothing of our encoder.
enum QRDecoder {
  /// What was read of all pictures, each text followed by a line feed.
  static func read(_ pictures: [QRPicture]) throws -> Data {
    let folder = FileManager.default.temporaryDirectory.appending(path: "qrcode-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["zbarimg", "--quiet", "--nodbus", "--raw", "-Sdisable", "-Sqrcode.enable"]
    process.currentDirectoryURL = folder
    for (index, picture) in pictures.enumerated() {
      try picture.graymap().write(to: folder.appending(path: "\(index).pgm"))
      process.arguments?.append("\(index).pgm")
    }
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let read = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    // 4 says that there was nothing to read in some picture.
    guard process.terminationStatus == 0 || process.terminationStatus == 4 else {
      throw Failure(status: process.terminationStatus)
    }
    return read
  }

  /// The names of the pictures that are not read as their texts. One process reads them all; only
  /// where it read something else, each is read by itself.
  static func misread(_ readings: [QRReading]) throws -> [String] {
    let expected = readings.reduce(into: Data()) { $0.append(contentsOf: ($1.text + "\n").utf8) }
    if try read(readings.map(\.picture)) == expected { return [] }
    let misread = try readings.filter { try read([$0.picture]) != Data(($0.text + "\n").utf8) }
    return misread.isEmpty ? ["several together"] : misread.map(\.name)
  }

  /// zbarimg is not there (127), or could not do its work.
  struct Failure: Error {
    let status: Int32
  }
}
