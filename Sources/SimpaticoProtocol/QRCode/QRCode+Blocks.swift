extension QRCode {
  /// How the data codewords of a code are divided into blocks, each with its own correction.
  struct Blocks: Equatable {
    let count: Int
    /// The data codewords of all blocks together.
    let dataCount: Int
    /// The correction codewords of each block.
    let correctionLength: Int

    /// The data codewords of a block: the last blocks may have one more than the first ones.
    func dataLength(_ block: Int) -> Int {
      dataCount / count + (block < count - dataCount % count ? 0 : 1)
    }

    /// The codewords in the order in which they are placed: the first of each block, the second of
    /// each, and so on, and then their corrections in the same way (section 7.6).
    func interleaved(_ data: [UInt8]) -> [UInt8] {
      let code = ReedSolomon(correctionLength: correctionLength)
      var starts: [Int] = []
      var corrections: [[UInt8]] = []
      var start = 0
      for block in 0..<count {
        let end = start + dataLength(block)
        starts.append(start)
        corrections.append(code.remainder(of: data[start..<end]))
        start = end
      }
      var result: [UInt8] = []
      result.reserveCapacity(dataCount + count * correctionLength)
      for index in 0..<dataLength(count - 1) {
        for block in 0..<count where index < dataLength(block) {
          result.append(data[starts[block] + index])
        }
      }
      for index in 0..<correctionLength {
        for block in 0..<count { result.append(corrections[block][index]) }
      }
      return result
    }
  }
}
