import LabCluster
import LabCore
import LabRecording
import Testing

@testable import LabEngine

@Suite("What pods say of their metrics", .timeLimit(.minutes(1)))
struct StageRecorderTests {
    private static let entries = MetricName("entries")
    private static let bytes = MetricName("bytesSent")

    private func header() -> RunHeader {
        RunHeader(
            id: RunID.make(now: 0),
            startedAt: 0,
            scenario: "s",
            title: "t",
            incident: "i",
            scenarioText: "",
            overrides: [],
            seed: 1,
            timeScale: 1,
            broker: BrokerDescription(kind: "embedded", bootstrapServers: "127.0.0.1:9092"),
            memoryControl: "none",
            environment: [],
            configuration: [],
            variants: [],
            phases: [],
            sampleInterval: 0.1,
            warmUp: 0,
            oomLimit: nil,
            expectations: []
        )
    }

    /// A stage whose first target is a process of the lab's own, the second one a variant's companion.
    private func stage(in folder: ScratchFolder) throws -> StageRecorder {
        let scratch = try Scratch.make(run: RunID.make(now: 0), root: folder.path, needing: ByteCount(1))
        defer { scratch.remove() }
        let stage = StageRecorder(
            variants: [],
            ledgers: [:],
            scratch: scratch,
            control: MemoryControl.none(reason: "a test")
        )
        stage.watch("producer", pid: 1)
        stage.watch("companion", pid: 2, variant: "v")
        return stage
    }

    @Test("It is recorded whether it was said before the recording began or after it, of companions alone")
    func descriptions() async throws {
        let folder = try ScratchFolder()
        let stage = try stage(in: folder)
        let gauge = MetricDescription(kind: .gauge, unit: .count)
        let counter = MetricDescription(kind: .counter, unit: .bytes)
        stage.described(Self.entries, as: counter, target: 1)
        stage.described(Self.entries, as: gauge, target: 2)
        let store = RunStore(directory: folder.file("store"))
        let recorder = try store.create(header())
        stage.begin(recorder, clock: RunClock(zero: 0))
        stage.described(Self.bytes, as: counter, target: 2)
        stage.described(Self.bytes, as: gauge, target: 2)
        try await recorder.finish(state: .finished, result: nil)
        #expect(try store.open("latest").metrics == [Self.entries: gauge, Self.bytes: counter])
    }
}
