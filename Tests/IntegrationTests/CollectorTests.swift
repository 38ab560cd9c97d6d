import Foundation
import LabCluster
import LabCore
import LabTesting
import Testing

extension Integration {
    /// Programs whose heap is collected: docs/examples, built and run as their readers do.
    @Suite("Consumers with a garbage collector", .tags(.waiting), .timeLimit(.minutes(5)))
    struct CollectorTests {
        @Test(
            "in Go: a kilobyte of every event beside 100 MiB of sessions is found, and the fix is clean",
            .enabled(
                if: Collected.missingForGo == nil,
                "needs golang-go, golang-github-shopify-sarama-dev and golang-github-prometheus-client-golang-dev"
            )
        )
        func go() async throws {
            try await LabFixture.with { lab in
                let place = try Collected.copy("go", into: lab.folder)
                let built = try await lab.run(
                    "go",
                    ["build", "-o", "\(place)/consumer", "\(place)/consumer.go"],
                    environment: Collected.goEnvironment(in: lab.folder)
                )
                #expect(built.status == 0, "\(built.account)")
                try await judges(lab, "\(place)/foreign-go.yaml", runtime: .go) { variant in
                    let p99 = try #require(variant.latency.p99Millis)
                    #expect(p99 > 0 && variant.latency.p50Millis ?? .infinity <= p99)
                    #expect(variant.metrics.contains { $0.name == "go_goroutines" && $0.peak > 4 })
                }
            }
        }

        @Test(
            "on the JVM: the same, by what it writes of itself",
            .enabled(
                if: Collected.missingForJava == nil,
                "needs java and javac, and LEAKLAB_TEST_JARS, a folder with kafka-clients and what it needs"
            )
        )
        func java() async throws {
            try await LabFixture.with { lab in
                let place = try Collected.copy("java", into: lab.folder)
                try FileManager.default.createSymbolicLink(
                    atPath: "\(place)/jars",
                    withDestinationPath: Collected.jars ?? ""
                )
                let built = try await lab.run(
                    "javac",
                    ["-cp", "\(place)/jars/*", "-d", "\(place)/build", "\(place)/Consumer.java"]
                )
                #expect(built.status == 0, "\(built.account)")
                try await judges(lab, "\(place)/foreign-java.yaml", runtime: .jvm) { variant in
                    let ceiling = try #require(variant.runtime?.heapCeilingBytes)
                    #expect(ceiling == 536_870_912.0)
                }
            }
        }

        private func judges(
            _ lab: LabFixture,
            _ scenario: String,
            runtime name: ProgramRuntime,
            _ look: (VariantResult) throws -> Void
        ) async throws {
            let end = try await lab.leaklab("run", scenario, "--quick", "--format", "json")
            let result = try end.result()
            #expect(result.valid && end.status == 0, "\(end.account)")
            for variant in [try result.variant("leaky"), try result.variant("fixed")] {
                let runtime = try #require(variant.runtime, "\(end.account)")
                #expect(runtime.name == name && runtime.heapReadings >= 8, "\(runtime)")
                #expect(runtime.collections ?? 0 >= runtime.heapReadings && runtime.pauseSeconds ?? 0 > 0)
                #expect(variant.metrics.contains { $0.name == "events_total" && $0.end == 36_000 })
                #expect(variant.pods.first?.ports.count == 1)
                try look(variant)
            }
        }

        @Test(
            "that nobody collects is open, with its ceiling and what would decide it",
            .enabled(if: Collected.missingForJava == nil, "needs java, javac and LEAKLAB_TEST_JARS")
        )
        func uncollected() async throws {
            try await LabFixture.with { lab in
                let place = try Collected.copy("java", into: lab.folder)
                let jars = Collected.jars ?? ""
                let built = try await lab.run(
                    "javac",
                    ["-cp", "\(jars)/*", "-d", "\(place)/build", "\(place)/Consumer.java"]
                )
                #expect(built.status == 0, "\(built.account)")
                let scenario = try lab.scenario(
                    """
                    workload:
                      keys: {count: 1k}
                      phases: [{duration: 20s, rate: 500/s}]
                    verdict: {warmUp: 5s, hold: 1s}
                    variants:
                      - name: own
                        control: true
                        startup: 8s
                        command: [java, -Xmx300m, -cp, "\(place)/build:\(jars)/*", Consumer, "{{bootstrapServers}}", "{{topic}}", "{{group}}", "{{port}}"]
                        metrics: http://127.0.0.1:{{port}}/metrics
                        metricNames: [events_totl]
                    """
                )
                let end = try await lab.leaklab("run", scenario, "--format", "json")
                let own = try end.result().variant("own")
                #expect(own.verdict == .inconclusive && end.status == 3, "\(end.account)")
                let reasons = own.because.joined(separator: "\n")
                #expect(
                    reasons.contains("runs on the JVM") && reasons.contains("300 MiB (-Xmx)"),
                    "\(reasons)"
                )
                #expect(reasons.contains("“events_totl” is not among"), "\(reasons)")
                #expect(reasons.contains("did you mean “events_total”?"), "\(reasons)")
                #expect(own.undecided.contains { $0.contains("collect: true") })
            }
        }
    }
}

/// What the examples with a collector need.
private enum Collected {
    static let jars = ProcessInfo.processInfo.environment["LEAKLAB_TEST_JARS"]
    private static let goPath = "/usr/share/gocode"

    static let missingForGo: String? = {
        let libraries = ["github.com/Shopify/sarama", "github.com/prometheus/client_golang"]
        let missing = libraries.first { !FileManager.default.fileExists(atPath: "\(goPath)/src/\($0)") }
        return missing ?? (isProgram("go") ? nil : "go")
    }()

    static let missingForJava: String? =
        jars == nil ? "LEAKLAB_TEST_JARS" : ["java", "javac"].first { !isProgram($0) }

    static func goEnvironment(in folder: String) -> [String: String] {
        ["GO111MODULE": "off", "GOPATH": goPath, "GOCACHE": "\(folder)/go-cache"]
    }

    /// - Returns: the folder that the example is in now.
    static func copy(_ example: String, into folder: String) throws -> String {
        let place = "\(folder)/\(example)"
        try FileManager.default.copyItem(atPath: Foreign.example(example), toPath: place)
        return place
    }

    private static func isProgram(_ name: String) -> Bool {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
    }
}
