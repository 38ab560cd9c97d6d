import Foundation
import LabCluster
import LabCore
import LabTesting
import Testing

extension Integration {
    /// Programs that are not the lab's own, as variants.
    @Suite("Foreign consumers", .timeLimit(.minutes(3)))
    struct ForeignConsumerTests {
        private static let kcat = """
            [kcat, -b, "{{bootstrapServers}}", -G, "{{group}}", -q, -X, auto.offset.reset=earliest, \
            -X, auto.commit.interval.ms=500, -X, session.timeout.ms=6000, "{{topic}}"]
            """

        private func text(_ variants: String, seconds: Int, rate: Int = 500, more: String = "") -> String {
            """
            workload:
              topic: foreign
              partitions: 4
              phases: [{name: peak, duration: \(seconds)s, rate: \(rate)/s}]
            verdict: {warmUp: 1s, hold: 500ms}
            variants:
            \(variants)
            \(more)
            """
        }

        private func run(_ lab: LabFixture, _ text: String) async throws -> ProgramEnd {
            try await lab.leaklab("run", try lab.scenario(text), "--format", "json")
        }

        @Test(
            "in Python: the build that leaks is flagged, its fix is clean, and its own metrics are told",
            .enabled(
                if: Foreign.hasPython,
                "needs python3-confluent-kafka (apt-get install python3-confluent-kafka)"
            )
        )
        func python() async throws {
            try await LabFixture.with { lab in
                let end = try await lab.leaklab(
                    "run",
                    Foreign.example("python/foreign-python.yaml"),
                    "--quick",
                    "--format",
                    "json"
                )
                let result = try end.result()
                #expect(result.valid, "\(end.account)")
                let (old, new) = (try result.variant("old-build"), try result.variant("new-build"))
                #expect(old.verdict == .leaking && new.verdict == .bounded, "\(end.account)")
                for variant in [old, new] {
                    #expect(variant.events.processed == variant.events.produced)
                    #expect(variant.events.lost == nil && variant.lag.final == 0)
                    #expect(variant.metrics.contains { $0.name == "events_total" && $0.end == 25_000 })
                }
                #expect(old.metrics.first { $0.name == "sessions" }?.end == 25_000)
                #expect(old.tasks.end - new.tasks.end >= 120)
                #expect(end.status == 0)
            }
        }

        @Test(
            "in shell: kcat hands over, bash keeps every line",
            .enabled(if: Foreign.hasKcat, "needs kcat (apt-get install kcat)")
        )
        func shell() async throws {
            try await LabFixture.with { lab in
                let end = try await lab.leaklab(
                    "run",
                    Foreign.example("shell/foreign-shell.yaml"),
                    "--quick",
                    "--format",
                    "json"
                )
                let result = try end.result()
                #expect(result.valid && end.status == 0, "\(end.account)")
                #expect(try result.variant("old-script").verdict == .leaking)
                #expect(try result.variant("new-script").verdict == .bounded)
            }
        }

        @Test(
            "beside a handler: a metrics endpoint that nobody answers at is counted and told",
            .enabled(if: Foreign.hasKcat, "needs kcat (apt-get install kcat)")
        )
        func besideHandler() async throws {
            try await LabFixture.with { lab in
                let variants = """
                          - {name: singleton, control: true}
                          - name: own
                            command: \(Self.kcat)
                            pods: {replicas: 2}
                            metrics: http://127.0.0.1:{{port}}/metrics
                            metricNames: [go_goroutines]
                            environment: {PORT: "{{port}}"}
                    """
                let text = "incident: service-per-event\n" + text(variants, seconds: 12)
                let end = try await run(lab, text)
                let result = try end.result()
                #expect(result.valid, "\(end.account)")
                let own = try result.variant("own")
                #expect(own.pods.count == 2 && own.events.processed == own.events.produced)
                let failed = try #require(own.metrics.first { $0.name == "scrapesFailed" })
                #expect(
                    failed.total ?? 0 > 0 && failed.total == own.metrics.first { $0.name == "scrapes" }?.total
                )
                #expect(try result.variant("singleton").events.lost == 0)
                let markdown = try await lab.leaklab("report", result.run, "--format", "markdown")
                #expect(markdown.output.contains("unknown"), "\(markdown.output)")
            }
        }

        @Test(
            "whose metrics come late or make no sense is judged by the rest, and that is told",
            .enabled(if: Foreign.hasKcat, "needs kcat (apt-get install kcat)")
        )
        func badEndpoints() async throws {
            try await LabFixture.with { lab in
                let server = "\(lab.folder)/endpoint.py"
                try """
                import http.server, sys, time
                class Endpoint(http.server.BaseHTTPRequestHandler):
                    def do_GET(self):
                        if sys.argv[2] == "slow": time.sleep(3)
                        self.send_response(200)
                        self.end_headers()
                        self.wfile.write(b"\\xff\\xfe{ sessions\\nsessions\\nsessions{a=\\" 1\\n\\n\\n")
                    def log_message(self, *words): pass
                http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Endpoint).serve_forever()
                """
                .write(toFile: server, atomically: true, encoding: .utf8)
                let variants = ["slow", "malformed"].map { kind in
                    """
                      - name: \(kind)
                        control: \(kind == "slow")
                        command: [sh, -c, 'python3 "$1" "$2" \(kind) & shift 2; exec "$@"', sh, "\(server)", "{{port}}",
                          \(Self.kcat.dropFirst())
                        metrics: http://127.0.0.1:{{port}}/metrics
                        metricNames: [sessions]
                    """
                }
                let end = try await run(lab, text(variants.joined(separator: "\n"), seconds: 10))
                let result = try end.result()
                #expect(result.valid, "\(end.account)")
                for variant in result.variants {
                    #expect(variant.events.processed == variant.events.produced)
                    let scrapes = try #require(variant.metrics.first { $0.name == "scrapes" }?.total)
                    let failed = try #require(variant.metrics.first { $0.name == "scrapesFailed" }?.total)
                    #expect(scrapes > 0 && failed > 0, "\(variant.name): \(failed) of \(scrapes)")
                    #expect(!variant.metrics.contains { $0.name == "sessions" && $0.peak > 0 })
                }
            }
        }

        @Test("that ends at once makes the run invalid at once, with its last words")
        func exitsAtOnce() async throws {
            try await LabFixture.with { lab in
                let variants =
                    "  - {name: own, control: true, startup: 0, command: [sh, -c, 'echo no config >&2; exit 7']}"
                let end = try await run(lab, text(variants, seconds: 60))
                let result = try end.result()
                #expect(!result.valid && end.status == 3 && end.duration < .seconds(45), "\(end.account)")
                let reason = try #require(
                    result.invalidBecause.first { $0.hasPrefix("own: progress is unknown") }
                )
                #expect(reason.contains("own-0 ended once, last with Error, exit code 7"))
                #expect(reason.hasSuffix("last words of own-0: no config"))
                let log = try await lab.leaklab("logs", result.run, "own-0.err")
                #expect(log.output == "no config\n")
            }
        }

        @Test("that never joins, writes without end and ignores SIGTERM costs neither disk nor patience")
        func deaf() async throws {
            try await LabFixture.with { lab in
                let variants = """
                          - name: deaf
                            control: true
                            startup: 500ms
                            command: [sh, -c, "trap '' TERM; yes out & while :; do sleep 0.2; done"]
                            pods: {gracePeriod: 300ms}
                          - {name: restless, startup: 0, command: [sh, -c, 'exit 1'], pods: {restart: {policy: always, backOff: 1s}}}
                    """
                let end = try await run(lab, text(variants, seconds: 4))
                let result = try end.result()
                #expect(!result.valid && end.status == 3, "\(end.account)")
                #expect(result.invalidBecause.count { $0.contains("has committed no offset") } == 2)
                let deaf = try result.variant("deaf")
                #expect(deaf.pods.flatMap(\.exits).map(\.code) == [137])
                #expect(deaf.verdict == .inconclusive && deaf.because.contains("no event was handled"))
                #expect(try result.variant("restless").pods.allSatisfy { $0.restarts >= 2 })
                let log = "\(lab.store)/\(result.run)/logs/deaf-0.out.log"
                let size = try FileManager.default.attributesOfItem(atPath: log)[.size] as? Int
                #expect(try #require(size) < OutputTail.limit + 100)
            }
        }

        @Test(
            "that takes too much memory is killed and restarted as any pod",
            .enabled(if: Capability.memoryCgroup)
        )
        func memory() async throws {
            try await LabFixture.with { lab in
                let variants = """
                          - name: glutton
                            control: true
                            startup: 0
                            command: [sh, -c, "exec tail /dev/zero"]
                            pods: {memory: 32MiB, restart: {policy: always, backOff: 1s, longestBackOff: 1s}}
                    """
                let end = try await run(lab, text(variants, seconds: 4))
                let glutton = try end.result().variant("glutton")
                #expect(
                    glutton.pods.allSatisfy { $0.oomKills >= 2 && $0.memoryLimitBytes == 32 << 20 },
                    "\(end.account)"
                )
            }
        }

        @Test(
            "that does not exist or cannot be executed is an invalid scenario",
            arguments: ["./nothing", "/etc/passwd"]
        )
        func missing(_ program: String) async throws {
            try await LabFixture.with { lab in
                let variants = "  - {name: own, control: true, command: [\(program)]}"
                let end = try await run(lab, text(variants, seconds: 4))
                #expect(end.status == 4 && end.errors.contains("scenario.yaml:7:"), "\(end.account)")
            }
        }
    }
}

/// What this machine has of programs that are not the lab's.
private enum Foreign {
    static let hasPython: Bool = {
        let check = Process()
        check.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        check.arguments = ["-c", "import confluent_kafka"]
        check.standardError = FileHandle.nullDevice
        guard (try? check.run()) != nil else { return false }
        check.waitUntilExit()
        return check.terminationStatus == 0
    }()

    static var hasKcat: Bool {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/kcat") }
    }

    static func example(_ path: String) -> String {
        URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs/examples/\(path)")
            .path
    }
}
