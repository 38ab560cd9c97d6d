import Foundation
import LabCluster
import LabCore
import LabTesting
import Testing

extension Integration {
    /// “From an empty folder to a gate” of docs/events.md, as a reader follows it.
    @Suite("The page on events of one's own")
    struct OwnEventsPageTests {
        private static let repository = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

        private static func text(_ path: String) throws -> String {
            try String(contentsOf: repository.appending(path: path), encoding: .utf8)
        }

        /// The section that is to be followed; the others show parts of files.
        private static func page() throws -> TutorialPage {
            let sections = try text("docs/events.md").components(separatedBy: "\n## ")
            return try TutorialPage(
                try #require(sections.first { $0.hasPrefix("From an empty folder to a gate") })
            )
        }

        @Test("has the files of the example, line by line")
        func files() throws {
            let files = try Self.page().files
            #expect(files.keys.sorted() == ["consumer.py", "events.jsonl", "gate.yaml"])
            for (path, text) in files { #expect(try Self.text("docs/examples/orders/\(path)") == text) }
        }

        @Test(
            "works in an empty folder: somebody else's events, somebody's consumer, and a gate that tells them apart",
            .enabled(
                if: Foreign.hasPython,
                "needs python3-confluent-kafka (apt-get install python3-confluent-kafka)"
            ),
            .tags(.waiting),
            .timeLimit(.minutes(2))
        )
        func commands() async throws {
            try await LabFixture.with { lab in
                let (root, programs) = ("\(lab.folder)/reader", "\(lab.folder)/programs")
                try Folder.make(root)
                try Folder.make(programs)
                try FileManager.default.createSymbolicLink(
                    atPath: "\(programs)/leaklab",
                    withDestinationPath: try LabProgram.path()
                )
                let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
                let environment = ["PATH": "\(programs):\(path)"]
                try await PageReader(lab: lab, folder: root, environment: environment).follow(Self.page())
                let end = try await lab.leaklab("report", "latest", "--format", "json")
                let new = try end.result().variant("new-build")
                #expect(new.events.produced == 15_000 && new.events.processed == 15_000, "\(end.account)")
                func total(_ name: String) -> Double {
                    new.metrics.first { $0.name == name }?.end ?? 0
                }
                // Every event is one of the three, and of each kind there is its share.
                let kinds = ["orders_total", "deleted_total", "rejected_total"].map(total)
                #expect(kinds.reduce(0, +) == 15_000, "\(kinds)")
                #expect(kinds[1...].allSatisfy { (90...220).contains($0) }, "\(kinds)")
            }
        }
    }
}
