import LabCluster
import LabCore
import LabRecording
import Testing

@testable import LabEngine

@Suite("What pods say of their metrics", .timeLimit(.minutes(1)))
struct StageRecorderTests {
    private static let entries = MetricName("entries")
    private static let bytes = MetricName("bytesSent")

    private func header(_ variants: [VariantHeader] = []) -> RunHeader {
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
            variants: variants,
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

    private static let worker = VariantHeader(
        name: "v",
        role: .fix,
        isControl: true,
        handler: "",
        summary: "",
        topic: "t",
        replicas: 1,
        memoryLimit: nil
    )

    private func pod(_ folder: ScratchFolder) -> PodSpecification {
        PodSpecification(
            name: "v-0",
            variant: "v",
            ordinal: 0,
            memoryLimit: nil,
            restart: RestartPolicy(condition: .never),
            gracePeriod: .zero
        ) { _ in ChildProcess(executable: "/bin/true", arguments: [], logPath: "/dev/null") }
    }

    @Test("A process that the kernel killed is recorded, whether before the recording began or after it")
    func lostProcesses() async throws {
        let folder = try ScratchFolder()
        let (stage, pod) = (try stage(in: folder), pod(folder))
        let store = RunStore(directory: folder.file("store"))
        stage.podStarted(pod, life: 0, processes: PodProcesses(pid: ProcessIdentity.own.pid))
        stage.podLostProcess(pod, life: 0, at: 1_000)
        let recorder = try store.create(header([Self.worker]))
        stage.begin(recorder, clock: RunClock(zero: 2_000))
        stage.podLostProcess(pod, life: 0, at: 5_000)
        stage.podLostProcess(pod, life: 0, at: 5_000)
        stage.podEnded(pod, life: 0, exit: PodExit(reason: "Killed", code: 137))
        stage.podLostProcess(pod, life: 0, at: 6_000)
        try await recorder.finish(state: .finished, result: nil)
        let run = try store.open("latest")
        #expect(run.variants[0].pods[0].lives.map(\.processKills) == [[0, 3_000, 3_000]])
        #expect(run.timeline.count { $0.reason == "OOMKilling" && $0.isWarning } == 2)
    }

    @Test("What an idle pod held before the run's zero is recorded at the zero, whenever it was read")
    func idleReading() async throws {
        let folder = try ScratchFolder()
        let (stage, pod) = (try stage(in: folder), pod(folder))
        let store = RunStore(directory: folder.file("store"))
        stage.podStarted(pod, life: 0, processes: PodProcesses(pid: ProcessIdentity.own.pid))
        stage.sampled(7, of: .heap, target: 3, at: 500)
        let recorder = try store.create(header([Self.worker]))
        stage.begin(recorder, clock: RunClock(zero: 2_000))
        stage.sampled(8, of: .heap, target: 3, at: 1_000)
        stage.sampled(9, of: .heap, target: 3, at: 3_000)
        try await recorder.finish(state: .finished, result: nil)
        let heap = try store.open("latest").variants[0].pods[0].lives[0].series[.heap]
        #expect(heap == Series(times: [0, 1_000], values: [8, 9]))
    }

    @Test("Processes that cannot be read are told once in a life")
    func unread() async throws {
        let folder = try ScratchFolder()
        let (stage, pod) = (try stage(in: folder), pod(folder))
        let store = RunStore(directory: folder.file("store"))
        let recorder = try store.create(header([Self.worker]))
        stage.begin(recorder, clock: RunClock(zero: 0))
        stage.podStarted(pod, life: 0, processes: PodProcesses(pid: ProcessIdentity.own.pid))
        for (time, count) in [(1, 0), (2, 2), (3, 1)] as [(UInt64, Double)] {
            stage.sampled(count, of: .processesUnread, target: 3, at: time)
        }
        try await recorder.finish(state: .finished, result: nil)
        let told = try store.open("latest").timeline.filter { $0.reason == "ProcessesUnread" }
        #expect(told.map(\.object) == ["pod/v-0"])
        #expect(told.first?.message.hasPrefix("2 of its processes") == true)
    }
}
