import SimpaticoCrypto
import Testing

@Suite("The classic suite computes what OpenSSL and WebCrypto compute")
struct VectorTests {
  private let suite = ClassicSuite()

  @Test(arguments: Vectors.suites)
  func keysAndFingerprintsAreThoseOfTheVectors(vectors: Vectors.Suite) throws {
    #expect(!vectors.keyPairs.isEmpty)
    for expected in vectors.keyPairs {
      let keyPair = try ClassicSuite.KeyPair(privateKeyPEM: expected.privateKeyPEM)
      #expect(keyPair.publicKeyPEM == expected.publicKeyPEM)
      #expect(keyPair.privateKeyPEM() == expected.privateKeyPEM)
      #expect(keyPair.fingerprint == expected.fingerprint)
      #expect(
        try suite.fingerprint(ofPublicKeyPEM: expected.publicKeyPEM) == expected.fingerprint)
    }
  }

  @Test(arguments: Vectors.suites)
  func sealingWithTheVectorsInitializationVectorGivesTheVectorsBox(
    vectors: Vectors.Suite
  ) throws {
    for expected in vectors.boxes {
      let box = try suite.seal(
        Hex.decode(expected.message), from: vectors.keyPair(expected.from),
        to: vectors.keyPair(expected.to).publicKey,
        initializationVector: Hex.decode(expected.initializationVector))
      #expect(Hex.encode(box) == expected.box, "\(expected.name) to \(expected.to)")
    }
  }

  @Test(arguments: Vectors.suites)
  func bothOwnersOfAVectorsKeyOpenItsBox(vectors: Vectors.Suite) throws {
    for expected in vectors.boxes {
      let from = try vectors.keyPair(expected.from)
      let to = try vectors.keyPair(expected.to)
      let box = try Hex.decode(expected.box)
      let opened = try suite.open(box, by: to, from: from.publicKeyPEM)
      #expect(Hex.encode(opened) == expected.message, "\(expected.name) to \(expected.to)")
      #expect(try suite.open(box, by: from, from: to.publicKey) == opened)
    }
  }

  @Test(arguments: Vectors.suites)
  func vectorsCoverTheEdgesOfABlock(vectors: Vectors.Suite) {
    let byteCounts = Set(vectors.boxes.map { $0.message.utf8.count / 2 })
    #expect(byteCounts.isSuperset(of: [0, 15, 16, 17, 3072]))
  }
}
