import LabCore
import Testing

@testable import LabAnalysis

/// Commands whose runtime has a garbage collector: what is resident between two collections says nothing.
@Suite("A command with a collector") struct RuntimeTests {
    /// A life at 200 events/s for three minutes.
    struct Program: Sendable {
        var runtime = ProgramRuntime.jvm
        var ceiling: Double? = 512e6
        /// Bytes of resident memory for each event, garbage included.
        var resident = 5_900.0
        /// Bytes that live for each event; `nil` if no collection was seen.
        var live: Double? = 0
        /// Seconds between two collections.
        var every = 5.0
    }

    private func result(_ program: Program) throws -> VariantResult {
        let model = LifeModel(
            seconds: 180,
            rate: 200,
            bytesPerEvent: program.resident,
            memory: [.rss, .charge],
            isLabelled: false
        )
        var run = RunModel(variants: [
            RunModel.Variant(name: "own", role: .fix, isControl: true, lives: [model])
        ]).recorded
        run.variants[0].header.command = CommandHeader(text: "./consumer", tasks: .threads)
        var life = run.variants[0].pods[0].lives[0]
        life.series[.outliving] = nil
        life.series[.runtime] = Series(times: [0], values: [program.runtime.code])
        if let ceiling = program.ceiling { life.series[.heapCeiling] = Series(times: [0], values: [ceiling]) }
        if let live = program.live {
            let times = (1...Int(185 / program.every)).map { Double($0) * program.every }
            // What lives comes and goes by some kilobytes.
            let values = times.enumerated().map {
                100e6 + live * model.events(at: $1) + Double($0 * 7 % 5) * 2_000
            }
            life.series[.heap] = Series(times: times.map(nanoseconds), values: values)
            life.series[.collections] = Series(
                times: times.map(nanoseconds),
                values: times.indices.map { Double($0 + 1) }
            )
            life.series[.collectionPause] = Series(times: [nanoseconds(180)], values: [1.86])
        }
        run.variants[0].pods[0].lives[0] = life
        return try #require(RunAnalysis().result(of: run).variants.first)
    }

    @Test("that fills its heap with garbage does not leak: what each collection left is level")
    func clean() throws {
        let variant = try result(Program())
        #expect(variant.verdict == .bounded, "\(variant.because)")
        #expect(variant.because.contains { $0.hasSuffix("garbage, and room for it") })
        #expect(variant.evidence.first { $0.metric == "rss" }?.says == "leaking")
    }

    @Test("leaks by what each collection left, whatever resident memory does", arguments: [0.0, 2_400])
    func leaking(resident: Double) throws {
        let variant = try result(Program(resident: resident, live: 1_024))
        #expect(variant.verdict == .leaking, "\(variant.because)")
        let estimate = try #require(variant.heap.bytesPerEvent)
        #expect(abs(estimate.estimate - 1_024) < 20, "\(estimate)")
    }

    @Test("is open as long as its heap is not full and no collection was seen, and says what would decide")
    func notFull() throws {
        let variant = try result(Program(live: nil))
        #expect(variant.verdict == .inconclusive)
        let reasons = variant.because.joined(separator: "\n")
        #expect(reasons.contains("runs on the JVM") && reasons.contains("(-Xmx)"), "\(reasons)")
        #expect(reasons.contains("which may be garbage"), "\(reasons)")
        #expect(variant.undecided.contains { $0.contains("collect: true") })
    }

    @Test(
        "is not bounded because resident memory is level: what was garbage may live by now",
        arguments: [(.jvm, .inconclusive), (.go, .inconclusive), (.python, .bounded), (.native, .bounded)]
            as [(ProgramRuntime, Verdict)]
    )
    func level(runtime: ProgramRuntime, verdict: Verdict) throws {
        let variant = try result(Program(runtime: runtime, resident: 0, live: nil))
        #expect(variant.verdict == verdict, "\(variant.because)")
    }

    @Test("leaks outside of its heap if resident memory rises by more than there was room for")
    func outside() throws {
        let variant = try result(Program(ceiling: 110e6))
        #expect(variant.verdict == .leaking, "\(variant.because)")
    }

    @Test("is open after too few collections, and says how many there were")
    func few() throws {
        let variant = try result(Program(every: 60))
        #expect(variant.verdict == .inconclusive)
        #expect(
            variant.because.contains {
                $0.contains("live heap was read after 3 collections, and 8 are needed")
            }
        )
        #expect(variant.undecided.contains { $0.contains("3 were seen") })
    }

    @Test("has its runtime and what its collector did in the result")
    func facts() throws {
        let runtime = try #require(try result(Program()).runtime)
        #expect(runtime.name == .jvm && runtime.heapCeilingBytes == 512e6 && runtime.heapReadings == 37)
        #expect(runtime.collections == 37 && runtime.pauseSeconds == 1.86)
        let share = try #require(runtime.pauseShare)
        #expect(abs(share - 0.01) < 0.0005)
        #expect(try result(Program(runtime: .python, live: nil)).runtime?.collections == nil)
    }

    @Test(
        "has a gauge in bytes judged as memory is",
        arguments: [(1e6, Verdict.bounded), (4e6, .bounded), (40e6, .leaking)]
    )
    func bytes(rise: Double, verdict: Verdict) throws {
        let model = LifeModel(isLabelled: false)
        var run = RunModel(variants: [
            RunModel.Variant(name: "own", role: .fix, isControl: true, lives: [model])
        ]).recorded
        run.header.resources = ["cache_bytes"]
        let series = try #require(run.variants[0].pods[0].lives[0].series[.processed])
        let most = series.values.last ?? 1
        run.variants[0].pods[0].lives[0].series[MetricName("cache_bytes")] =
            Series(times: series.times, values: series.values.map { $0 / most * rise })
        let variant = try #require(RunAnalysis().result(of: run).variants.first)
        let resource = variant.resources.first { $0.name == "cache_bytes" }
        #expect(resource?.verdict == verdict, "\(variant.because)")
        #expect(variant.verdict == verdict, "\(variant.because)")
    }

    @Test("with a metric that no pod ever reported is not bounded, and says which")
    func missing() throws {
        var run = RunModel(
            variants: [
                RunModel.Variant(
                    name: "own",
                    role: .fix,
                    isControl: true,
                    lives: [LifeModel(isLabelled: false)]
                )
            ]
        ).recorded
        let message = MissingMetric.message("cache_entris", among: 41, near: "cache_entries")
        run.timeline.append(
            TimelineEvent(at: 0, reason: MissingMetric.reason, object: "variant/own", message: message)
        )
        let variant = try #require(RunAnalysis().result(of: run).variants.first)
        #expect(variant.verdict == .inconclusive)
        #expect(variant.because.first == message && message.hasSuffix("did you mean “cache_entries”?"))
        run.variants[0].pods[0].lives[0].series[MetricName("cache_entris")] = Series(times: [1], values: [1])
        #expect(RunAnalysis().result(of: run).variants.first?.verdict == .bounded)
    }
}
