import Kafka
import LabCore
import LabRecording
import Testing

@testable import LabEngine

@Suite("The topics of a run on an external broker", .timeLimit(.minutes(1)))
struct RunTopicsTests {
    private struct Interrupted: Error {}

    @Test("only those that the run has made are deleted, also where it fails", arguments: [false, true])
    func deletion(fails: Bool) async throws {
        let cluster = try FrontedCluster(topics: [("events-singleton", 4), ("others", 1)])
        let folder = try ScratchFolder()
        let request = RunRequest(
            scenario: try TestScenario.make([]),
            bootstrapServers: cluster.addresses.front,
            reusesTopics: true,
            store: RunStore(directory: folder.path),
            version: "test"
        )
        let plan = try RunPlan("20260101-000000-abcd", for: request)
        let names: @Sendable () throws -> [String] = {
            try ClusterTopics(.init(bootstrapServers: cluster.addresses.front))
                .metadata(timeout: .seconds(5)).topics.map(\.name).sorted()
        }
        do {
            try await RunBroker.external(plan, request, servers: cluster.addresses.front, folder: folder.path)
            {
                _ in
                #expect(try names() == ["events-per-event", "events-singleton", "others"])
                if fails { throw Interrupted() }
            }
        } catch is Interrupted {}
        #expect(try names() == ["events-singleton", "others"])
    }
}
