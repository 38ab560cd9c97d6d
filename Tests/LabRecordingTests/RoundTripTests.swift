import LabCore
import Testing

@testable import LabRecording

@Suite(.timeLimit(.minutes(1))) struct RoundTripTests {
    @Test("Everything that was recorded is read back as it was")
    func roundTrip() async throws {
        try await withStore { store in
            let recorder = try store.create(.example(), options: .quick)
            record(into: recorder)
            let result = RunResult.example(of: .example())
            try await recorder.finish(state: .finished, result: result)

            #expect(try store.open("latest") == expectedRun)
            #expect(try store.result(of: "latest") == result)
        }
    }

    private func record(into recorder: RunRecorder) {
        let suspect = recorder.variant("per-event")
        let first = recorder.lifeStarted(
            variant: "per-event",
            pod: "per-event-0",
            ordinal: 0,
            memoryLimit: 1 << 28,
            life: 0,
            pid: 41,
            at: 1_000
        )
        recorder.record(100, of: .rss, subject: first, at: 2_000)
        recorder.record(150.5, of: .rss, subject: first, at: 3_000)
        recorder.describe(.cached, as: MetricDescription(kind: .gauge, unit: .bytes))
        recorder.describe(.cached, as: MetricDescription(kind: .counter, unit: .count))
        recorder.record(4_096, of: .cached, subject: first, at: 3_000)
        recorder.describe(.rss, as: MetricDescription(kind: .gauge, unit: .bytes))
        recorder.record(7, of: .live(site: "IndexCache.worker"), subject: first, at: 3_000)
        recorder.record(12, of: .produced, subject: suspect, at: 3_000)
        recorder.processKilled(in: first, at: 3_500)
        recorder.processKilled(in: first, at: 3_400)
        recorder.processKilled(in: first, at: 3_500)
        recorder.lifeEnded(
            first,
            at: 4_000,
            exit: PodExit(reason: "OOMKilled", code: 137, peakCharge: 1 << 28),
            sites: [VariantResult.Site(site: "IndexCache.worker", kind: "task", created: 9, live: -1)],
            latency: .of(1, 20, 300),
            eventAge: .of(5),
            quiescentFrom: nil
        )
        let second = recorder.lifeStarted(
            variant: "per-event",
            pod: "per-event-0",
            ordinal: 0,
            memoryLimit: 1 << 28,
            life: 1,
            segment: 1,
            pid: 42,
            at: 5_000
        )
        recorder.lifeObserved(
            second,
            sites: [],
            latency: .of(2),
            eventAge: .of(3, .max),
            quiescentFrom: 5_500
        )
        _ = recorder.lifeStarted(
            variant: "singleton",
            pod: "singleton-0",
            ordinal: 0,
            memoryLimit: nil,
            life: 0,
            pid: 43,
            at: -10
        )
        recorder.record(0.25, of: .cpu, subject: recorder.process("lab"), at: 6_000)
        recorder.record(2_008, of: .targetRate, subject: recorder.process("producer"), at: 6_000)
        recorder.record(event: TimelineEvent(at: 9, reason: "Phase", object: "run", message: "peak"))
        recorder.record(
            event: TimelineEvent(
                at: 8,
                isWarning: true,
                reason: "BackOff",
                object: "pod/x",
                message: "“a” 'b'"
            )
        )
        var ledger = LedgerCounts()
        ledger.produced = 1
        recorder.setLedger(ledger, variant: "per-event")
        recorder.setLedger(exactLedger, partitions: exactBooks, drain: drain, variant: "per-event")
        recorder.setScheduleDelay(.of(1_000))
        recorder.setProductionEnded(at: 5_900)
        recorder.setUntil(until)
        recorder.invalidate(because: "pacing under 95 %")
    }

    private var exactLedger: LedgerCounts {
        var ledger = LedgerCounts()
        ledger.produced = 12
        ledger.processed = 10
        ledger.lost = 2
        ledger.duplicated = 1
        ledger.droppedByBroker = 1
        return ledger
    }

    private var until: UntilDecided {
        let look = UntilDecided.Look(atSeconds: 14, confidence: 0.998, undecided: ["singleton"])
        return UntilDecided(ended: .atMost, atMostSeconds: 600, plannedLooks: 19, looks: [look])
    }

    private var drain: Drain { Drain(outcome: .cutOff, left: 12, seconds: 300.25) }

    private var exactBooks: [PartitionBooks] {
        [
            PartitionBooks(
                partition: 3,
                counts: exactLedger,
                endOffset: 40,
                committedOffset: -1,
                peakLag: 12,
                lostOffsets: [30...30, 33...33]
            )
        ]
    }

    private var expectedRun: RecordedRun {
        let lives = [
            RecordedLife(
                index: 0,
                pid: 41,
                start: 1_000,
                end: 4_000,
                exit: PodExit(reason: "OOMKilled", code: 137, peakCharge: 1 << 28),
                series: [
                    .rss: Series(times: [2_000, 3_000], values: [100, 150.5]),
                    .cached: Series(times: [3_000], values: [4_096]),
                    .live(site: "IndexCache.worker"): Series(times: [3_000], values: [7]),
                ],
                sites: [VariantResult.Site(site: "IndexCache.worker", kind: "task", created: 9, live: -1)],
                latency: .of(1, 20, 300),
                eventAge: .of(5),
                processKills: [3_400, 3_500, 3_500]
            ),
            RecordedLife(
                index: 1,
                segment: 1,
                pid: 42,
                start: 5_000,
                latency: .of(2),
                eventAge: .of(3, .max),
                quiescentFrom: 5_500
            ),
        ]
        var header = RunHeader.example()
        // A load that went on until the verdicts stood was planned to last longer than it did.
        header.phases[0].end = 5_900
        return RecordedRun(
            header: header,
            state: .finished,
            variants: [
                RecordedVariant(
                    header: header.variants[0],
                    ledger: exactLedger,
                    partitions: exactBooks,
                    series: [.produced: Series(times: [3_000], values: [12])],
                    pods: [RecordedPod(name: "per-event-0", memoryLimit: 1 << 28, lives: lives)],
                    drain: drain
                ),
                RecordedVariant(
                    header: header.variants[1],
                    pods: [
                        RecordedPod(
                            name: "singleton-0",
                            memoryLimit: nil,
                            lives: [RecordedLife(index: 0, pid: 43, start: -10)]
                        )
                    ]
                ),
            ],
            processes: [
                "lab": [.cpu: Series(times: [6_000], values: [0.25])],
                "producer": [.targetRate: Series(times: [6_000], values: [2_008])],
            ],
            timeline: [
                TimelineEvent(at: 8, isWarning: true, reason: "BackOff", object: "pod/x", message: "“a” 'b'"),
                TimelineEvent(at: 9, reason: "Phase", object: "run", message: "peak"),
            ],
            scheduleDelay: .of(1_000),
            invalidBecause: ["pacing under 95 %"],
            productionEnded: 5_900,
            // The first word counts, whether it came before the first sample or after it.
            metrics: [
                .cached: MetricDescription(kind: .gauge, unit: .bytes),
                .rss: MetricDescription(kind: .gauge, unit: .bytes),
            ],
            until: until
        )
    }
}

extension MetricName {
    fileprivate static let cached = MetricName("cachedBytes")
}
