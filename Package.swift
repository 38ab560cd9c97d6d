// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// Everywhere except the targets that talk to C or share memory between processes.
let safe: [SwiftSetting] = strict + [.strictMemorySafety()]

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let nio: [Target.Dependency] = ["NIOCore", "NIOHTTP1", "NIOPosix"].map {
    .product(name: $0, package: "swift-nio")
}
let systemPackage: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")

// Bottom to top: a target imports only what stands above it in this list, and one third-party library stays
// inside one target, but for swift-nio: incidents' servers on loopback, and that of the page. docs/design.md says what each is for.
let package = Package(
    name: "LeakLab",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "leaklab", targets: ["LeakLabProgram"]),
        .library(name: "LeakLab", targets: ["LeakLab"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        .systemLibrary(
            name: "COpenSSL",
            pkgConfig: "openssl",
            providers: [.apt(["libssl-dev"]), .brew(["openssl"])]
        ),
        .systemLibrary(
            name: "CRdKafka",
            pkgConfig: "rdkafka",
            providers: [.apt(["librdkafka-dev"]), .brew(["librdkafka"])]
        ),
        .systemLibrary(
            name: "CSQLite",
            pkgConfig: "sqlite3",
            providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite"])]
        ),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .target(name: "CPlatform"),
        .target(name: "Kafka", dependencies: ["CRdKafka"], swiftSettings: strict),
        .target(name: "LabCore", swiftSettings: safe),
        .target(name: "LabProfiles", dependencies: ["CPlatform", "CZlib", "LabCore"], swiftSettings: strict),
        .target(name: "LabTLS", dependencies: ["COpenSSL", "LabCore"], swiftSettings: strict),
        .target(name: "LabTelemetry", dependencies: ["CPlatform", "LabCore"], swiftSettings: strict),
        .target(name: "LabPayload", dependencies: ["LabCore"], swiftSettings: strict),
        .target(name: "LabScenario", dependencies: ["LabCore", "LabPayload", yams], swiftSettings: safe),
        .target(
            name: "LabIncidents",
            dependencies: ["CSQLite", "CZlib", "LabCore", "LabTLS", "LabTelemetry"] + nio,
            swiftSettings: safe
        ),
        .target(
            name: "LabPod",
            dependencies: ["CPlatform", "Kafka", "LabCore", "LabTelemetry"],
            swiftSettings: strict
        ),
        .target(
            name: "LabCluster",
            dependencies: ["LabCore", "LabTelemetry", subprocess, systemPackage],
            swiftSettings: strict
        ),
        .target(
            name: "LabBroker",
            dependencies: ["LabCluster", "LabCore", "LabTelemetry"],
            swiftSettings: strict
        ),
        .target(
            name: "LabLoad",
            dependencies: ["CPlatform", "Kafka", "LabCore", "LabPayload", "LabTelemetry"],
            swiftSettings: strict
        ),
        .target(name: "LabRecording", dependencies: ["LabCore", "LabTelemetry", grdb], swiftSettings: safe),
        .target(name: "LabAnalysis", dependencies: ["LabCore"], swiftSettings: safe),
        .target(name: "LabReport", dependencies: ["LabCore"], swiftSettings: safe),
        .target(
            name: "LabServe",
            dependencies: ["LabCore", "LabReport", "LabTelemetry"] + nio,
            resources: [
                .embedInCode("Assets/acts.js"),
                .embedInCode("Assets/charts.js"),
                .embedInCode("Assets/page.css"),
                .embedInCode("Assets/page.html"),
                .embedInCode("Assets/page.js"),
            ],
            swiftSettings: safe
        ),
        .target(
            name: "LabEngine",
            dependencies: [
                "Kafka", "LabAnalysis", "LabBroker", "LabCluster", "LabCore", "LabIncidents", "LabLoad",
                "LabPod", "LabProfiles", "LabRecording", "LabScenario", "LabTelemetry",
            ],
            resources: [.embedInCode("Agent/leaklab-agent.c")],
            swiftSettings: safe
        ),
        .target(
            name: "LabSelfTest",
            dependencies: [
                "LabAnalysis", "LabBroker", "LabCluster", "LabCore", "LabEngine", "LabRecording", "LabReport",
                "LabScenario", "LabTelemetry",
            ],
            resources: [.embedInCode("Programs/zoo.c"), .embedInCode("Programs/zoo.py")],
            swiftSettings: safe
        ),
        .target(
            name: "LabBench",
            dependencies: [
                "LabAnalysis", "LabCluster", "LabCore", "LabEngine", "LabRecording", "LabScenario",
            ],
            swiftSettings: safe
        ),
        .target(
            name: "LabCommands",
            dependencies: [
                "CPlatform", "Kafka", "LabAnalysis", "LabBench", "LabCluster", "LabCore", "LabEngine",
                "LabIncidents",
                "LabLoad",
                "LabPod",
                "LabProfiles", "LabRecording", "LabReport", "LabScenario", "LabSelfTest", "LabServe",
                "LabTelemetry",
                argumentParser,
            ],
            resources: [.embedInCode("Scenarios"), .embedInCode("Starters")],
            swiftSettings: safe
        ),
        .executableTarget(name: "LeakLabProgram", dependencies: ["LabCommands"], swiftSettings: safe),
        .target(
            name: "LeakLab",
            dependencies: [
                "LabCommands", "LabCore", "LabIncidents", "LabPod", "LabScenario", "LabTelemetry",
            ],
            swiftSettings: safe
        ),
        .testTarget(
            name: "KafkaTests",
            dependencies: ["CRdKafka", "Kafka", "LabTesting"],
            swiftSettings: strict
        ),
        .testTarget(name: "LabCoreTests", dependencies: ["LabCore"], swiftSettings: strict),
        .testTarget(
            name: "LabProfilesTests",
            dependencies: ["LabCore", "LabProfiles"],
            exclude: ["Fixtures"],
            swiftSettings: strict
        ),
        .testTarget(name: "LabTLSTests", dependencies: ["LabCore", "LabTLS"], swiftSettings: strict),
        .testTarget(
            name: "LabTelemetryTests",
            dependencies: ["LabCore", "LabTelemetry"],
            swiftSettings: strict
        ),
        .testTarget(name: "LabPayloadTests", dependencies: ["LabCore", "LabPayload"], swiftSettings: strict),
        .testTarget(
            name: "LabScenarioTests",
            dependencies: ["LabCore", "LabScenario", "LabTesting"],
            exclude: ["Fixtures"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "LabIncidentsTests",
            dependencies: ["LabCore", "LabIncidents", "LabTLS", "LabTelemetry"] + nio,
            swiftSettings: strict
        ),
        .testTarget(
            name: "LabRecordingTests",
            dependencies: ["LabCore", "LabRecording", grdb],
            swiftSettings: strict
        ),
        .testTarget(
            name: "LabAnalysisTests",
            dependencies: ["LabAnalysis", "LabCore", "LabTesting"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "LabBrokerTests",
            dependencies: ["LabBroker", "LabCluster", "LabCore"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "LabLoadTests",
            dependencies: ["Kafka", "LabCore", "LabLoad", "LabTelemetry", "LabTesting"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "LabPodTests",
            dependencies: ["Kafka", "LabCore", "LabPod", "LabTelemetry"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "LabEngineTests",
            dependencies: [
                "Kafka", "LabBroker", "LabCluster", "LabCore", "LabEngine", "LabLoad", "LabPod",
                "LabRecording", "LabScenario", "LabTelemetry", "LabTesting",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "AnyBrokerTests",
            dependencies: [
                "CRdKafka", "Kafka", "LabBroker", "LabCluster", "LabCore", "LabEngine", "LabTesting",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "LabReportTests",
            dependencies: ["LabAnalysis", "LabCore", "LabReport"],
            exclude: ["Golden"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "LabServeTests",
            dependencies: ["LabCluster", "LabCore", "LabReport", "LabServe", "LabTesting"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "LabSelfTestTests",
            dependencies: [
                "LabBroker", "LabCore", "LabEngine", "LabReport", "LabScenario", "LabSelfTest",
                "LabTesting",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "LabBenchTests",
            dependencies: ["LabBench", "LabCore", "LabScenario"],
            swiftSettings: strict
        ),
        .target(name: "LabTesting", dependencies: ["LabCluster", "LabCore"], swiftSettings: strict),
        .testTarget(
            name: "LabClusterTests",
            dependencies: ["LabCluster", "LabCore", "LabTelemetry", "LabTesting"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "LabCommandsTests",
            dependencies: [
                "LabAnalysis", "LabBench", "LabCommands", "LabCore", "LabEngine", "LabRecording", "LabReport",
                "LabScenario",
                "LabSelfTest",
                "LabTesting",
                argumentParser,
            ],
            exclude: ["Golden"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "LeakLabTests",
            dependencies: ["LabCore", "LabIncidents", "LabScenario", "LabTelemetry", "LeakLab"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "IntegrationTests",
            dependencies: ["LabCluster", "LabCore", "LabRecording", "LabTesting"],
            exclude: ["Clients"],
            swiftSettings: strict
        ),
    ]
)

// `make bench` sets this; nobody else needs to build the benchmarks.
if Context.environment["LEAKLAB_BENCHMARKS"] == "1" {
    package.targets.append(
        .executableTarget(
            name: "LabBenchmarks",
            dependencies: [
                "Kafka", "LabCluster", "LabCore", "LabEngine", "LabIncidents", "LabLoad", "LabPod",
                "LabTelemetry",
            ],
            swiftSettings: safe
        )
    )
}
