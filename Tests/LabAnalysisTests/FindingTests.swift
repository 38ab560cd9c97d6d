import LabCore
import Testing

@testable import LabAnalysis

@Suite("Spikes") struct SpikeTests {
    private let rule = FindingRule(kind: .spike, metric: "heap", limit: 3)

    /// 20 MiB, and `peak` MiB for `width` seconds at each of `moments`.
    private func heap(_ peak: Double, at moments: [Double], width: Double = 0.1) -> LevelModel {
        LevelModel([
            .heap: { time in
                let isUp = moments.contains { $0 <= time + 1e-6 && time < $0 + width - 1e-6 }
                return (isUp ? peak : 20) * LevelModel.mebibyte
            }
        ])
    }

    @Test(
        "One reading is a spike, and each way beyond the limit counts once",
        arguments: [
            ([30], 100, 5, 1), ([20, 30, 40], 100, 5, 3), ([30], 60, 3, 0), ([30], 61, 3.05, 1),
            ([], 100, 1, 0),
        ] as [([Double], Double, Double, Int)]
    )
    func thin(moments: [Double], peak: Double, value: Double, times: Int) throws {
        let finding = try #require(LevelModel.finding(rule, in: heap(peak, at: moments)))
        #expect(abs(finding.value - value) < 1e-9)
        #expect(finding.times == times)
        #expect(finding.isBeyondLimit == (times > 0))
    }

    @Test("A wide spike counts once") func wide() {
        #expect(LevelModel.finding(rule, in: heap(100, at: [30], width: 5))?.times == 1)
    }

    @Test("Warm-up is left out") func warmUp() {
        #expect(LevelModel.finding(rule, in: heap(100, at: [5]))?.value == 1)
    }

    @Test("What killed a pod after its last event counts") func fatal() {
        var life = heap(100, at: [62])
        life.reason = "OOMKilled"
        #expect(LevelModel.finding(rule, in: life)?.value == 5)
    }

    @Test("The worst pod is told, with the excursions of all") func pods() throws {
        let finding = try #require(
            LevelModel.finding(rule, in: heap(80, at: [30]), heap(100, at: [20, 30]))
        )
        #expect(finding.value == 5 && finding.times == 3)
        #expect(finding.note == "100 MiB at most, 20.0 MiB as a rule")
    }

    @Test("Without a limit nothing is counted") func limitless() throws {
        let rule = FindingRule(kind: .spike, metric: "heap")
        let finding = try #require(LevelModel.finding(rule, in: heap(100, at: [30])))
        #expect(finding.value == 5 && finding.times == nil && !finding.isBeyondLimit)
    }

    @Test("Counts that are mostly zero are compared with one, memory that is zero with nothing")
    func zero() {
        func spike(of metric: MetricName) -> Finding? {
            let life = LevelModel([metric: { $0 == 30 ? 200 : 0 }])
            return LevelModel.finding(FindingRule(kind: .spike, metric: metric.rawValue), in: life)
        }
        #expect(spike(of: .inFlight)?.value == 200)
        #expect(spike(of: MetricName("queuedBytes")) == nil)
    }
}

@Suite("How much at once") struct CrowdTests {
    @Test(
        "The highest reading is told, and how often the limit was exceeded",
        arguments: [(nil, nil), (8, 6), (9, 0), (200, 0)] as [(Double?, Int?)]
    )
    func stampede(limit: Double?, times: Int?) throws {
        // 9 at once, at 5 s, 15 s, … 65 s, the first of them during warm-up.
        let life = LevelModel([
            MetricName("refreshes"): { Int(($0 * 10).rounded()) % 100 == 50 ? 9 : 1 }
        ])
        let rule = FindingRule(kind: .stampede, metric: "refreshes", limit: limit)
        let finding = try #require(LevelModel.finding(rule, in: life))
        #expect(finding.value == 9 && finding.rising == nil)
        #expect(finding.times == times)
    }

    @Test(
        "A pile-up is told with whether it was still rising at the end",
        arguments: [
            ("grows", true), ("grows, work coming and going", true), ("levels off", false), ("falls", false),
            ("comes and goes", false), ("grew once", false),
        ]
    )
    func pileUp(course: String, isRising: Bool) throws {
        let levels: [String: LevelModel.Level] = [
            "grows": { 10 * $0 },
            "grows, work coming and going": { 10 * $0 + (Int($0 * 10) % 2 == 0 ? 0 : 50) },
            "levels off": { 10 * min($0, 30) },
            "falls": { 600 - 10 * $0 },
            "comes and goes": { Int($0) % 7 == 0 ? 400 : 0 },
            "grew once": { $0 < 15 ? 0 : 500 },
        ]
        let life = LevelModel([MetricName("running"): try #require(levels[course])])
        let rule = FindingRule(kind: .pileUp, metric: "running", limit: 100)
        let finding = try #require(LevelModel.finding(rule, in: life))
        #expect(finding.rising == isRising)
        #expect(finding.isBeyondLimit && (finding.times ?? 0) > 0)
    }
}

@Suite("Shares of members") struct ImbalanceTests {
    private let rule = FindingRule(kind: .imbalance, metric: "requests", limit: 1.5)

    private func life(_ perSecond: [String: Double], before: [String: Double] = [:]) -> LevelModel {
        var levels: [MetricName: LevelModel.Level] = [:]
        for (member, rate) in perSecond {
            let early = before[member] ?? 0
            levels[MetricName("requests.\(member)")] = {
                early * min($0, 10) + rate * max(0, min($0, 60) - 10)
            }
        }
        return LevelModel(levels)
    }

    @Test(
        "The busiest member is compared with the mean of all, those without load included",
        arguments: [
            (["a": 10, "b": 10], 1), (["a": 20, "b": 0], 2), (["a": 9, "b": 1], 1.8),
            (["a": 10, "b": 10, "c": 40], 2), (["a.x": 30, "b": 10], 1.5),
        ] as [([String: Double], Double)]
    )
    func shares(perSecond: [String: Double], value: Double) throws {
        let finding = try #require(LevelModel.finding(rule, in: life(perSecond)))
        #expect(abs(finding.value - value) < 1e-9)
        #expect(finding.isBeyondLimit == (value > 1.5 + 1e-9))
    }

    @Test("A level that only rises is compared by its area where it was declared to be one")
    func declaredLevel()
        throws
    {
        // One stays high, the other has as much only at the very end.
        let life = LevelModel([
            MetricName("requests.a"): { _ in 60 }, MetricName("requests.b"): { $0 },
        ])
        let lives = [
            Life(life.recorded(), warmUp: 10, settings: .standard, watched: WatchedMetrics(findings: [rule]))
        ]
        let gauge = MetricDescription(kind: .gauge, unit: .count)
        let declared = [MetricName("requests.a"): gauge, MetricName("requests.b"): gauge]
        #expect(Imbalance(of: "requests", in: lives)?.busiest == "b")
        #expect(Imbalance(of: "requests", in: lives, declared: declared)?.busiest == "a")
    }

    @Test("What was counted during warm-up is left out") func warmUp() throws {
        let early = life(["a": 10, "b": 10], before: ["a": 1_000])
        #expect(abs(try #require(LevelModel.finding(rule, in: early)?.value) - 1) < 1e-9)
    }

    @Test("What all pods sent is added up") func pods() throws {
        let finding = try #require(
            LevelModel.finding(
                rule,
                in: life(["a": 20, "b": 0]),
                life(["a": 0, "b": 20]),
                life(["a": 20, "b": 0])
            )
        )
        #expect(abs(finding.value - 4 / 3) < 1e-9)
        #expect(finding.note == "a has 67 % of it, 2 members")
    }

    @Test("Levels are compared by how long they lasted") func levels() throws {
        let life = LevelModel([
            MetricName("requests.a"): { Int($0) % 2 == 0 ? 30 : 0 },
            MetricName("requests.b"): { Int($0) % 2 == 0 ? 10 : 0 },
        ])
        #expect(abs(try #require(LevelModel.finding(rule, in: life)?.value) - 1.5) < 0.01)
    }

    @Test("One member, or none with a load, is no balance") func none() {
        #expect(LevelModel.finding(rule, in: life(["a": 10])) == nil)
        #expect(LevelModel.finding(rule, in: life(["a": 0, "b": 0])) == nil)
        #expect(LevelModel.finding(rule, in: life([:])) == nil)
    }
}

@Suite("Plateaus and teeth of any metric") struct OtherShapeTests {
    @Test(
        "A level of any metric is found, if it is more than a few",
        arguments: [
            ("entries", 1_000, true), ("entries", 3, false), ("cachedBytes", 0x1p23, true),
            ("cachedBytes", 0x1p21, false),
        ]
    )
    func plateau(metric: String, level: Double, isFound: Bool) {
        let life = LevelModel([MetricName(metric): { level * min(1, $0 / 30) }])
        let finding = LevelModel.finding(FindingRule(kind: .plateau, metric: metric, limit: 10), in: life)
        #expect(finding?.value == (isFound ? level : nil))
        #expect(finding?.isBeyondLimit ?? false == isFound)
    }

    @Test("Teeth of a count, with how often it fell, beyond a period") func sawTooth() throws {
        let life = LevelModel([MetricName("entries"): { 100 * ($0 / 8).truncatingRemainder(dividingBy: 1) }])
        let finding = try #require(
            LevelModel.finding(FindingRule(kind: .sawTooth, metric: "entries", limit: 5), in: life)
        )
        #expect(abs(finding.value - 8) < 0.5 && finding.isBeyondLimit)
        #expect(finding.times == 6)
    }
}
