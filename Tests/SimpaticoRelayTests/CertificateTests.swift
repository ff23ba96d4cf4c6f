import Foundation
import Logging
import Synchronization
import Testing

@testable import SimpaticoRelay

@Suite struct Certificates {
  private let now = Date(timeIntervalSince1970: 1_800_000_000)
  private let day: TimeInterval = 86_400

  /// A certificate and its key in a folder of their own, which goes with it.
  private final class Files {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    var certificate: URL { folder.appending(path: "relay.crt") }
    var key: URL { folder.appending(path: "relay.key") }
    var source: RelayConfiguration.TLS { .files(certificate: certificate.path, key: key.path) }

    init() throws {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func write(from start: Date, for seconds: TimeInterval) throws {
      let made = try SelfSigned.make(host: "localhost", from: start, for: seconds)
      try Data(made.certificate.utf8).write(to: certificate)
      try Data(made.key.utf8).write(to: key)
    }
  }

  /// What is logged, a line each: the level and the message.
  private final class Journal: LogHandler, Sendable {
    let lines = Mutex<[String]>([])
    var logLevel: Logger.Level {
      get { .trace }
      set {}
    }
    var metadata: Logger.Metadata {
      get { [:] }
      set {}
    }
    var logger: Logger { Logger(label: "relay") { _ in self } }

    subscript(metadataKey _: String) -> Logger.Metadata.Value? {
      get { nil }
      set {}
    }

    func log(event: LogEvent) {
      lines.withLock { $0.append("\(event.level): \(event.message)") }
    }

    func drain() -> [String] {
      lines.withLock { lines in
        defer { lines = [] }
        return lines
      }
    }
  }

  private func store(_ files: Files, _ registry: PrometheusRegistry) throws -> CertificateStore {
    try CertificateStore(
      files.source, host: "localhost", metrics: RelayMetrics(registry), at: now)
  }

  private func failure(_ files: Files) -> String {
    do {
      _ = try store(files, Relay.makeRegistry())
      return "none"
    } catch {
      return "\(error)"
    }
  }

  @Test func whatCannotBeUsedIsNamedWithItsReason() throws {
    let files = try Files()
    #expect(failure(files) == "\(files.certificate.path) cannot be read: there is no such file")
    try files.write(from: now, for: day)
    #expect(failure(files) == "none")
    let key = try Data(contentsOf: files.key)
    try files.write(from: now, for: day)
    try key.write(to: files.key)
    #expect(failure(files).hasPrefix("the key in \(files.key.path) is not that of the certificate"))
    try Data("-----BEGIN ENCRYPTED PRIVATE KEY-----\n".utf8).write(to: files.key)
    #expect(failure(files).hasPrefix("\(files.key.path) is encrypted"))
    try Data("nonsense".utf8).write(to: files.key)
    #expect(failure(files).hasPrefix("\(files.key.path) holds no private key in PEM"))
    try Data("nonsense".utf8).write(to: files.certificate)
    #expect(failure(files).hasPrefix("\(files.certificate.path) holds no certificate in PEM"))
    try FileManager.default.removeItem(at: files.key)
    try FileManager.default.createDirectory(at: files.key, withIntermediateDirectories: false)
    #expect(failure(files).hasPrefix("\(files.key.path) cannot be read: "))
  }

  @Test func aChainOfWhichAPartIsMissingIsRefused() throws {
    let files = try Files()
    try files.write(from: now, for: day)
    let whole = try Data(contentsOf: files.certificate)
    try (whole + whole.prefix(200)).write(to: files.certificate)
    #expect(failure(files).hasSuffix("or a damaged one"))
  }

  @Test(.enabled(if: geteuid() != 0)) func aFileThatMayNotBeReadIsNoBadFile() throws {
    let files = try Files()
    try files.write(from: now, for: day)
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: files.key.path)
    #expect(failure(files) == "\(files.key.path) cannot be read: permission denied")
  }

  @Test func aKeyThatIsTooShortForTLSIsRefused() throws {
    let files = try Files()
    try Data(ShortKey.certificate.utf8).write(to: files.certificate)
    try Data(ShortKey.key.utf8).write(to: files.key)
    #expect(failure(files).hasPrefix("TLS cannot be spoken with the key in \(files.key.path)"))
  }

  @Test func aCertificateIsInForceFromItsFirstSecondToItsLast() throws {
    let files = try Files()
    try files.write(from: now, for: day)
    let loaded = try ServerCertificate(certificate: files.certificate.path, key: files.key.path)
    #expect(loaded.fault(at: now) == nil)
    #expect(loaded.fault(at: now + day + 0.9) == nil)
    #expect(loaded.fault(at: now - 0.1)?.contains("not valid before 2027-01-15T08:00:00Z") == true)
    #expect(loaded.fault(at: now + day + 1)?.contains("expired at 2027-01-16T08:00:00Z") == true)
  }

  @Test func aRelayStartsWithACertificateThatIsNotInForceAndKnowsIt() throws {
    let files = try Files()
    try files.write(from: now - 2 * day, for: day)
    #expect(try store(files, Relay.makeRegistry()).failure?.contains("expired") == true)
    try files.write(from: now + day, for: day)
    #expect(try store(files, Relay.makeRegistry()).failure?.contains("not valid before") == true)
    try files.write(from: now, for: day)
    #expect(try store(files, Relay.makeRegistry()).failure == nil)
  }

  @Test(arguments: [-2.0, 1.0])
  func nothingTakesThePlaceOfOneInForceThatIsNotInForceItself(_ days: Double) throws {
    let files = try Files()
    let registry = Relay.makeRegistry()
    let journal = Journal()
    try files.write(from: now, for: 9 * day)
    let store = try store(files, registry)
    let first = ObjectIdentifier(store.context)
    try files.write(from: now + days * day, for: day)
    for _ in 0..<3 { store.reloadIfChanged(journal.logger, at: now) }
    #expect(ObjectIdentifier(store.context) == first)
    let told = journal.drain()
    #expect(told.count == 1 && told[0].hasPrefix("error: the certificate stays as it was"))
    #expect(registry.text().contains("simpatico_tls_reloads_total{outcome=\"failed\"} 3"))
    store.reload(journal.logger, at: now)
    #expect(journal.drain().count == 1, "who asks is told again")
    // As soon as its time has come it is shown, although its files are as they were.
    store.reloadIfChanged(journal.logger, at: now + 1.5 * day)
    #expect((ObjectIdentifier(store.context) != first) == (days > 0))
    #expect((store.failure == nil) == (days > 0))
  }

  @Test func oneThatExpiresWhileItIsShownIsReportedOnce() throws {
    let files = try Files()
    let journal = Journal()
    try files.write(from: now, for: day)
    let store = try store(files, Relay.makeRegistry())
    store.reloadIfChanged(journal.logger, at: now + day)
    #expect(journal.drain() == [])
    for _ in 0..<3 { store.reloadIfChanged(journal.logger, at: now + 2 * day) }
    let told = journal.drain()
    #expect(told.count == 1 && told[0].contains("expired"))
    try files.write(from: now + 2 * day, for: day)
    store.reloadIfChanged(journal.logger, at: now + 2 * day)
    #expect(store.failure == nil)
  }

  @Test func filesThatAreAwayAreBeingReplacedOnceAndThenAreMissing() throws {
    let files = try Files()
    let journal = Journal()
    try files.write(from: now, for: day)
    let store = try store(files, Relay.makeRegistry())
    try FileManager.default.removeItem(at: files.key)
    store.reloadIfChanged(journal.logger, at: now)
    #expect(journal.drain() == [])
    for _ in 0..<3 { store.reloadIfChanged(journal.logger, at: now) }
    let told = journal.drain()
    #expect(told.count == 1 && told[0].contains("there is no such file"))
    try files.write(from: now, for: day)
    store.reloadIfChanged(journal.logger, at: now)
    #expect(store.failure == nil)
  }

  @Test func aFileIsAnotherWhereItsContentsItsModeOrItselfIs() throws {
    let files = try Files()
    #expect(FileVersion(files.key.path) == nil)
    try files.write(from: now, for: day)
    let first = try #require(FileVersion(files.key.path))
    #expect(FileVersion(files.key.path) == first)
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: files.key.path)
    let readable = FileVersion(files.key.path)
    #expect(readable != first)
    let size = try Data(contentsOf: files.key).count
    try Data(repeating: 0, count: size).write(to: files.key)
    #expect(FileVersion(files.key.path) != readable)
    let written = FileVersion(files.key.path)
    let link = files.folder.appending(path: "link")
    try FileManager.default.createSymbolicLink(at: link, withDestinationURL: files.key)
    #expect(FileVersion(link.path) == written)
    let data = try Data(contentsOf: files.key)
    try data.write(to: files.key, options: .atomic)
    #expect(FileVersion(link.path) != written)
  }
}

/// An RSA key of 512 bits, which proves nothing, and its certificate.
private enum ShortKey {
  static let certificate = pem(
    "CERTIFICATE",
    """
    MIIBczCCAR2gAwIBAgIUAt09kuPdeE69UbAY1P/luUyug9EwDQYJKoZIhvcNAQEL
    BQAwDjEMMAoGA1UEAwwDcnNhMB4XDTI2MTEzMDAzNDQyOVoXDTI2MTIwMzAzNDQy
    OVowDjEMMAoGA1UEAwwDcnNhMFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAL3+hMvS
    it3EpzKl8C6tC1u2kEW8TuLSlCFPUDeZbUR7of1VlTGiSHChDEAtxbbRMVZ06axv
    XdRLk75WIIayjA0CAwEAAaNTMFEwHQYDVR0OBBYEFBAmeWnXQvGtFqgxXhvry4iK
    SLmoMB8GA1UdIwQYMBaAFBAmeWnXQvGtFqgxXhvry4iKSLmoMA8GA1UdEwEB/wQF
    MAMBAf8wDQYJKoZIhvcNAQELBQADQQCEYXW8xNCAieLHJNuCeOZwytm3ttRjummH
    RjHJFOMbZu5zWrjNdt9Cm/RhpJNgNS1QPVcMCHnCpcMV9LhyolSo
    """)
  static let key = pem(
    "PRIVATE KEY",
    """
    MIIBVAIBADANBgkqhkiG9w0BAQEFAASCAT4wggE6AgEAAkEAvf6Ey9KK3cSnMqXw
    Lq0LW7aQRbxO4tKUIU9QN5ltRHuh/VWVMaJIcKEMQC3FttExVnTprG9d1EuTvlYg
    hrKMDQIDAQABAkAHayvGRadUd3xL1vzk5a7e2ucRQgQWiUBteIpaUWxZ0yTIzkO9
    2y6/CGWYc1xLgMmzmZk4M517g72FVclLWZ1hAiEA5R3dVu283Z1gUsEScWSZzjON
    qOmyaF/XIJQuo7c+FUUCIQDUSYGXlok4lYOwG6wcg1PHIvktkrxj4pNbv3tbe9TU
    KQIgbDGiKD60BWMf7XRHJU0AZKNrrexN14QKrtPLAnyx0JECIFYe1+cCV/rPlRPt
    tf3/PQ6NXp8hZzHyaiuPW+D6NJY5AiEArELyuSFZjXCqXGFrq9NsDFn4ifGiBaeN
    tyh+LyRlh08=
    """)

  private static func pem(_ kind: String, _ text: String) -> String {
    "-----BEGIN \(kind)-----\n\(text)\n-----END \(kind)-----\n"
  }
}
