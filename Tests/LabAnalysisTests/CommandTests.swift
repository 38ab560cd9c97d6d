import LabCore
import Testing

@testable import LabAnalysis

/// Variants of which only the outside was seen.
@Suite("A command") struct CommandTests {
    private func run(
        _ lives: [(name: String, bytesPerEvent: Double, tasksPerEvent: Double)],
        tasks: MetricName = .threads
    ) -> RunResult {
        let variants = lives.enumerated().map { index, life in
            RunModel.Variant(
                name: life.name,
                role: index == 0 && lives.count > 1 ? .suspect : .fix,
                isControl: index == lives.count - 1,
                lives: [
                    LifeModel(
                        seed: UInt64(index + 1),
                        bytesPerEvent: life.bytesPerEvent,
                        memory: [.rss, .charge],
                        tasksPerEvent: life.tasksPerEvent,
                        isLabelled: false
                    )
                ],
                lost: 40
            )
        }
        var recorded = RunModel(variants: variants).recorded
        for index in recorded.variants.indices {
            recorded.variants[index].header.command = CommandHeader(text: "./consumer", tasks: tasks)
            for pod in recorded.variants[index].pods.indices {
                for life in recorded.variants[index].pods[pod].lives.indices {
                    recorded.variants[index].pods[pod].lives[life].series[.outliving] = nil
                }
            }
        }
        return RunAnalysis().result(of: recorded)
    }

    @Test("says nothing of single events, in words and in the books")
    func unknown() throws {
        let variant = try #require(run([("own", 0, 0)]).variants.first)
        #expect(
            variant.events.lost == nil && variant.events.duplicated == nil && variant.events.failed == nil
        )
        #expect(variant.events.partitions.allSatisfy { $0.lost == nil && $0.lostOffsets.isEmpty })
        #expect(variant.command == "./consumer")
        #expect(variant.because.contains("40 events were produced and never committed"))
        #expect(variant.because.contains("live heap was not measured"))
    }

    @Test(
        "that is the control is judged by its own memory, since nothing else tells of it",
        arguments: [(0.0, Verdict.bounded), (200.0, .leaking)]
    )
    func control(bytesPerEvent: Double, verdict: Verdict) throws {
        let variant = try #require(run([("own", bytesPerEvent, 0)]).variants.first)
        #expect(variant.verdict == verdict)
        #expect(variant.evidence.first { $0.metric == "rss" }?.says == verdict.rawValue)
    }

    @Test("leaks if its memory grows beside a control that does not")
    func suspect() throws {
        let result = run([("old", 200, 0), ("new", 0, 0)])
        #expect(result.variants.map(\.verdict) == [.leaking, .bounded])
        let sides = result.variants.first?.evidence.filter { $0.metric == "rss" }.map(\.against)
        #expect(sides == ["threshold", "new"])
    }

    @Test(
        "may have as many more threads as other pods, and fewer tasks that it tells itself",
        arguments: [
            (.threads, 60.0, Verdict.bounded), (.threads, 90.0, .leaking),
            (MetricName("go_goroutines"), 12.0, .bounded),
            (MetricName("go_goroutines"), 30.0, .leaking),
        ] as [(MetricName, Double, Verdict)]
    )
    func tasks(metric: MetricName, growth: Double, verdict: Verdict) throws {
        // From the end of warm-up to the end there are 51 of the 60 s under load.
        let events = Double(LifeModel().events) * 51 / 60
        let variant = try #require(run([("own", 0, growth / events)], tasks: metric).variants.first)
        #expect(variant.verdict == verdict)
        #expect(variant.tasks.perEvent != nil)
    }
}
