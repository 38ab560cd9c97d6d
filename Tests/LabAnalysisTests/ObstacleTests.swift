import LabCore
import Testing

@testable import LabAnalysis

@Suite("What makes a verdict void")
struct ObstacleTests {
    @Test(
        "Under 95 % of the rate nothing is judged",
        arguments: [
            (1.0, .leaking), (0.951, .leaking), (0.949, .inconclusive), (0.5, .inconclusive),
            (0, .inconclusive),
        ]
            as [(Double, Verdict)]
    )
    func pacing(share: Double, expected: Verdict) {
        var run = VerdictTests.reference
        run.variants[0].producedShare = share
        #expect(run.verdict == expected)
    }

    @Test(
        "A producer that an external broker held up is not blamed on the machine",
        arguments: [
            ("external", "producer", "BrokersLost", false), ("external", "producer", "BrokersSilent", false),
            ("external", "producer", "BrokerThrottles", false), ("external", "pod/a-0", "BrokersLost", true),
            ("external", "producer", "BrokerDisconnected", true),
            ("embedded", "producer", "BrokersLost", true),
        ]
    )
    func blame(kind: String, object: String, reason: String, isMachine: Bool) {
        var run = VerdictTests.reference
        run.variants[0].producedShare = 0.5
        run.broker = BrokerDescription(kind: kind, bootstrapServers: "h:1")
        run.timeline = [TimelineEvent(at: 1, reason: reason, object: object, message: "m")]
        let because = run.result.variants[0].because.first
        #expect(because?.contains("this machine could not keep up") == isMachine)
        #expect(because?.contains("the broker was away") == !isMachine)
    }

    @Test("A pace just under the line is not rounded up to it") func rounding() {
        var run = VerdictTests.reference
        run.variants[0].producedShare = 0.9499
        let because = run.result.variants[0].because
        #expect(
            because.first?.hasPrefix("the producer reached 94 % of the rate that was due (at least 95 %")
                == true
        )
        #expect(because.count == 8)
    }

    /// One second lingers in the client; of 60 s, 4.5 s more are 93 %.
    @Test(
        "Late events count by the time they took",
        arguments: [(0, .bounded), (3, .bounded), (5.5, .inconclusive)] as [(Double, Verdict)]
    )
    func overrun(seconds: Double, expected: Verdict) {
        var run = RunModel.alone(LifeModel())
        run.overrun = seconds
        #expect(run.verdict == expected)
    }

    @Test("An invalid run is told as such") func invalid() {
        var run = VerdictTests.reference
        run.invalidBecause = ["the broker dropped events"]
        let result = run.result
        #expect(!result.valid)
        #expect(result.invalidBecause == ["the broker dropped events"])
        #expect(
            result.concluded(with: [], state: .finished).exitStatus
                == LabCore.ExitStatus.inconclusive.rawValue
        )
    }

    @Test("Of a run whose lab ended first nobody knows what was lost, and it is invalid") func cutOff() {
        var run = VerdictTests.reference.recorded
        #expect(RunAnalysis().result(of: run).variants.allSatisfy { $0.events.lost == 0 })
        (run.state, run.isCutOff) = (.recording, true)
        run.invalidBecause = ["the lab ended before the run did"]
        let result = RunAnalysis().result(of: run).concluded(with: [], state: run.state)
        #expect(!result.valid)
        #expect(result.variants.allSatisfy { $0.events.lost == nil && $0.events.processed > 0 })
        #expect(result.exitStatus == LabCore.ExitStatus.inconclusive.rawValue)
        #expect(result.exitBecause == ["the run was never finished", "the lab ended before the run did"])
    }

    @Test("What the broker dropped makes a run invalid even if nobody said so") func dropped() {
        var run = VerdictTests.reference.recorded
        run.variants[0].ledger.droppedByBroker = 1_200
        let result = RunAnalysis().result(of: run)
        #expect(result.invalidBecause == ["per-event: the broker dropped 1,200 events before they were read"])
    }

    @Test("A life that ends with its warm-up says nothing") func warmUp() {
        var run = RunModel.alone(LifeModel(seconds: 8))
        run.warmUp = 30
        let variant = run.result.variants[0]
        #expect(variant.verdict == .inconclusive)
        #expect(
            variant.because == [
                "no life went on handling events after its warm-up: run longer, or warm up shorter"
            ]
        )
    }

    @Test("Losses and kills are told beside any verdict") func losses() {
        var run = RunModel(
            variants: [
                RunModel.Variant(
                    name: "v",
                    lives: [.killed(after: 8, leaking: 9_000), .killed(after: 8, leaking: 9_000)]
                )
            ]
        )
        run.variants[0].lost = 1_234
        let variant = run.result.variants[0]
        #expect(
            variant.because.suffix(2) == [
                "1,234 events were produced and never handled",
                "its pods were killed 2 times at the memory limit",
            ]
        )
        #expect(variant.verdict == .leaking)
        #expect(variant.pods[0].oomKills == 2)
        #expect(variant.pods[0].restarts == 1)
    }
}
