import Foundation
import LabCluster
import LabCore
import LabTesting
import Testing

extension Integration {
    /// Programs that are not the lab's own, as variants.
    @Suite("Foreign consumers", .tags(.waiting), .timeLimit(.minutes(3)))
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
                let end = try await lab.beginWith("python", refused: "new-build.pods.oomKills > 0")
                let result = try end.result()
                #expect(result.valid, "\(end.account)")
                let (old, new) = (try result.variant("old-build"), try result.variant("new-build"))
                #expect(old.verdict == .leaking && new.verdict == .bounded, "\(end.account)")
                // The live display has no other judge.
                #expect(end.errors.contains("old-build") && !end.errors.contains("old-build bounded"))
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
                let end = try await lab.beginWith("shell", refused: "new-script.pods.oomKills > 0")
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
            "a step rolls out another command, and the events go on where the first one stopped",
            .enabled(if: Foreign.hasKcat, "needs kcat (apt-get install kcat)")
        )
        func anotherCommand() async throws {
            try await LabFixture.with { lab in
                func command(_ build: String) -> String {
                    "[sh, -c, 'echo build-\(build); exec \"$@\" >/dev/null', sh, " + Self.kcat.dropFirst()
                }
                let variants = """
                      - name: own
                        control: true
                        command: \(command("old"))
                        startup: 4s
                        steps: [{name: release, at: 4s, command: \(command("new"))}]
                    """
                let end = try await run(lab, text(variants, seconds: 8))
                let result = try end.result()
                #expect(result.valid, "\(end.account)")
                let own = try result.variant("own")
                #expect(own.events.processed == 4_000 && own.lag.final == 0, "\(end.account)")
                #expect(own.segments.map(\.name) == ["start", "release"])
                #expect(own.segments.map { $0.handler.contains("build-new") } == [false, true])
                let log = try await lab.leaklab("logs", "latest", "own-0.out")
                #expect(log.output.contains("build-new"), "\(log.account)")
                let timeline = try #require(lab.recording()).timeline
                #expect(timeline.contains { $0.reason == "CommandChanged" && $0.object == "variant/own" })
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

        /// The parent reads and commits; a forked worker handles, keeps so many bytes of each event, and is started
        /// again when it dies.
        private func workerProgram(_ lab: LabFixture) throws -> String {
            let text = """
                import multiprocessing, signal, sys, threading
                from confluent_kafka import Consumer

                stopped = threading.Event()
                signal.signal(signal.SIGTERM, lambda *_: stopped.set())

                def work(pipe):
                    signal.signal(signal.SIGTERM, signal.SIG_DFL)
                    kept = []
                    while True:
                        pipe.recv_bytes()
                        kept.append(bytes(int(sys.argv[4])))

                def start():
                    ours, theirs = multiprocessing.Pipe()
                    fork = multiprocessing.get_context("fork")
                    worker = fork.Process(target=work, args=(theirs,), daemon=True)
                    worker.start()
                    theirs.close()
                    return worker, ours

                worker, pipe = start()
                consumer = Consumer({"bootstrap.servers": sys.argv[1], "group.id": sys.argv[3],
                    "auto.offset.reset": "earliest", "auto.commit.interval.ms": 500,
                    "session.timeout.ms": 6000, "fetch.wait.max.ms": 10})
                consumer.subscribe([sys.argv[2]])
                while not stopped.is_set():
                    for message in consumer.consume(500, 0.2):
                        if message.error():
                            continue
                        try:
                            pipe.send_bytes(message.value())
                        except OSError:
                            worker.join()
                            worker, pipe = start()
                            pipe.send_bytes(message.value())
                consumer.close()
                """
            return try lab.write(text, to: "workers.py")
        }

        private func worker(_ name: String, _ program: String, keeping bytes: Int, _ more: String) -> String {
            """
              - name: \(name)
                command: [/usr/bin/python3, "\(program)", "{{bootstrapServers}}", "{{topic}}", "{{group}}", "\(bytes)"]
                \(more)
            """
        }

        @Test(
            "whose worker the kernel kills while the pod lives on does not pass a gate, and each kill is told",
            .enabled(
                if: Foreign.hasPython && Capability.memoryCgroup,
                "needs a memory cgroup and confluent_kafka"
            )
        )
        func workerKilled() async throws {
            try await LabFixture.with { lab in
                let program = try workerProgram(lab)
                let pods = "pods: {memory: 64MiB, restart: {policy: always, backOff: 1s, longestBackOff: 1s}}"
                let variants = worker("own", program, keeping: 8_000, "control: true\n    \(pods)")
                let gate = "expect: [valid == true, own.lag.final == 0, own.pods.oomKills == 0]"
                let end = try await run(lab, text(variants, seconds: 20, rate: 1_000, more: gate))
                let result = try end.result()
                #expect(result.valid && end.status == 2, "\(end.account)")
                let pod = try #require(try result.variant("own").pods.first)
                if MemoryControl.detect().place?.version == 1 {
                    #expect(pod.workerOOMKills ?? 0 >= 2 && pod.restarts == 0, "\(end.account)")
                    #expect(pod.oomKills == pod.workerOOMKills && pod.workerKills.count == pod.oomKills)
                    #expect(pod.exits.map(\.reason) == ["Completed"])
                    #expect(pod.workerKills.map(\.at) == pod.workerKills.map(\.at).sorted())
                } else {
                    // The kernel kills all at once.
                    #expect(pod.oomKills >= 1 && pod.workerOOMKills == 0, "\(end.account)")
                }
                #expect(pod.processes == 2 && pod.processesUnread == 0)
            }
        }

        @Test(
            "whose worker leaks is found leaking where there is no memory cgroup",
            .enabled(if: Foreign.hasPython, "needs python3-confluent-kafka")
        )
        func workerLeaks() async throws {
            try await LabFixture.with { lab in
                let program = try workerProgram(lab)
                let variants =
                    worker("old", program, keeping: 4_000, "role: suspect") + "\n"
                    + worker("new", program, keeping: 0, "control: true")
                let path = try lab.scenario(text(variants, seconds: 20))
                let end = try await lab.leaklab("run", path, "--memory-control", "none", "--format", "json")
                let result = try end.result()
                #expect(result.valid, "\(end.account)")
                let old = try result.variant("old")
                #expect(old.verdict == .leaking, "\(end.account)")
                #expect((3_600...4_800).contains(old.rss.bytesPerEvent?.estimate ?? 0), "\(end.account)")
                #expect(try result.variant("new").verdict != .leaking)
                #expect(result.variants.flatMap(\.pods).allSatisfy { $0.processes == 2 })
            }
        }

        @Test(
            "whose worker grows beyond the limit is killed by the watchdog, worker and all, as one",
            .enabled(if: Foreign.hasPython, "needs python3-confluent-kafka")
        )
        func workerUnderWatchdog() async throws {
            try await LabFixture.with { lab in
                let program = try workerProgram(lab)
                let pods = "pods: {memory: 48MiB, restart: {policy: always, backOff: 1s, longestBackOff: 1s}}"
                let variants = worker("own", program, keeping: 8_000, "control: true\n    \(pods)")
                let path = try lab.scenario(text(variants, seconds: 8, rate: 1_000))
                let end = try await lab.leaklab(
                    "run",
                    path,
                    "--memory-control",
                    "watchdog",
                    "--format",
                    "json"
                )
                let pod = try #require(try end.result().variant("own").pods.first)
                #expect(pod.oomKills >= 1 && pod.workerOOMKills == 0, "\(end.account)")
                #expect(pod.exits.first?.reason == "OOMKilled")
                let peak = try #require(pod.exits.first?.peakChargeBytes)
                #expect((48 << 20...74 << 20).contains(peak), "\(end.account)")
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
enum Foreign {
    static let hasPython: Bool = {
        let check = Process()
        check.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        check.arguments = ["-c", "import confluent_kafka"]
        check.standardError = FileHandle.nullDevice
        guard (try? check.run()) != nil else { return false }
        check.waitUntilExit()
        return check.terminationStatus == 0
    }()

    static var hasKcat: Bool { has("kcat") }

    static var hasCompiler: Bool { has("cc") }

    private static func has(_ program: String) -> Bool {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }
    }

    static func example(_ path: String) -> String {
        URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs/examples/\(path)")
            .path
    }
}
