// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "Talk",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "simpatico", path: "../..")],
  targets: [
    .executableTarget(
      name: "Talk",
      dependencies: [
        .product(name: "SimpaticoClient", package: "simpatico"),
        .product(name: "SimpaticoProtocol", package: "simpatico"),
      ])
  ],
  swiftLanguageModes: [.v6]
)
