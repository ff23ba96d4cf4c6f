// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "TwoPhaseCommit",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "simpatico", path: "../..")],
  targets: [
    .executableTarget(
      name: "TwoPhaseCommit",
      dependencies: [
        .product(name: "SimpaticoTree", package: "simpatico"),
        .product(name: "SimpaticoProtocol", package: "simpatico"),
        .product(name: "SimpaticoWorld", package: "simpatico"),
      ])
  ],
  swiftLanguageModes: [.v6]
)
