import Foundation
import LabCore
import LabTesting
import Testing

extension Integration {
    @Suite("The end of the load", .tags(.waiting), .timeLimit(.minutes(3)))
    struct EndOfLoadTests {
        /// Handles a hundred events a second, and commits four times a second what it has handled.
        private static let slowConsumer = """
            import signal, sys, time
            from confluent_kafka import Consumer
            stopped = []
            signal.signal(signal.SIGTERM, lambda *_: stopped.append(1))
            consumer = Consumer({"bootstrap.servers": sys.argv[1], "group.id": sys.argv[3],
                                 "auto.offset.reset": "earliest", "enable.auto.commit": False})
            consumer.subscribe([sys.argv[2]])
            handled = committed = 0
            last = time.time()
            while not stopped:
                message = consumer.poll(0.1)
                isEvent = message is not None and not message.error()
                if isEvent:
                    time.sleep(0.01)
                    handled += 1
                if handled > committed and (time.time() - last > 0.25 or not isEvent):
                    consumer.commit(asynchronous=False)
                    committed, last = handled, time.time()
            consumer.close()
            """

        private func slow(_ lab: LabFixture, drain: String) throws -> String {
            let path = try lab.write(Self.slowConsumer, to: "slow.py")
            return try lab.scenario(
                """
                workload:
                  partitions: 4
                  phases: [{duration: 8s, rate: 200/s}]
                verdict: {warmUp: 1s, hold: 500ms, drain: \(drain)}
                variants:
                  - name: slow
                    role: fix
                    control: true
                    command: [/usr/bin/python3, \(path), "{{bootstrapServers}}", "{{topic}}", "{{group}}"]
                """
            )
        }

        @Test(
            "is waited for as long as there is progress, and no longer than the scenario says",
            .enabled(if: Foreign.hasPython, "needs python3-confluent-kafka")
        )
        func bound() async throws {
            try await LabFixture.with { lab in
                let end = try await lab.leaklab("run", try slow(lab, drain: "3s"), "--format", "json")
                let slow = try end.result().variant("slow")
                let drain = try #require(slow.drain, "\(end.account)")
                #expect(drain.outcome == .cutOff && drain.seconds >= 3 && drain.seconds < 5)
                #expect(drain.left > 100)
                #expect(slow.lag.final == drain.left)
                #expect(slow.events.produced - slow.events.processed == drain.left)
                let timeline = try #require(lab.recording()).timeline
                #expect(timeline.contains { $0.reason == "NotDrained" && $0.message.contains("cut-off") })
            }
        }

        @Test(
            "finds a slow consumer done if it may take its time",
            .enabled(if: Foreign.hasPython, "needs python3-confluent-kafka")
        )
        func patience() async throws {
            try await LabFixture.with { lab in
                let end = try await lab.leaklab("run", try slow(lab, drain: "2m"), "--format", "json")
                let slow = try end.result().variant("slow")
                #expect(slow.drain?.outcome == .drained, "\(end.account)")
                #expect(slow.drain?.left == 0 && slow.lag.final == 0)
                #expect(slow.events.processed == 1_600)
            }
        }

        @Test("may be a pause, and so may what comes before: every format can tell of it")
        func pauses() async throws {
            try await LabFixture.with { lab in
                let phases = """
                    [{duration: 1s, rate: 0}, {duration: 4s, rate: 1000/s}, {duration: 2s, rate: 0}, \
                    {duration: 4s, rate: 1000/s}, {duration: 2s, rate: 0}]
                    """
                let text = ShortScenario.text(phases: phases, variants: ShortScenario.twoVariants)
                let end = try await lab.leaklab("run", try lab.scenario(text), "--format", "json")
                let result = try end.result()
                #expect(result.valid, "\(end.account)")
                for variant in result.variants {
                    #expect(variant.events.processed == 8_000)
                    #expect(variant.drain?.outcome == .drained)
                    #expect(variant.load.achievedPerHour > 0.95 * variant.load.targetPerHour)
                }
                for format in ["text", "json", "html", "svg", "markdown", "junit", "github"] {
                    let report = try await lab.leaklab("report", "latest", "--format", format)
                    #expect(report.status == 0 && !report.output.isEmpty, "\(report.account)")
                }
                for format in ["csv", "json"] {
                    let export = try await lab.leaklab("export", "latest", "--format", format)
                    #expect(export.status == 0 && !export.output.isEmpty, "\(export.account)")
                }
            }
        }

        @Test("comes when every verdict stands") func decided() async throws {
            try await LabFixture.with { lab in
                let text = ShortScenario.text(variants: ShortScenario.twoVariants)
                let path = try lab.scenario(text)
                let length = ["--until-decided", "--at-most", "90s"]
                let end = try await lab.leaklab(["run", path, "--format", "json"] + length)
                let result = try end.result()
                let until = try #require(result.until, "\(end.account)")
                #expect(result.valid && until.ended == .decided, "\(end.account)")
                #expect(try result.variant("per-event").verdict == .leaking)
                #expect(try result.variant("singleton").verdict == .bounded)
                let seconds = try #require(until.decidedAfterSeconds)
                #expect(seconds >= 5 && seconds < 60)
                #expect(result.variants.allSatisfy { $0.events.lost == 0 })
                let recording = try #require(lab.recording())
                #expect(recording.header.phases.last?.end == recording.productionEnded)
                #expect(abs(Double(recording.productionEnded ?? 0) / 1e9 - seconds) < 3)
                let report = try await lab.leaklab("report", "latest", "--format", "json")
                #expect(try report.result() == result)
                let words = try await lab.leaklab("report", "latest").output
                #expect(words.contains("Decided after \(Duration.seconds(seconds.rounded()).text)."))
                let short = try await lab.leaklab("run", path, "--until-decided", "--at-most", "3s")
                #expect(short.status == 4 && short.errors.contains("no time for a look"), "\(short.account)")
            }
        }
    }
}
