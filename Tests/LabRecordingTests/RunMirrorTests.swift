import LabCore
import Testing

@testable import LabRecording

@Suite("A run as it is so far", .timeLimit(.minutes(1)))
struct RunMirrorTests {
    private static let header = RunHeader.example()

    private func withRecorder(_ body: (RunStore, RunRecorder) async throws -> Void) async throws {
        try await withStore { store in
            let folder = try store.reserve(Self.header.id)
            try await body(store, try store.create(Self.header, in: folder, keepingSoFar: true))
        }
    }

    private func life(_ number: Int, of pod: Int = 0, in recorder: RunRecorder) -> SubjectID {
        recorder.lifeStarted(
            variant: "per-event",
            pod: "per-event-\(pod)",
            ordinal: pod,
            memoryLimit: 1 << 28,
            life: number,
            segment: number,
            pid: Int32(40 + number),
            at: Int64(number) * 1_000
        )
    }

    private func record(in recorder: RunRecorder) {
        let site = VariantResult.Site(site: "Cache", kind: "instance", created: 9, live: 3)
        let second = life(0, of: 1, in: recorder)
        let first = life(0, in: recorder)
        for time in 0..<50 as Range<Int64> {
            recorder.record(Double(time), of: .rss, subject: first, at: 1_000 + time)
            recorder.record(.nan, of: .heap, subject: first, at: 1_000 + time)
            recorder.record(7, of: .lag, subject: recorder.variant("per-event"), at: time)
            recorder.record(Double(time), of: .cpu, subject: recorder.process("lab"), at: time)
        }
        recorder.describe(MetricName("entries"), as: MetricDescription(kind: .gauge, unit: .count))
        recorder.record(event: TimelineEvent(at: 9, reason: "Phase", object: "run", message: "peak"))
        recorder.lifeEnded(
            first,
            at: 2_000,
            exit: PodExit(reason: "OOMKilled", code: 137),
            sites: [site],
            latency: HistogramSnapshot(),
            eventAge: HistogramSnapshot(),
            quiescentFrom: nil
        )
        _ = life(1, in: recorder)
        recorder.record(3, of: .tasks, subject: second, at: 3_000)
        var ledger = LedgerCounts()
        ledger.produced = 12
        recorder.setLedger(ledger, variant: "singleton")
        recorder.setProductionEnded(at: 5_000)
    }

    @Test("It is what is in the file") func same() async throws {
        try await withRecorder { store, recorder in
            record(in: recorder)
            await recorder.untilWritten()
            let stored = try store.open(Self.header.id)
            #expect(recorder.soFar == stored)
            #expect(stored.state == .recording)
            #expect(stored.variants[0].pods.map(\.lives.count) == [2, 1])
        }
    }

    @Test("It is kept only if somebody asks for it") func notAsked() async throws {
        try await withStore { store in
            let recorder = try store.create(.example(), options: .quick)
            #expect(recorder.soFar == nil)
        }
    }

    @Test("A long series is thinned evenly, its ends kept") func thinned() async throws {
        try await withRecorder { _, recorder in
            let lab = recorder.process("lab")
            for time in 0..<100_000 as Range<Int64> {
                recorder.record(Double(time), of: .rss, subject: lab, at: time)
            }
            let series = try #require(recorder.soFar?.processes["lab"]?[.rss])
            #expect((1_200...2_400).contains(series.times.count))
            #expect(series.times.last == 99_999)
            let steps = zip(series.times.dropFirst(), series.times).map { $0 - $1 }
            #expect(Set(steps.dropLast()).count == 1)
        }
    }

    @Test("Lives that are over take less room, the more so the more there are") func manyLives() async throws
    {
        try await withRecorder { _, recorder in
            for number in 0..<150 {
                let life = recorder.lifeStarted(
                    variant: "per-event",
                    pod: "per-event-0",
                    ordinal: 0,
                    memoryLimit: nil,
                    life: number,
                    pid: 1,
                    at: 0
                )
                for time in 0..<1_000 as Range<Int64> {
                    recorder.record(1, of: .rss, subject: life, at: time)
                }
                recorder.lifeEnded(
                    life,
                    at: 1_000,
                    exit: PodExit(reason: "OOMKilled", code: 137),
                    sites: [],
                    latency: HistogramSnapshot(),
                    eventAge: HistogramSnapshot(),
                    quiescentFrom: nil
                )
            }
            let lives = try #require(recorder.soFar?.variants[0].pods.first?.lives)
            let samples = lives.map { $0.series[.rss]?.times.count ?? 0 }
            #expect(samples.count == 150 && samples.prefix(100).allSatisfy { (200...300).contains($0) })
            #expect(samples.suffix(50).allSatisfy { (50...75).contains($0) })
            #expect(lives.allSatisfy { $0.series[.rss]?.times.last == 999 })
        }
    }
}
