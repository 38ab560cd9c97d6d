import LabCluster
import LabCore
import LabPod
import LabRecording
import LabTelemetry
import Synchronization
import Testing

@testable import LabEngine

@Suite("What a stage passes to the recording", .timeLimit(.minutes(1)))
struct StageRecorderTests {
    private static let processes = PodProcesses(pid: ProcessIdentity.own.pid)

    private final class Refusals: Sendable {
        private let list = Mutex<[String]>([])

        var all: [String] { list.withLock { $0 } }
        func add(_ text: String) { list.withLock { $0.append(text) } }
    }

    /// Of the variants `per-event` and `singleton`, whose pods' pages are in a scratch folder, and a recording of it.
    private final class Stage: Sendable {
        let folder: ScratchFolder
        let scratch: Scratch
        let recorder: StageRecorder
        let run: RunRecorder
        let store: RunStore
        let ledger: Ledger
        let refusals = Refusals()

        init() throws {
            let scenario = try TestScenario.make([])
            let plans = RunPlan(id: RunID.make(now: 0), scenario: scenario).variants
            folder = try ScratchFolder()
            scratch = try Scratch.make(run: RunID.make(now: 0), root: folder.path, needing: ByteCount(1))
            ledger = try Ledger.create(at: folder.file("ledger"), bases: [0], capacityPerPartition: 64)
            recorder = StageRecorder(
                variants: plans,
                ledgers: ["per-event": ledger],
                scratch: scratch,
                control: MemoryControl.none(reason: "a test"),
                refused: { [refusals] in refusals.add("\($0): \($1)") }
            )
            store = RunStore(directory: folder.file("store"))
            run = try store.create(TestScenario.header(of: scenario, run: RunID.make(now: 0)))
        }

        deinit { scratch.remove() }

        func page(life: Int = 0) throws -> TelemetryPage {
            try TelemetryPage.create(at: StageRecorder.pagePath("per-event-0", life: life, in: scratch))
        }

        func recorded() async throws -> RecordedRun {
            try await run.finish(state: .finished, result: nil)
            return try store.open("latest")
        }
    }

    @Test(
        "What clients write of their brokers is on the timeline at its time, and what a killed pod wrote too"
    )
    func brokerNews() async throws {
        let stage = try Stage()
        let pod = StagedRun.pod()
        _ = try stage.page()
        stage.recorder.begin(stage.run, clock: RunClock(zero: 2_000))
        stage.recorder.podStarted(pod, life: 0, processes: Self.processes)
        let page = StageRecorder.pagePath("per-event-0", life: 0, in: stage.scratch)
        let writer = BrokerJournalWriter(besidePage: page)
        writer.write([BrokerNews(.lost, at: 3_000, "b:1: refused")])
        stage.recorder.roundEnded(at: 1_000_000_000)
        writer.write([
            BrokerNews(.back, at: 5_000_002_000, "b:1: refused", duration: 4_000_000_000),
            BrokerNews(.refused, at: 5_000_002_000, "no right to read"),
        ])
        stage.recorder.podEnded(pod, life: 0, exit: PodExit(reason: "Error", code: 1))
        #expect(stage.refusals.all == ["pod/per-event-0: no right to read"])
        #expect(
            stage.recorder.brokerFaults(load: .seconds(30)) == [
                "the broker was away for 4.0 s, as pod/per-event-0 saw it, from second 1.0 on: b:1: refused"
            ]
        )
        let events = try await stage.recorded().timeline.filter { $0.reason.hasPrefix("Broker") }
        #expect(events.map(\.reason) == ["BrokersLost", "BrokersBack", "BrokerRefuses"])
        #expect(events.map(\.at) == [1_000, 5_000_000_000, 5_000_000_000])
        #expect(events.map(\.isWarning) == [true, false, true])
        #expect(events[0].message == "no broker can be reached: b:1: refused")
        #expect(events[1].message == "after 4.0 s: b:1: refused")
    }

    @Test("A life is recorded with what its page says at last, and its files are removed")
    func life() async throws {
        let stage = try Stage()
        let pod = StagedRun.pod()
        let page = try stage.page()
        stage.recorder.podStarted(pod, life: 0, processes: Self.processes)
        stage.recorder.sampled(7, of: .heap, target: 1, at: 500)
        stage.recorder.begin(stage.run, clock: RunClock(zero: 2_000))
        #expect(!stage.recorder.areReady(["per-event-0"]))
        page.gauge(MetricName.ready.rawValue).store(1)
        #expect(stage.recorder.areReady(["per-event-0"]))
        stage.recorder.sampled(9, of: .heap, target: 1, at: 3_000)
        stage.recorder.podLostProcess(pod, life: 0, at: 5_000)
        page.counter(MetricName.processed.rawValue).add(11)
        page.histogram(PodMetricName.latency).record(1_500)
        stage.recorder.podEnded(pod, life: 0, exit: PodExit(reason: "Killed", code: 137))
        #expect(!exists(StageRecorder.pagePath("per-event-0", life: 0, in: stage.scratch)))
        let recorded = try await stage.recorded()
        let life = try #require(recorded.variants.first?.pods.first?.lives.first)
        #expect(life.series[.heap] == Series(times: [0, 1_000], values: [7, 9]))
        #expect(life.series[.processed]?.values == [11])
        #expect(life.processKills == [3_000] && life.latency.total == 1 && life.exit?.reason == "Killed")
        #expect(recorded.timeline.map(\.reason).sorted() == ["Killed", "OOMKilling", "Started"])
    }

    @Test("A round records the ledger, and what the page of a living pod says meanwhile")
    func round() async throws {
        let stage = try Stage()
        let page = try stage.page()
        page.histogram(PodMetricName.latency).record(1_500)
        for offset in 0..<5 { stage.ledger.markProduced(0, Int64(offset)) }
        stage.recorder.podStarted(StagedRun.pod(), life: 0, processes: Self.processes)
        stage.recorder.begin(stage.run, clock: RunClock(zero: 0))
        stage.recorder.roundEnded(at: 2_000_000_000)
        let recorded = try await stage.recorded()
        let variant = try #require(recorded.variants.first)
        #expect(variant.series[.produced] == Series(times: [2_000_000_000], values: [5]))
        #expect(variant.series[.lag]?.values == [5] && variant.ledger.produced == 5)
        let life = try #require(variant.pods.first?.lives.first)
        #expect(life.latency.total == 1 && life.series[.latencyP50]?.values.count == 1)
    }

    @Test("What companions say of their metrics is recorded")
    func descriptions() async throws {
        let stage = try Stage()
        let gauge = MetricDescription(kind: .gauge, unit: .count)
        stage.recorder.watch("companion", pid: 2, variant: "per-event")
        stage.recorder.described(MetricName("entries"), as: gauge, target: 1)
        stage.recorder.begin(stage.run, clock: RunClock(zero: 0))
        let recorded = try await stage.recorded()
        #expect(recorded.metrics == [MetricName("entries"): gauge])
    }
}
