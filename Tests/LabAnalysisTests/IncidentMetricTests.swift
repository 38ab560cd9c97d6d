import Foundation
import LabCore
import Testing

@testable import LabAnalysis

/// One counter and one gauge of an incident's own, read at 10 Hz from the start of each life.
@Suite("An incident's own counters and gauges") struct IncidentMetricTests {
    private static let queries = MetricName("catalogueQueries")
    private static let entries = MetricName("entries")

    /// Lives of one pod, one after the other, ten seconds each.
    ///
    /// A life handles 1,000 events and asks three times for each; `entries` climbs to `peak` in five seconds, and from
    /// there to `end`.
    private static func pod(_ name: String, _ lives: [(peak: Double, end: Double)]) -> RecordedPod {
        let recorded = lives.enumerated().map { index, entries in
            let start = Double(index) * 11
            let times = (0...100).map { nanoseconds(start + Double($0) / 10) }
            func series(_ value: (Double) -> Double) -> Series {
                Series(times: times, values: (0...100).map { value(Double($0) / 10) })
            }
            func level(_ time: Double) -> Double {
                time <= 5
                    ? entries.peak * time / 5 : entries.peak + (entries.end - entries.peak) * (time - 5) / 5
            }
            let isLast = index == lives.count - 1
            return RecordedLife(
                index: index,
                pid: 1,
                start: nanoseconds(start),
                end: nanoseconds(start + 10),
                exit: PodExit(reason: isLast ? "Completed" : "OOMKilled", code: isLast ? 0 : 137),
                series: [
                    .processed: series { ($0 * 100).rounded(.down) },
                    queries: series { 3 * ($0 * 100).rounded(.down) },
                    Self.entries: series { level($0).rounded() },
                    .retries: series { $0 }, .overflow: series { $0 },
                    .live(site: "A.b"): series { $0 }, .created(site: "A.b"): series { $0 },
                ]
            )
        }
        return RecordedPod(name: name, memoryLimit: nil, lives: recorded)
    }

    private static func metrics(
        _ variants: [[RecordedPod]],
        declared: [MetricName: MetricDescription] = [:],
        ended: Double
    ) -> [[VariantResult.Metric]] {
        var run = RecordedRun(header: .empty, state: .finished)
        run.metrics = declared
        run.variants = variants.enumerated().map { index, pods in
            var header = RunModel.Variant(name: "v\(index)").header
            header.replicas = pods.count
            return RecordedVariant(header: header, pods: pods)
        }
        run.productionEnded = nanoseconds(ended)
        return RunAnalysis().result(of: run).variants.map(\.metrics)
    }

    @Test("A counter adds up over lives, a gauge peaks in one instant") func restarts() throws {
        let pods = [Self.pod("p-0", [(900, 0), (400, 100)]), Self.pod("p-1", [(500, 500), (300, 50)])]
        let metrics = try #require(Self.metrics([pods], ended: 20).first)
        #expect(
            metrics == [
                .init(
                    name: "catalogueQueries",
                    kind: .counter,
                    peak: 6_000,
                    end: 6_000,
                    total: 12_000,
                    perEvent: 3
                ),
                .init(name: "entries", kind: .gauge, peak: 1_400, end: 150),
            ]
        )
    }

    @Test("What falls in one variant is a gauge in all, what falls nowhere a counter") func kinds() throws {
        let (rising, falling) = (Self.pod("a-0", [(500, 1_000)]), Self.pod("b-0", [(500, 10)]))
        let both = Self.metrics([[rising], [falling]], ended: 9)
        #expect(both[0].last == .init(name: "entries", kind: .gauge, peak: 1_000, end: 1_000))
        #expect(both[1].last == .init(name: "entries", kind: .gauge, peak: 500, end: 10))
        let alone = try #require(Self.metrics([[rising]], ended: 9).first?.last)
        #expect(
            alone
                == .init(name: "entries", kind: .counter, peak: 1_000, end: 1_000, total: 1_000, perEvent: 1)
        )
    }

    @Test(
        "What was declared a gauge is one even if it only rose, what was declared a counter even if it fell"
    )
    func declaredKinds() throws {
        let (rising, falling) = (Self.pod("a-0", [(500, 1_000)]), Self.pod("a-0", [(500, 10)]))
        let gauge = [Self.entries: MetricDescription(kind: .gauge, unit: .microseconds)]
        let risen = try #require(Self.metrics([[rising]], declared: gauge, ended: 9).first)
        #expect(
            risen.last
                == .init(name: "entries", kind: .gauge, unit: .microseconds, peak: 1_000, end: 1_000)
        )
        // Of what nobody declared beside it, it is guessed as in recordings that declare nothing.
        #expect(risen.first?.kind == .counter && risen.first?.unit == nil)
        let counter = [Self.entries: MetricDescription(kind: .counter, unit: .bytes)]
        let fallen = try #require(Self.metrics([[falling]], declared: counter, ended: 9).first?.last)
        #expect(fallen.kind == .counter && fallen.unit == .bytes && fallen.total == 10)
    }

    @Test("What a companion tells is what it was declared to be")
    func companion() throws {
        var run = RecordedRun(header: .empty, state: .finished)
        let most = MetricName("mostQueued")
        let rising = Series(times: [0, nanoseconds(5)], values: [0, 60])
        let header = RunModel.Variant(name: "v").header
        run.variants = [
            RecordedVariant(header: header, series: [most: rising], pods: [Self.pod("v-0", [(1, 0)])])
        ]
        run.metrics = [most: MetricDescription(kind: .gauge, unit: .count)]
        let metric = RunAnalysis().result(of: run).variants[0].metrics.last
        #expect(metric == .init(name: "mostQueued", kind: .gauge, unit: .count, peak: 60, end: 60))
    }

    @Test("A run without such metrics has none, and a variant without one lacks it alone") func absence() {
        var plain = Self.pod("b-0", [(1, 0)])
        plain.lives[0].series[Self.queries] = nil
        plain.lives[0].series[Self.entries] = Series(times: [0, 1], values: [.nan, .infinity])
        let metrics = Self.metrics([[Self.pod("a-0", [(1, 0)])], [plain]], ended: 9)
        #expect(metrics.map { $0.map(\.name) } == [["catalogueQueries", "entries"], []])
        #expect(RunModel.alone(LifeModel()).result.variants.map(\.metrics) == [[]])
    }

    @Test(
        "What the lab reports of every pod stands beside the incident's own, and in a comparison without a judgement"
    )
    func reported() throws {
        var pod = Self.pod("a-0", [(1, 0)])
        let times: [Int64] = [0, nanoseconds(5), nanoseconds(10)]
        pod.lives[0].series[.majorPageFaults] = Series(times: times, values: [0, 20, 50])
        let metric = try #require(Self.metrics([[pod]], ended: 9)[0].last)
        #expect(
            metric
                == .init(
                    name: "majorPageFaults",
                    kind: .counter,
                    unit: .count,
                    peak: 50,
                    end: 50,
                    total: 50,
                    perEvent: 0.05
                )
        )
        var (base, candidate) = (
            ComparisonModel.measures([.init()]), ComparisonModel.measures([.init()], run: "b")
        )
        base.variants[0].reported = ["majorPageFaults": 0.05]
        candidate.variants[0].reported = ["majorPageFaults": 4]
        let comparison = try ComparisonModel.compare(base, candidate)
        let line = try #require(comparison.line(.reported(.majorPageFaults)))
        #expect(line.base == 0.05 && line.candidate == 4 && line.outcome == .shown && line.effect == nil)
        #expect(comparison.outcome == .same)
    }

    @Test("What no pod handled is told without a figure per event") func nothingHandled() {
        var pod = Self.pod("a-0", [(1, 0)])
        pod.lives[0].series[.processed] = Series(times: [0, nanoseconds(10)], values: [0, 0])
        #expect(
            Self.metrics([[pod]], ended: 9)[0].first
                == .init(name: "catalogueQueries", kind: .counter, peak: 3_000, end: 3_000, total: 3_000)
        )
    }

    @Test("Of millions of readings no peak, end or fall is missed") func manyReadings() throws {
        let count = 1_000_000
        var pod = Self.pod("a-0", [(1, 0)])
        let times = (0..<count).map { Int64($0) * 10_000 }
        var values = (0..<count).map { Double($0 / 1_000) }
        values[567_891] = 70_000
        pod.lives[0].series[Self.entries] = Series(times: times, values: values)
        let metric = try #require(Self.metrics([[pod]], ended: 9)[0].last)
        #expect(metric == .init(name: "entries", kind: .gauge, peak: 70_000, end: 999))
    }

    @Test("Extremes of stretches are readings in order, the newest among those of a rising line")
    func extremes() {
        let series = Series(
            times: (0..<1_000).map { $0 },
            values: (0..<1_000).map { Double(($0 * 7) % 1_000) }
        )
        let all = Track(series)
        let few = all.extremes(of: 20)
        #expect((20...40).contains(few.values.count))
        #expect(few.values.max() == 999 && few.values.min() == 0)
        #expect(zip(few.times, few.times.dropFirst()).allSatisfy { $0 < $1 })
        #expect(all.extremes(of: 500).values == all.values)
    }
}
