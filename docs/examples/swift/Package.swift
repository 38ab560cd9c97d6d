// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "checkout-lab",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "LeakLab", path: "../../..")],
    targets: [
        .executableTarget(
            name: "checkout-lab",
            dependencies: [.product(name: "LeakLab", package: "LeakLab")]
        )
    ]
)
