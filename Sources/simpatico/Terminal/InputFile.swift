import Foundation

/// Files that commands read.
enum InputFile {
  /// The bytes of a file, or of standard input where it is “-”; one more than `limit` at most, so
  /// that whoever reads them can tell what is too long.
  static func read(_ path: String, limit: Int) throws(Failure) -> Data {
    do {
      // By handle, since a file may also be a pipe.
      let handle =
        path == "-"
        ? FileHandle.standardInput
        : try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      var data = Data()
      while data.count <= limit, let more = try handle.read(upToCount: limit + 1 - data.count),
        !more.isEmpty
      {
        data += more
      }
      return data
    } catch {
      throw Failure("cannot read \(path): \(error.localizedDescription)")
    }
  }
}
