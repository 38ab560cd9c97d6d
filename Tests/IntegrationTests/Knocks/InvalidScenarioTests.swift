import LabTesting
import Testing

extension Integration {
    @Suite("A scenario that is wrong", .tags(.waiting), .timeLimit(.minutes(1)))
    struct InvalidScenarioTests {
        struct Mistake: Sendable, CustomTestStringConvertible {
            let testDescription: String
            let edit: @Sendable (String) -> String
            let complaint: String

            init(_ description: String, _ complaint: String, edit: @escaping @Sendable (String) -> String) {
                testDescription = description
                self.complaint = complaint
                self.edit = edit
            }
        }

        static let mistakes = [
            Mistake("unknown key", "replikas") { $0 + "\npods: {replikas: 2}" },
            Mistake("wrong type", "partitions") { $0.replacing("partitions: 4", with: "partitions: many") },
            Mistake("zero partitions", "partitions") { $0.replacing("partitions: 4", with: "partitions: 0") },
            Mistake("missing control", "control") { $0.replacing("control: true", with: "control: false") },
            Mistake("two controls", "control") { $0.replacing("stopped}", with: "stopped, control: true}") },
            Mistake("impossible combination", "partitions") { $0 + "\npods: {replicas: 3}" },
            Mistake("a group for a few seconds", "60") { $0 + "\npods: {assignment: group}" },
            Mistake("more than the broker holds", "embedded broker") {
                $0.replacing("duration: 7s, rate: 2000/s", with: "duration: 1h, rate: 100k/s")
            },
        ]

        @Test("is refused before anything starts, with the reason", .serialized, arguments: mistakes)
        func refused(_ mistake: Mistake) async throws {
            try await LabFixture.with { lab in
                let path = try lab.scenario(mistake.edit(ShortScenario.text()))
                let end = try await lab.leaklab("run", path)
                #expect(end.status == 4, "\(end.account)")
                #expect(end.output.isEmpty)
                #expect(end.errors.contains(mistake.complaint), "\(end.errors)")
                #expect(lab.runs.isEmpty)
            }
        }

        @Test(
            "or cannot be read ends with status 4",
            .serialized,
            arguments: ["no-such-file.yaml", "/", "no-such-scenario"]
        )
        func unreadable(name: String) async throws {
            try await LabFixture.with { lab in
                let end = try await lab.leaklab("run", name)
                #expect(end.status == 4, "\(end.account)")
                #expect(end.errors.contains(name))
            }
        }
    }
}
