import LabCore
import Testing

@Suite("A recording cut at a moment")
struct RecordedRunCutTests {
    private let series = Series(times: [1, 2, 3, 4], values: [10, 20, 30, 40])

    @Test(
        "has the readings up to it",
        arguments: [(0, []), (1, [1]), (2, [1, 2]), (9, [1, 2, 3, 4])] as [(Int64, [Int64])]
    )
    func readings(time: Int64, kept: [Int64]) {
        #expect(series.cut(at: time).times == kept)
        #expect(series.cut(at: time).values == kept.map { Double($0) * 10 })
    }

    @Test("has the lives that had begun, and of those that went on no end")
    func lives() throws {
        let cut = run.cut(at: 25)
        let lives = try #require(cut.variants[0].pods.first).lives
        #expect(lives.map(\.start) == [0, 20])
        #expect(lives[0].end == 15)
        #expect(lives[0].exit?.reason == "OOMKilled")
        #expect(lives[1].end == nil)
        #expect(lives[1].exit == nil)
        #expect(lives[1].processKills == [24])
    }

    @Test("has neither pods nor events nor counts that came later")
    func later() {
        let cut = run.cut(at: 5)
        #expect(cut.variants[0].pods.map(\.name) == ["a-0"])
        #expect(cut.timeline.map(\.at) == [1])
        #expect(cut.variants[0].ledger == LedgerCounts())
        #expect(cut.productionEnded == nil)
        #expect(cut.state == .recording)
        #expect(!cut.isCutOff)
    }

    private var run: RecordedRun {
        var ledger = LedgerCounts()
        ledger.produced = 5
        let exit = PodExit(reason: "OOMKilled", code: 137)
        let first = RecordedLife(index: 0, pid: 1, start: 0, end: 15, exit: exit, series: [.rss: series])
        let second = RecordedLife(
            index: 1,
            pid: 2,
            start: 20,
            end: 40,
            exit: exit,
            quiescentFrom: 38,
            processKills: [24, 30]
        )
        let header = VariantHeader(
            name: "a",
            role: .suspect,
            isControl: false,
            handler: "a",
            summary: "",
            topic: "a",
            replicas: 2,
            memoryLimit: nil
        )
        let pods = [
            RecordedPod(name: "a-0", memoryLimit: nil, lives: [first, second]),
            RecordedPod(name: "a-1", memoryLimit: nil, lives: [RecordedLife(index: 0, pid: 3, start: 10)]),
        ]
        return RecordedRun(
            header: Self.header(header),
            state: .finished,
            variants: [RecordedVariant(header: header, ledger: ledger, pods: pods)],
            timeline: [1, 30].map { TimelineEvent(at: $0, reason: "Phase", object: "run", message: "") },
            productionEnded: 35,
            isCutOff: true
        )
    }

    private static func header(_ variant: VariantHeader) -> RunHeader {
        RunHeader(
            id: "20260101-000000-abcd",
            startedAt: 0,
            scenario: "cut",
            title: "Cut",
            incident: "made",
            scenarioText: "",
            overrides: [],
            seed: 1,
            timeScale: 1,
            broker: BrokerDescription(kind: "embedded", bootstrapServers: ""),
            memoryControl: "none",
            environment: [],
            configuration: [],
            variants: [variant],
            phases: [],
            sampleInterval: 1,
            warmUp: 1,
            oomLimit: nil,
            expectations: []
        )
    }
}
