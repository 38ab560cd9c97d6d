import LabAnalysis
import LabCore
import Testing

@testable import LabEngine

@Suite("The verdict while a run goes on")
struct LiveJudgeTests {
    /// A run of so many seconds so far, at 1,000 events a second, of one variant that keeps so much of each.
    static func run(seconds: Int, bytesPerEvent: Double, kills: Int = 0) throws -> RecordedRun {
        var header = TestScenario.header(of: try TestScenario.make([]), run: "r")
        header.warmUp = 5
        header.variants = [header.variants[0]]
        header.phases = [PhaseHeader(name: "peak", start: 0, end: 60_000_000_000, summary: "")]
        var life = RecordedLife(index: 0, pid: 1, start: 0)
        var scheduled = Series()
        for tenth in 0...(seconds * 10) {
            let time = Int64(tenth) * 100_000_000
            let events = Double(tenth) * 100
            scheduled.append(events, at: time)
            life.series[.processed, default: Series()].append(events, at: time)
            for metric in [MetricName.heap, .rss, .charge] {
                let noise = Double(tenth % 7) * 512
                life.series[metric, default: Series()].append(
                    20e6 + bytesPerEvent * events + noise,
                    at: time
                )
            }
            for metric in [MetricName.tasks, .instances, .outliving] {
                life.series[metric, default: Series()].append(0, at: time)
            }
        }
        var variant = RecordedVariant(header: header.variants[0])
        variant.ledger.produced = seconds * 1_000
        variant.ledger.processed = seconds * 1_000
        variant.series = [.scheduled: scheduled, .produced: scheduled]
        variant.pods = [RecordedPod(name: "per-event-0", memoryLimit: nil, lives: [life])]
        return RecordedRun(header: header, state: .recording, variants: [variant])
    }

    @Test("It is that of the one judge", arguments: [(3, 2_000), (25, 2_000), (25, 0)] as [(Int, Double)])
    func same(seconds: Int, bytesPerEvent: Double) throws {
        let run = try Self.run(seconds: seconds, bytesPerEvent: bytesPerEvent)
        let judge = LiveJudge { run }
        #expect(judge.latest == nil)
        judge.judge()
        #expect(judge.latest == RunAnalysis().result(of: run))
    }

    @Test("A leak shows while it goes on, and nothing is bounded during the warm-up") func words() throws {
        let leak = try Self.run(seconds: 25, bytesPerEvent: 2_000)
        let early = try Self.run(seconds: 3, bytesPerEvent: 0)
        let judges = [LiveJudge { leak }, LiveJudge { early }]
        for judge in judges { judge.judge() }
        #expect(judges.map { $0.latest?.variants.first?.verdict } == [.leaking, .inconclusive])
    }

    @Test("Without a recording there is nothing to say") func nothing() {
        let judge = LiveJudge { nil }
        judge.judge()
        #expect(judge.latest == nil)
    }

    @Test("It rests nineteen times as long as it works, a second at least") func pause() {
        #expect(LiveJudge.pause(after: .milliseconds(1)) == .seconds(1))
        #expect(LiveJudge.pause(after: .milliseconds(200)) == .milliseconds(3_800))
    }

    @Test(
        "What would decide a verdict is shown in its shortest form, as soon as the judge can say so",
        arguments: [
            ([], "40 s more"),
            (["to decide: run 5 m of load at this rate; this run shows x"], "run 5 m of load at this rate"),
            (
                ["to decide: run 5 m of load at this rate, or 40 s at 20,000/s; this run shows x", "y"],
                "run 5 m of load at this rate"
            ),
            (["peak: to decide: run 40 s of load"], "peak: run 40 s of load"), ([""], ""), ([";"], ""),
        ] as [([String], String)]
    )
    func undecided(sentences: [String], text: String) {
        #expect(VerdictWait(warmUp: 0, load: 40).text(undecided: sentences) == text)
    }

    @Test("What a verdict waits for")
    func waiting() {
        #expect(VerdictWait(warmUp: 5.2, load: 60).text == "warm-up, 6 s left")
        #expect(VerdictWait(warmUp: 0, load: 39.5).text == "40 s more")
        #expect(VerdictWait(untilLook: 2.5, warmUp: -9, load: 400).text == "next look in 3 s")
        #expect(VerdictWait(warmUp: -9, load: -1).text == "finishing")
        #expect(VerdictWait(warmUp: 3, load: -1, phase: "draining").text == "draining")
        #expect(VerdictWait(warmUp: .infinity, load: .nan).text.hasPrefix("warm-up"))
    }
}
