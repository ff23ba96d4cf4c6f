import SimpaticoTree
import Testing

@Suite struct DigestTests {
  /// The published FNV-1a start value, and two sums worked out with another implementation.
  @Test func digestIsFNV1aOfCanonicalLines() {
    var digest = Digest()
    #expect(digest.hexadecimal == "cbf29ce484222325")
    digest.update(["b": 1, "a": "x"])
    #expect(digest.hexadecimal == "75abe5a05ad32ae5")
    digest.update(Int64(-5))
    #expect(digest.hexadecimal == "d0a23970ea34b027")
  }

  @Test func digestDependsOnOrderAndBounds() {
    func digest(_ values: [Value]) -> Digest {
      var digest = Digest()
      for value in values { digest.update(value) }
      return digest
    }
    #expect(digest([1, 2]) == digest([1, 2]))
    #expect(digest([1, 2]) != digest([2, 1]))
    #expect(digest([12]) != digest([1, 2]))
    #expect(digest(["a", "b"]) != digest([["a", "b"]]))
  }

  @Test func integersBeyondDoublesCount() {
    var (left, right) = (Digest(), Digest())
    left.update(Int64.max)
    right.update(Int64.max - 1)
    #expect(left != right)
  }
}
