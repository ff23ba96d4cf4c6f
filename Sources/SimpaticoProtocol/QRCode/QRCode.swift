public import SimpaticoTree

/// A QR code: a text as a square of dark and light modules, which a camera reads (ISO/IEC
/// 18004:2015).
///
/// The code is the smallest version that holds the text at the wanted correction, in the densest
/// of the modes numeric, alphanumeric and byte that can spell all of it, under the mask that the
/// standard's penalties favour. Equal texts give equal codes. Micro QR codes, Kanji mode and codes
/// that continue one another are left out.
///
/// A code has no margin of its own. The standard wants four light modules around it (section
/// 6.3.8), and each renderer adds them: `terminalText` and `svgPath`.
public struct QRCode: Sendable, Equatable {
  /// How much of a code may be lost or misread before it can no longer be read (section 7.5.1).
  public enum Correction: UInt8, Sendable, CaseIterable {
    /// About 7 % of the code.
    case low
    /// About 15 %: the usual choice, good on a screen and on paper.
    case medium
    /// About 25 %.
    case quartile
    /// About 30 %.
    case high
  }

  /// The version, from 1 to 40, which gives the size.
  public let version: Int
  /// The correction that was asked for.
  public let correction: Correction
  /// The mask, from 0 to 7, as Table 10 of the standard numbers them.
  public let mask: Int
  let matrix: Matrix

  /// Encodes a text.
  ///
  /// The time it takes grows with the size of the code: about eight passes over its modules, one
  /// for each mask. Fails where not even version 40 holds the text: in byte mode that is more than
  /// 2 953, 2 331, 1 663 or 1 273 bytes from low to high correction; one less where the text is not
  /// all ASCII, because then the code says that it is UTF-8.
  public init(text: Text, correction: Correction = .medium) throws(QRCodeError) {
    try self.init(text: text, correction: correction, version: nil, mask: nil)
  }

  /// Encodes a text with a version, from 1 to 40, or a mask, from 0 to 7, of the caller's choice.
  /// Fails where that version is too small.
  package init(
    text: Text, correction: Correction, version wanted: Int?, mask wantedMask: Int?
  ) throws(QRCodeError) {
    let segment = Segment(text)
    let version = wanted.map(Version.init) ?? segment.smallestVersion(at: correction)
    let blocks = version.blocks(at: correction)
    let codewords = blocks.interleaved(try segment.codewords(of: version, blocks: blocks))
    var matrix = Matrix(version)
    matrix.place(codewords)
    let mask = wantedMask ?? matrix.bestMask(at: correction)
    matrix.finish(mask: mask, correction: correction)
    self.version = version.number
    self.correction = correction
    self.mask = mask
    self.matrix = matrix
  }

  /// The number of modules along a side: 21 to 177, without any margin.
  public var size: Int { matrix.size }

  /// Whether the module in column `x` of row `y`, counted from 0 at the top left, is dark. Whatever
  /// lies outside of the code is light. Constant.
  public subscript(x: Int, y: Int) -> Bool {
    0 <= x && x < size && 0 <= y && y < size && matrix.isDark(x, y)
  }

  /// Compares what a camera would see.
  public static func == (left: QRCode, right: QRCode) -> Bool {
    left.matrix == right.matrix
  }
}
