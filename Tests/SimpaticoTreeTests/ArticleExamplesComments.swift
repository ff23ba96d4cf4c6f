import SimpaticoTree
import Testing

/// The examples that stand in comments of the sources.
@Suite struct ArticleExamplesComments {
  @Test func aFormIsFilledIn() {
    let bump: Form = ["handler": "bump", "by": nil]
    let message = bump.filled(3)
    #expect(message == ["handler": "bump", "by": 3])
  }
}
