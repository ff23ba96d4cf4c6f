// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "Echo",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "simpatico", path: "../.."),
    .package(url: "https://github.com/apple/swift-nio", from: "2.80.0"),
  ],
  targets: [
    .executableTarget(
      name: "Echo",
      dependencies: [
        .product(name: "SimpaticoSocket", package: "simpatico"),
        .product(name: "NIOCore", package: "swift-nio"),
      ])
  ],
  swiftLanguageModes: [.v6]
)
