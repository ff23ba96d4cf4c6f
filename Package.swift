// swift-tools-version: 6.2
import PackageDescription

/// What every target of ours is held to.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

/// The core also compiles to WebAssembly with Embedded Swift: see docs/decisions/0002-wasm.md.
let pure = strict + [.treatWarning("EmbeddedRestrictions", as: .error)]

let package = Package(
  name: "simpatico",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "SimpaticoTree", targets: ["SimpaticoTree"]),
    .library(name: "SimpaticoProtocol", targets: ["SimpaticoProtocol"]),
    .library(name: "SimpaticoWorld", targets: ["SimpaticoWorld"]),
    .library(name: "SimpaticoSocket", targets: ["SimpaticoSocket"]),
    .library(name: "SimpaticoStore", targets: ["SimpaticoStore"]),
    .library(name: "SimpaticoClient", targets: ["SimpaticoClient"]),
    .executable(name: "simpatico", targets: ["simpatico"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-asn1", from: "1.3.0"),
    .package(url: "https://github.com/apple/swift-certificates", from: "1.10.0"),
    .package(url: "https://github.com/apple/swift-configuration", from: "1.0.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.3.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.7.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.100.0"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.25.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.29.0"),
    .package(
      url: "https://github.com/hummingbird-project/hummingbird", from: "2.20.0", traits: []),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.6.0"),
  ],
  targets: [
    // The core: no Foundation, no clock, no socket. Arrows point downwards only.
    .target(name: "SimpaticoTree", swiftSettings: pure),
    .target(name: "SimpaticoProtocol", dependencies: ["SimpaticoTree"], swiftSettings: pure),
    .target(
      name: "SimpaticoWorld", dependencies: ["SimpaticoProtocol", "SimpaticoTree"],
      swiftSettings: pure),
    .target(name: "CSimpaticoWasm"),
    // The core for the browser: one product for each page.
    .executableTarget(
      name: "SimpaticoLabWasm", dependencies: ["SimpaticoWorld", "CSimpaticoWasm"],
      swiftSettings: pure),
    .executableTarget(
      name: "SimpaticoChatWasm", dependencies: ["SimpaticoProtocol", "CSimpaticoWasm"],
      swiftSettings: pure),
    // The tree alone: what the benchmarks weigh.
    .executableTarget(
      name: "SimpaticoTreeWasm", dependencies: ["SimpaticoTree", "CSimpaticoWasm"],
      swiftSettings: pure),

    // The shell: it acts, the core decides.
    .target(
      name: "SimpaticoCrypto",
      dependencies: [
        "SimpaticoProtocol",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "CryptoExtras", package: "swift-crypto"),
        .product(name: "SwiftASN1", package: "swift-asn1"),
      ],
      swiftSettings: strict),
    .target(
      name: "SimpaticoSocket",
      dependencies: [
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "NIOTLS", package: "swift-nio"),
        .product(name: "NIOWebSocket", package: "swift-nio"),
      ],
      swiftSettings: strict),
    .target(
      name: "SimpaticoStore",
      dependencies: ["SimpaticoTree", .product(name: "GRDB", package: "GRDB.swift")],
      swiftSettings: strict),
    .target(
      name: "SimpaticoHost",
      dependencies: [
        "SimpaticoProtocol", "SimpaticoTree", "SimpaticoCrypto", "SimpaticoSocket",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      swiftSettings: strict),
    .target(
      name: "SimpaticoClient",
      dependencies: [
        "SimpaticoHost", "SimpaticoProtocol", "SimpaticoTree", "SimpaticoCrypto",
        "SimpaticoSocket", "SimpaticoStore",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      swiftSettings: strict),
    .target(
      name: "SimpaticoRelay",
      dependencies: [
        "SimpaticoHost", "SimpaticoProtocol", "SimpaticoTree", "SimpaticoCrypto",
        "SimpaticoSocket", "SimpaticoWeb",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "CoreMetrics", package: "swift-metrics"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOEmbedded", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTPCompression", package: "swift-nio-extras"),
        .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
        .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "SwiftASN1", package: "swift-asn1"),
        .product(name: "X509", package: "swift-certificates"),
      ],
      swiftSettings: strict),
    .target(name: "SimpaticoWeb", resources: [.copy("Public")], swiftSettings: strict),
    .executableTarget(
      name: "simpatico",
      dependencies: [
        "SimpaticoTree", "SimpaticoProtocol", "SimpaticoWorld", "SimpaticoClient", "SimpaticoRelay",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Configuration", package: "swift-configuration"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),

    // The examples are packages of their own, too; here they are built once with everything else.
    .executableTarget(
      name: "Echo",
      dependencies: ["SimpaticoSocket", .product(name: "NIOCore", package: "swift-nio")],
      path: "Examples/Echo/Sources/Echo", swiftSettings: strict),

    // The program of the client's tutorial, likewise.
    .executableTarget(
      name: "Talk", dependencies: ["SimpaticoClient", "SimpaticoProtocol"],
      path: "Examples/Talk/Sources/Talk", swiftSettings: strict),

    .executableTarget(
      name: "TwoPhaseCommit",
      dependencies: ["SimpaticoWorld", "SimpaticoProtocol", "SimpaticoTree"],
      path: "Examples/TwoPhaseCommit/Sources/TwoPhaseCommit", swiftSettings: strict),

    .executableTarget(
      name: "SimpaticoBenchmarks",
      dependencies: [
        "SimpaticoWorld", "SimpaticoProtocol", "SimpaticoTree", "CSimpaticoWasm",
      ],
      path: "Benchmarks/SimpaticoBenchmarks", swiftSettings: strict),

    // What a registration cannot do without; `make bench-relay` compares the relay with it.
    .executableTarget(
      name: "SimpaticoRegistrationYardstick",
      dependencies: [.product(name: "Crypto", package: "swift-crypto")],
      path: "Benchmarks/SimpaticoRegistrationYardstick", swiftSettings: strict),

    // Laws for bytes from outside: `make fuzz` tries to break them, FuzzTests what was kept.
    .target(
      name: "SimpaticoFuzz",
      dependencies: [
        "SimpaticoWorld", "SimpaticoProtocol", "SimpaticoSocket", "SimpaticoTree",
        .product(name: "NIOCore", package: "swift-nio"),
      ],
      path: "Fuzz/Bodies", swiftSettings: strict),

    .testTarget(name: "FuzzTests", dependencies: ["SimpaticoFuzz"], swiftSettings: strict),
    .testTarget(name: "HouseTests", swiftSettings: strict),
    .testTarget(
      name: "SimpaticoTreeTests", dependencies: ["SimpaticoTree"],
      resources: [.copy("Vectors")], swiftSettings: strict),
    .testTarget(
      name: "SimpaticoProtocolTests", dependencies: ["SimpaticoProtocol", "SimpaticoTree"],
      resources: [.copy("Vectors")], swiftSettings: strict),
    .testTarget(
      name: "SimpaticoWorldTests",
      dependencies: ["SimpaticoWorld", "SimpaticoProtocol", "SimpaticoTree"],
      swiftSettings: strict),
    .testTarget(
      name: "SimpaticoCryptoTests", dependencies: ["SimpaticoCrypto", "SimpaticoProtocol"],
      resources: [.copy("Vectors")], swiftSettings: strict),
    .testTarget(
      name: "SimpaticoSocketTests",
      dependencies: [
        "SimpaticoSocket", .product(name: "NIOEmbedded", package: "swift-nio"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOWebSocket", package: "swift-nio"),
      ],
      swiftSettings: strict),
    // What the tests of the store kill while it writes.
    .executableTarget(
      name: "StoreWriter", dependencies: ["SimpaticoStore", "SimpaticoTree"],
      path: "Tests/Support/StoreWriter", swiftSettings: strict),
    .testTarget(
      name: "SimpaticoStoreTests",
      dependencies: [
        "SimpaticoStore", "SimpaticoTree", "StoreWriter",
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      resources: [.copy("Fixtures")], swiftSettings: strict),
    .testTarget(
      name: "SimpaticoHostTests",
      dependencies: [
        "SimpaticoHost", "SimpaticoWorld", "SimpaticoProtocol", "SimpaticoTree", "SimpaticoCrypto",
        "SimpaticoSocket", .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "SimpaticoClientTests",
      dependencies: [
        "SimpaticoClient", "SimpaticoHost", "SimpaticoProtocol", "SimpaticoTree", "SimpaticoCrypto",
        "SimpaticoSocket", "SimpaticoStore", "SimpaticoWorld", "Talk",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "SimpaticoRelayTests",
      dependencies: [
        "SimpaticoRelay", "SimpaticoClient", "SimpaticoProtocol", "SimpaticoTree", "SimpaticoWeb",
        .product(name: "CoreMetrics", package: "swift-metrics"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOEmbedded", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
