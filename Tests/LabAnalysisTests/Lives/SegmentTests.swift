import LabCore
import Testing

@testable import LabAnalysis

@Suite("Segments of a variant")
struct SegmentTests {
    private static let leak = LifeModel(seconds: 30, bytesPerEvent: 20_534, tasksPerEvent: 1)
    private static let steady = LifeModel(seconds: 30)
    private static let idle = LifeModel(seconds: 5)

    /// Each part begins a second after the end of the one before; all but the last are replaced and never drained.
    private func model(_ parts: [(name: String, handler: String, life: LifeModel)]) -> SegmentedModel {
        var model = SegmentedModel(parts: [], productionEnded: 0)
        var start = 0.0
        for (index, part) in parts.enumerated() {
            var life = part.life
            life.hold = index == parts.count - 1 ? life.hold : 0
            let recorded = life.recorded(index: index, start: start).moved(to: index)
            model.parts.append(
                SegmentedModel.Part(name: part.name, handler: part.handler, start: start, pods: [[recorded]])
            )
            model.productionEnded = (start + life.lead + life.seconds).rounded(.down)
            start += life.lead + life.seconds + life.hold + 1
        }
        return model
    }

    private func result(_ parts: (name: String, handler: String, life: LifeModel)...) throws -> VariantResult
    {
        try #require(model(parts).result)
    }

    @Test("A variant that never changed is one segment, judged alike") func whole() throws {
        let variant = VerdictTests.reference.result.variants[0]
        let segment = try #require(variant.segments.first)
        #expect(variant.segments.count == 1)
        #expect(segment.name == "start")
        #expect(segment.handler == "per-event")
        #expect(segment.verdict == variant.verdict)
        #expect(segment.because == variant.because)
        #expect(segment.flagged)
        #expect(segment.tasksPerEvent == variant.tasks.perEvent)
        #expect(segment.heapBytesPerEvent == variant.heap.bytesPerEvent)
        #expect(segment.chargeBytesPerEvent == variant.charge.bytesPerEvent)
        #expect(segment.cpuSecondsPerMillionEvents == variant.cpu.secondsPerMillionEvents)
        #expect(segment.waves == VariantResult.Waves())
    }

    @Test("Each segment is judged by its own lives") func own() throws {
        let variant = try result(
            ("start", "per-event", Self.leak),
            ("fix", "singleton", Self.steady)
        )
        #expect(variant.segments.map(\.name) == ["start", "fix"])
        #expect(variant.segments.map(\.handler) == ["per-event", "singleton"])
        #expect(variant.segments.map(\.verdict) == [.leaking, .bounded])
        #expect(variant.segments.map(\.flagged) == [true, false])
        let leaking = variant.segments[0]
        #expect(abs((leaking.tasksPerEvent?.estimate ?? 0) - 1) < 0.001)
        #expect(abs((leaking.heapBytesPerEvent?.estimate ?? 0) - 20_534) < 20)
        #expect(abs((leaking.chargeBytesPerEvent?.estimate ?? 0) - 20_534) < 20)
        #expect(variant.segments[1].tasksPerEvent?.estimate == 0)
        #expect(variant.segments.map(\.handled) == [Self.leak.events, Self.steady.events])
        #expect(variant.segments.map(\.from) == [0, 32])
        #expect(variant.segments.map(\.to) == [31, 68])
    }

    @Test("What two handlers cost is no one figure") func handlers() throws {
        let two = try result(("start", "per-event", Self.leak), ("fix", "singleton", Self.steady))
        #expect(two.tasks.perEvent == nil)
        #expect(two.heap.bytesPerEvent == nil)
        #expect(two.charge.bytesPerEvent == nil)
        #expect(two.timeToOOM.seconds == nil)
        #expect(two.cpu.secondsPerMillionEvents != nil)
        let one = try result(("start", "per-event", Self.leak), ("more", "per-event", Self.leak))
        #expect(abs((one.tasks.perEvent?.estimate ?? 0) - 1) < 0.001)
        #expect(abs((one.heap.bytesPerEvent?.estimate ?? 0) - 20_534) < 20)
    }

    @Test("Pods that were changed on the way have no one time to OOM", arguments: [nil, 1 << 30])
    func timeToOOM(limit: Int64?) throws {
        var model = model([("start", "per-event", Self.leak), ("more", "per-event", Self.leak)])
        (model.parts[0].memoryLimit, model.parts[1].memoryLimit) = (1 << 30, limit)
        let variant = try #require(model.result)
        #expect(variant.charge.bytesPerEvent != nil)
        #expect((variant.timeToOOM.seconds == nil) == (limit == nil))
    }

    @Test("The smallest detectable leak is that of the segment which sees least") func smallest() throws {
        let long = LifeModel(seconds: 100)
        let both = try result(("start", "singleton", Self.steady), ("more", "singleton", long))
        let short = try #require(
            RunModel.alone(Self.steady).result.variants[0].smallestDetectableBytesPerEvent
        )
        let least = try #require(both.smallestDetectableBytesPerEvent)
        #expect(abs(least - short) < 0.2 * short)
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var lives: [LifeModel]
        var expected: Verdict
    }

    @Test(
        "The variant's verdict from those of its segments",
        arguments: [
            Row(testDescription: "all bounded", lives: [steady, steady], expected: .bounded),
            Row(testDescription: "the first leaks", lives: [leak, steady], expected: .leaking),
            Row(testDescription: "the last leaks", lives: [steady, leak], expected: .leaking),
            Row(testDescription: "the first too short", lives: [idle, steady], expected: .inconclusive),
            Row(testDescription: "the last too short", lives: [steady, idle], expected: .inconclusive),
            Row(testDescription: "too short beside a leak", lives: [idle, leak], expected: .leaking),
            Row(testDescription: "all too short", lives: [idle, idle], expected: .inconclusive),
        ]
    )
    func verdict(row: Row) throws {
        let parts = row.lives.enumerated().map { ("s\($0)", "per-event", $1) }
        #expect(try #require(model(parts).result).verdict == row.expected)
    }

    @Test("The reasons of a variant name the segments that decide") func because() throws {
        let leaking = try result(("start", "per-event", Self.leak), ("fix", "singleton", Self.steady))
        #expect(!leaking.because.isEmpty)
        #expect(leaking.because.allSatisfy { $0.hasPrefix("start: ") })
        #expect(leaking.because == leaking.segments[0].because.map { "start: \($0)" })
        let bounded = try result(("start", "singleton", Self.steady), ("more", "singleton", Self.steady))
        #expect(
            bounded.because == bounded.segments.flatMap { part in part.because.map { "\(part.name): \($0)" } }
        )
        let open = try result(("start", "singleton", Self.idle), ("more", "singleton", Self.steady))
        #expect(
            open.because == [
                "start: no life went on handling events after its warm-up: run longer, or warm up shorter"
            ]
        )
        #expect(leaking.evidence.contains { $0.metric == "heap" && $0.against == "threshold, start" })
        #expect(leaking.evidence.contains { $0.metric == "heap" && $0.against == "threshold, fix" })
    }

    @Test("A segment that never came leaves the variant open") func neverCame() throws {
        var model = model([("start", "singleton", Self.steady), ("more", "singleton", Self.steady)])
        model.parts[1].pods = []
        model.parts[1].replicas = 1
        model.parts[0].pods[0][0] = Self.steady.recorded()
        model.productionEnded = 31
        let variant = try #require(model.result)
        #expect(variant.segments.map(\.verdict) == [.bounded, .inconclusive])
        #expect(variant.segments[1].because == ["no event was handled"])
        #expect(variant.segments[1].from == 32 && variant.segments[1].to == 32)
        #expect(variant.verdict == .inconclusive)
        #expect(variant.because == ["more: no event was handled"])
    }

    @Test("Pods that a step leaves alone are judged where they were started") func carriedOn() throws {
        var model = model([("start", "singleton", Self.steady), ("fewer", "singleton", Self.steady)])
        model.parts[0].pods[0] = [LifeModel(seconds: 60).recorded()]
        model.parts[1].pods = []
        model.parts[1].replicas = 1
        model.productionEnded = 61
        let variant = try #require(model.result)
        #expect(variant.verdict == .bounded)
        #expect(
            variant.segments[1].because == ["its pods are those of an earlier segment, and judged there"]
        )
    }

    @Test("A slow producer makes every segment void, and is told once") func pacing() throws {
        var model = model([("start", "per-event", Self.leak), ("fix", "singleton", Self.steady)])
        model.due = [(0, 1_000)]
        var run = RecordedRun(header: .empty, state: .finished, variants: [model.recorded])
        run.variants[0].ledger.produced /= 2
        run.productionEnded = nanoseconds(model.productionEnded)
        let variant = RunAnalysis().result(of: run).variants[0]
        #expect(variant.verdict == .inconclusive)
        #expect(variant.segments.allSatisfy { $0.verdict == .inconclusive && !$0.flagged })
        #expect(variant.because.count { $0.contains("the producer reached") } == 1)
        #expect(variant.because[0].hasPrefix("the producer reached"))
        #expect(variant.because.contains { $0.hasPrefix("start: 1.000 tasks live per event") })
    }

    @Test("Restarts and kills are those within a segment; a replacement is no restart") func restarts() throws
    {
        var model = model([("start", "per-event", Self.leak), ("more", "per-event", Self.steady)])
        let killed = (0..<3).map { index in
            LifeModel.killed(after: 8, leaking: 9_000).recorded(index: index, start: Double(index) * 10)
        }
        model.parts[0].pods = [killed, Array(killed.prefix(1))]
        let variant = try #require(model.result)
        #expect(variant.segments.map(\.restarts) == [2, 0])
        #expect(variant.segments.map(\.oomKills) == [4, 0])
        #expect(variant.pods.map(\.restarts) == [2, 0])
        #expect(variant.segments[0].because.last == "its pods were killed 4 times at the memory limit")
        #expect(variant.because.last == "its pods were killed 4 times at the memory limit")
    }

    @Test("The peak of a segment's lag") func lag() throws {
        var model = model([("start", "per-event", Self.leak), ("fix", "singleton", Self.steady)])
        model.lag = Series(
            times: [1, 20, 29, 33, 50].map(nanoseconds),
            values: [5, 700, 90, 60, 20]
        )
        #expect(try #require(model.result).segments.map(\.peakLag) == [700, 90])
        #expect(try #require(model.result).lag.peak == 700)
    }

    @Test("A life of a segment that does not exist belongs to the nearest", arguments: [-3, .min, 7, .max])
    func outOfRange(segment: Int) throws {
        var model = model([("start", "per-event", Self.leak), ("fix", "singleton", Self.steady)])
        let isFirst = segment < 0
        model.parts[isFirst ? 0 : 1].pods[0][0].segment = segment
        #expect(try #require(model.result).segments.map(\.verdict) == [.leaking, .bounded])
    }

    @Test("Pods of different segments are compared with what the control did meanwhile") func control() throws
    {
        func resident(_ model: SegmentedModel, _ name: String, isControl: Bool) -> SegmentedModel {
            var model = model
            (model.name, model.isControl) = (name, isControl)
            for part in model.parts.indices {
                model.parts[part].pods[0][0].series[.heap] = nil
            }
            return model
        }
        let changed = resident(
            model([("start", "per-event", Self.leak), ("fix", "singleton", Self.steady)]),
            "changed",
            isControl: false
        )
        var long = Self.steady
        (long.seconds, long.seed) = (70, 9)
        let control = resident(model([("start", "singleton", long)]), "control", isControl: true)
        let results = [changed, control].results()
        #expect(results[0].segments.map(\.verdict) == [.leaking, .bounded])
        #expect(results[0].evidence.contains { $0.metric == "rss" && $0.against == "control, fix" })
    }
}
