/// Standard output for whoever shows one thing after the other: after the first error nothing more
/// is written, and it is kept.
final class StandardOutput {
  private(set) var failure: Failure?

  func write(_ text: String) {
    if failure != nil { return }
    do {
      try StandardFiles.write(text)
    } catch {
      failure = error
    }
  }
}
