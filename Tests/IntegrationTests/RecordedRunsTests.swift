import LabCluster
import LabCore
import LabTesting
import Testing

extension Integration {
    @Suite("A recorded run", .tags(.waiting), .timeLimit(.minutes(1)))
    struct RecordedRunsTests {
        @Test("is listed, reported in every format, exported, read for logs, and removed")
        func verbs() async throws {
            try await LabFixture.with { lab in
                let text = ShortScenario.text(
                    phases: "[{duration: 3s, rate: 1000/s}]",
                    variants: ShortScenario.twoVariants
                )
                let report = "\(lab.folder)/report.html"
                let end = try await lab.leaklab("run", try lab.scenario(text), "--report", report)
                #expect(end.output.contains("per-event"), "\(end.account)")
                let id = try #require(lab.runs.first)
                #expect(end.errors.contains(id))
                #expect(end.output.split(separator: "\n").count <= 15, "\(end.account)")
                #expect(end.errors.contains("Next:   leaklab report \(id)"), "\(end.account)")

                let list = try await lab.leaklab("runs")
                #expect(list.output.hasPrefix("RUN "))
                #expect(list.output.contains("\(id)  scenario  finished"), "\(list.output)")

                try await expectReports(lab, id)
                try await expectLogs(lab, id)
                try await expectExports(lab, id)
                try await expectComparisons(lab, id)

                let removal = try await lab.leaklab("runs", "rm", id)
                #expect(removal.output == "\(id)\n")
                #expect(lab.runs.isEmpty)
                let gone = try await lab.leaklab("report", "latest")
                #expect(gone.status == 64)
                #expect(gone.errors.contains("no runs yet"))
            }
        }

        private func expectReports(_ lab: LabFixture, _ id: String) async throws {
            let beginnings = [
                "text": "A service constructed", "json": "{", "markdown": "#", "html": "<!doctype html>",
                "junit": "<?xml",
            ]
            for (format, beginning) in beginnings {
                let end = try await lab.leaklab("report", String(id.prefix(15)), "--format", format)
                #expect(end.status == 0, "\(end.account)")
                #expect(
                    end.output.lowercased().hasPrefix(beginning.lowercased()),
                    "\(format): \(end.output.prefix(80))"
                )
            }
        }

        private func expectLogs(_ lab: LabFixture, _ id: String) async throws {
            let names = try await lab.leaklab("logs", id).output
            #expect(names == "broker\nper-event-0\nproducer\nsingleton-0\n")
            #expect(
                try await lab.leaklab("logs", "latest", "producer").output == "sent 3000, undelivered 0\n"
            )
            let long = String(repeating: "0123456789abcde\n", count: 200_000) + "the end\n"
            #expect(TextFile.put(long, to: "\(lab.store)/\(id)/logs/broker.log") == 0)
            #expect(try await lab.leaklab("logs", id, "broker").output == long)
            let unknown = try await lab.leaklab("logs", id, "nobody")
            #expect(unknown.status == 64)
            #expect(unknown.errors.contains("Logs: broker, per-event-0, producer, singleton-0."))
        }

        private func expectExports(_ lab: LabFixture, _ id: String) async throws {
            let samples = try await lab.leaklab("export", id, "--format", "csv").output.split(separator: "\n")
            #expect(samples.count > 500)
            #expect(samples.contains { $0.contains("per-event-0") && $0.contains(",rss,") })
            let document = try await lab.leaklab("export", id, "--format", "json").output
            #expect(document.hasPrefix("{") && document.contains("\"timeline\""))
        }

        /// Three seconds are too short to tell anything but what is exact.
        private func expectComparisons(_ lab: LabFixture, _ id: String) async throws {
            let baseline = "\(lab.folder)/baseline.json"
            let beginnings = [
                "text": "A service constructed", "json": "{", "markdown": "## LeakLab", "junit": "<?xml",
                "github": "::error title=leaklab compare",
            ]
            for (format, beginning) in beginnings {
                let end = try await lab.leaklab("compare", "latest", "--format", format)
                #expect(end.status == 3, "\(end.account)")
                #expect(end.output.hasPrefix(beginning), "\(format): \(end.output.prefix(80))")
            }
            let saved = try await lab.leaklab("compare", "\(id):singleton", "--save-baseline", baseline)
            #expect(saved.status == 0 && saved.output.isEmpty, "\(saved.account)")
            let with = try await lab.leaklab("compare", "--baseline", baseline, "latest", "--format", "json")
            #expect(with.status == 3, "\(with.account)")
            #expect(with.output.contains("\"baseline\" : \"\(baseline)\""))
            let unknown = try await lab.leaklab("compare", "latest:nobody", "latest")
            #expect(unknown.status == 64)
            #expect(unknown.errors.contains("latest: there is no variant “nobody”"))
            let many = try await lab.leaklab("compare", "a", "b", "c")
            #expect(many.status == 64)
        }

        @Test("doctor finds nothing of it afterwards, and says what this machine can do")
        func doctor() async throws {
            try await LabFixture.with { lab in
                let end = try await lab.leaklab("doctor", "service-per-event")
                #expect([0, 5].contains(end.status), "\(end.account)")
                for subject in ["leaklab", "Kafka client", "memory limits", "scratch space", "leftovers"] {
                    #expect(end.output.contains(subject), "\(end.output)")
                }
            }
        }
    }
}
