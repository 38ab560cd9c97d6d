import Foundation
import LabCluster
import LabCore
import LabTesting
import Testing

extension Integration {
    @Suite("What a run shows to others", .timeLimit(.minutes(1)))
    struct TrustTests {
        private static let secret = "hunter2-and-more"

        private func mode(_ path: String) throws -> Int {
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            return try #require(attributes[.posixPermissions] as? Int)
        }

        /// Local addresses at which processes listen, as `/proc/net/tcp` has them: `0100007F:1F90`.
        private func listening(_ pids: [Int32]) -> [String] {
            let sockets = Set(
                pids.flatMap { pid in
                    Folder.entries(of: "/proc/\(pid)/fd").compactMap { descriptor in
                        try? FileManager.default.destinationOfSymbolicLink(
                            atPath: "/proc/\(pid)/fd/\(descriptor)"
                        )
                    }
                }
            )
            return ["tcp", "tcp6"].flatMap { table in
                (TextFile.contents(of: "/proc/net/\(table)") ?? "").split(separator: "\n").dropFirst()
                    .compactMap { line in
                        let words = line.split(separator: " ")
                        guard words.count > 9, words[3] == "0A", sockets.contains("socket:[\(words[9])]")
                        else { return nil }
                        return String(words[1])
                    }
            }
        }

        @Test("its processes listen on 127.0.0.1 alone")
        func addresses() async throws {
            try await LabFixture.with { lab in
                let text = ShortScenario.text(phases: "[{duration: 3s, rate: 200/s}]")
                    .replacing("service-per-event", with: "client-per-request")
                    .replacing("per-event-stopped", with: "x").replacing(
                        "name: per-event",
                        with: "name: client-per-request"
                    )
                    .replacing("name: singleton", with: "name: shared-client").replacing(
                        "  - {name: x}\n",
                        with: ""
                    )
                let end = try await lab.leaklab("run", try lab.scenario(text), "--format", "json") { _ in
                    try await lab.eventsFlow(100)
                    let addresses = listening(lab.processes().map(\.pid))
                    // The broker and the companions of two variants.
                    #expect(addresses.count >= 2, "\(addresses)")
                    #expect(addresses.allSatisfy { $0.hasPrefix("0100007F:") }, "\(addresses)")
                }
                #expect(end.output.contains("\"schema\""), "\(end.account)")
            }
        }

        @Test(
            "its files in the scratch folder are for the lab's user alone, and a property's value is nowhere else"
        )
        func secrets() async throws {
            try await LabFixture.with { lab in
                let scenario = try lab.scenario(ShortScenario.text(phases: "[{duration: 2s, rate: 200/s}]"))
                let end = try await lab.leaklab(
                    "run",
                    scenario,
                    "--kafka-property",
                    "ssl.key.password=\(Self.secret)"
                ) { run in
                    try await lab.eventsFlow(100)
                    let folder = try #require(
                        Folder.entries(of: lab.scratch).first {
                            lab.runs.map { "leaklab-\($0)" }.contains($0)
                        }
                    )
                    let path = "\(lab.scratch)/\(folder)"
                    #expect(try mode(path) == 0o700)
                    let configurations = Folder.entries(of: path).filter { $0.hasSuffix(".json") }
                    #expect(configurations.count >= 3)
                    for name in configurations { #expect(try mode("\(path)/\(name)") == 0o600) }
                    for process in lab.processes() where process.pid != run.pid {
                        #expect(!process.arguments.joined(separator: " ").contains(Self.secret))
                        let environment = TextFile.contents(of: "/proc/\(process.pid)/environ") ?? ""
                        #expect(!environment.contains(Self.secret))
                    }
                }
                #expect(
                    !end.output.contains(Self.secret) && !end.errors.contains(Self.secret),
                    "\(end.account)"
                )
                let files =
                    FileManager.default.enumerator(atPath: lab.store)?.compactMap { $0 as? String } ?? []
                #expect(
                    files.contains { $0.hasSuffix("run.sqlite") }
                        && files.contains { $0.hasSuffix("report.html") }
                )
                for file in files {
                    let bytes = FileManager.default.contents(atPath: "\(lab.store)/\(file)") ?? Data()
                    #expect(bytes.range(of: Data(Self.secret.utf8)) == nil, "\(file)")
                }
            }
        }
    }
}
