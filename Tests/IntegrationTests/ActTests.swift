import Foundation
import LabCore
import LabTesting
import Testing

extension Integration {
    @Suite("Hands on a run that goes on", .timeLimit(.minutes(3)))
    struct ActTests {
        /// Twelve seconds at a rate, then twelve at another.
        private static let text = ShortScenario.text(
            phases: "[{name: peak, duration: 12s, rate: 1000/s}, {name: calm, duration: 12s, rate: 200/s}]",
            variants: ShortScenario.twoVariants,
            more: """
                pods: {restart: always}
                expect:
                  - valid == true
                  - per-event.verdict == bounded
                  - singleton.events.lost == 0
                """
        )

        /// Does acts one after another from another process, with what each came to.
        private static func act(_ lab: LabFixture, _ acts: [String]) async throws -> [ProgramEnd] {
            var ends: [ProgramEnd] = []
            for act in acts {
                ends.append(
                    try await lab.leaklab(["act", "latest"] + act.split(separator: " ").map(String.init))
                )
            }
            return ends
        }

        @Test("acts from another terminal are recorded as steps and phases, and the run can be played again")
        func terminal() async throws {
            try await LabFixture.with { lab in
                let end = try await lab.leaklab(
                    ["run", try lab.scenario(Self.text), "--quiet", "--format", "json"]
                ) { _ in
                    try await lab.eventsFlow(1_000)
                    let ends = try await Self.act(
                        lab,
                        [
                            "scale per-event 2", "rate 2x", "pause", "resume", "rollout per-event singleton",
                            "next",
                        ]
                    )
                    for end in ends {
                        #expect(end.status == 0, "\(end.account)")
                        #expect(end.output.contains("(in effect after "), "\(end.account)")
                    }
                    let refused = try await Self.act(
                        lab,
                        [
                            "scale per-event 3", "rollout per-event per-evnt", "scael 4",
                            "profile per-event-0",
                            "world broker: down", "rate 900M/h",
                        ]
                    )
                    let words = [
                        "3 replicas cannot share 4 partitions evenly", "Did you mean “per-event”?",
                        "Did you mean “scale”?", "this run has no heap profiles", "cannot be disturbed",
                        "this run has room for",
                    ]
                    for (end, text) in zip(refused, words) {
                        #expect(end.status == 64 && end.errors.contains(text), "\(end.account)")
                    }
                }
                let result = try end.result()
                #expect(result.valid, "\(end.account)")
                let acts = try #require(result.acts)
                #expect(
                    acts.map(\.act) == [
                        "scale per-event 2", "rate 2x", "pause", "resume", "rollout per-event singleton",
                        "next",
                    ]
                )
                #expect(acts.map(\.number) == Array(1...6))
                #expect(zip(acts, acts.dropFirst()).allSatisfy { $0.at <= $1.at })
                let variant = try result.variant("per-event")
                #expect(variant.segments.map(\.name) == ["start", "act-1", "act-5"], "\(end.account)")
                #expect(variant.segments.map(\.replicas) == [1, 2, 2])
                #expect(variant.events.lost == 0 && variant.lag.final == 0)
                #expect(result.variants.allSatisfy { $0.events.produced == variant.events.produced })
                // Two expectations read figures that acts have changed; the run itself is as valid as it was.
                #expect(result.expectations.map { $0.notApplicable == nil } == [true, false, false])
                #expect(end.status == 0, "\(end.account)")
                try await expectReplay(lab, result)
            }
        }

        /// The exported scenario is one, and has the same steps and phases at the same times.
        private func expectReplay(_ lab: LabFixture, _ result: RunResult) async throws {
            let recording = try #require(lab.recording())
            let file = "\(lab.folder)/again.yaml"
            let export = try await lab.leaklab("export", "latest", "--output", file)
            #expect(export.status == 0, "\(export.account)")
            let check = try await lab.leaklab("check", file)
            #expect(check.status == 0, "\(check.account)")
            let again = try await lab.leaklab("run", file, "--quiet", "--format", "json")
            #expect(try again.result().valid, "\(again.account)")
            let repeated = try #require(lab.recording())
            #expect(repeated.header.id != recording.header.id)
            #expect(repeated.header.phases.map(\.name) == recording.header.phases.map(\.name))
            for (one, other) in zip(repeated.header.phases, recording.header.phases) {
                #expect(abs(one.start - other.start) < 1_000_000 && one.summary == other.summary)
            }
            let segments = [repeated, recording].map { $0.variants.flatMap(\.header.segments) }
            #expect(segments[0].map(\.name) == segments[1].map(\.name))
            #expect(segments[0].map(\.handler) == segments[1].map(\.handler))
            #expect(zip(segments[0], segments[1]).allSatisfy { abs($0.start - $1.start) < 1_000_000 })
            let produced = [result, try again.result()].compactMap { $0.variants.first?.events.produced }
            #expect(abs(produced[0] - produced[1]) <= 50, "\(produced)")
        }

        @Test("an act on a run that has ended is refused in words")
        func over() async throws {
            try await LabFixture.with { lab in
                let text = ShortScenario.text(
                    phases: "[{duration: 2s, rate: 200/s}]",
                    variants: ShortScenario.twoVariants
                )
                _ = try await lab.leaklab("run", try lab.scenario(text), "--quiet")
                let end = try await lab.leaklab("act", "latest", "pause")
                #expect(end.status == 64 && end.errors.contains("the run does not go on"), "\(end.account)")
                #expect(!FileManager.default.fileExists(atPath: "\(lab.store)/\(lab.runs[0])/acts"))
            }
        }

        @Test(
            "a limit below what a pod uses before its first event is refused, one above it is rolled out",
            .tags(.cgroup),
            .enabled("needs a memory cgroup, v1 or v2") { Capability.memoryCgroup }
        )
        func limits() async throws {
            try await LabFixture.with { lab in
                let end = try await lab.leaklab(
                    ["run", try lab.scenario(Self.text), "--quiet", "--format", "json"]
                ) { _ in
                    try await lab.eventsFlow(1_000)
                    let ends = try await Self.act(lab, ["limit per-event 2MiB", "limit per-event 96MiB"])
                    #expect(ends[0].status == 64 && ends[0].errors.contains("before its first event"))
                    #expect(ends[1].status == 0, "\(ends[1].account)")
                }
                let variant = try end.result().variant("per-event")
                #expect(variant.segments.map(\.memoryLimitBytes) == [nil, 96 << 20], "\(end.account)")
            }
        }
    }
}
