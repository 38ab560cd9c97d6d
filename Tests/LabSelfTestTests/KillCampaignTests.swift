import LabCore
import LabReport
import Testing

@testable import LabSelfTest

@Suite("A kill campaign")
struct KillCampaignTests {
    private static let rounds = (0..<600).map { KillRound(number: $0, seed: 1) }

    private static func round(_ victim: KillRound.Victim, _ blow: KillRound.Blow) throws -> KillRound {
        try #require(rounds.first { $0.victim == victim && $0.blow == blow })
    }

    @Test("draws every victim and blow, at birth and later, the same for the same seed")
    func rounds() {
        #expect(Self.rounds == (0..<600).map { KillRound(number: $0, seed: 1) })
        #expect(Self.rounds != (0..<600).map { KillRound(number: $0, seed: 2) })
        for victim in KillRound.Victim.allCases {
            let own = Self.rounds.filter { $0.victim == victim }
            #expect(own.count == 100)
            #expect(own.contains { $0.blow == .stop } == (victim != .labAndGuardian))
            #expect((10...60).contains(own.count(where: \.isAtBirth)))
        }
        #expect(Self.rounds.filter(\.isAtBirth).allSatisfy { (0...50).contains($0.delayMilliseconds) })
        #expect(Self.rounds.allSatisfy { (0...7_000).contains($0.delayMilliseconds) })
    }

    private func result(
        valid: Bool,
        produced: Int = 3_000,
        processed: Int = 3_000,
        lost: Int? = 0
    ) -> RunResult {
        var variants: [VariantResult] = []
        for name in KillScenario.variants {
            var variant = VariantResult(name: name, role: .fix, control: name == "singleton")
            (variant.events.produced, variant.events.processed, variant.events.lost) = (
                produced, processed, lost
            )
            variants.append(variant)
        }
        return RunResult(
            run: "20260101-000000-aaaa",
            scenario: "kills",
            timeScale: 1,
            seed: 1,
            valid: valid,
            invalidBecause: valid ? [] : ["the broker ended: killed by signal 9"],
            broker: BrokerDescription(kind: "embedded", bootstrapServers: "127.0.0.1:1"),
            lab: LabFootprint(),
            variants: variants,
            expectations: [],
            exitStatus: 0
        )
    }

    private func evidence(_ result: RunResult?, status: Int32 = 0, counted: Int = 3_000) -> KillEvidence {
        KillEvidence(
            isStruck: true,
            before: ["per-event": 100, "singleton": 90],
            counted: ["per-event": counted, "singleton": counted],
            exitStatus: status,
            result: result,
            complaint: nil,
            leftovers: [],
            remains: []
        )
    }

    @Test("takes a run for right that is valid and whole, or invalid with a reason")
    func right() throws {
        #expect(try evidence(result(valid: true)).problems(of: Self.round(.pod, .kill)) == [])
        let partial = result(valid: false, produced: 1_000, processed: 900, lost: 100)
        #expect(try evidence(partial, status: 3).problems(of: Self.round(.broker, .kill)) == [])
        #expect(try evidence(nil, status: 137).problems(of: Self.round(.lab, .kill)) == [])
    }

    @Test("finds a run that is valid and must not be, and a loss that is not reported")
    func wrong() throws {
        let pod = try Self.round(.pod, .kill)
        #expect(evidence(result(valid: true), counted: 2_990).problems(of: pod).count == 2)
        #expect(evidence(result(valid: true, produced: 2_999), counted: 2_999).problems(of: pod).count == 4)
        #expect(evidence(result(valid: true, processed: 2_999)).problems(of: pod).count == 2)
        #expect(evidence(result(valid: false, processed: 2_999), status: 3).problems(of: pod).count == 2)
        #expect(try evidence(result(valid: true)).problems(of: Self.round(.broker, .stop)).count == 1)
        #expect(
            try evidence(result(valid: true), status: 137).problems(of: Self.round(.lab, .kill)).count == 1
        )
        #expect(evidence(nil, status: 1).problems(of: pod).count == 1)
    }

    @Test("lets files of a dead lab lie until something new begins, and no process")
    func leftovers() throws {
        let lab = try Self.round(.labAndGuardian, .kill)
        var evidence = evidence(nil, status: 137)
        evidence.leftovers = ["/dev/shm/leaklab-x"]
        #expect(evidence.problems(of: lab) == [])
        #expect(try evidence.problems(of: Self.round(.lab, .kill)) == [])
        evidence.leftovers += ["process 17 (broker)", "port 4711"]
        #expect(evidence.problems(of: lab).count == 2)
        evidence.remains = ["/dev/shm/leaklab-x"]
        #expect(evidence.problems(of: lab).count == 3)
        evidence.exitStatus = 3
        #expect(try evidence.problems(of: Self.round(.pod, .kill)).count >= 4)
    }

    @Test("says in a table what became of every kind of blow, and ends with a status that a gate can use")
    func report() throws {
        let record = { (round: KillRound, evidence: KillEvidence) in
            KillRecord(round, version: "1", evidence, wallSeconds: 9)
        }
        let good = record(try Self.round(.pod, .kill), evidence(result(valid: true)))
        let bad = record(try Self.round(.broker, .stop), evidence(result(valid: true)))
        let whole = KillReport(records: [good], planned: 1, wallSeconds: 9, isInterrupted: false)
        #expect(whole.exitStatus == .success)
        let report = KillReport(records: [good, bad], planned: 2, wallSeconds: 18, isInterrupted: false)
        #expect(report.exitStatus == .expectationsNotMet)
        #expect(report.rows.map(\.problems).last == 1 && report.rows.last?.rounds == 2)
        let text = try report.rendered(as: "markdown")
        #expect(text.contains("1 of 2 rounds did not come out as they should"), "\(text)")
        #expect(text.contains("stood still while events were produced"))
    }

    @Test("asks the schedule for as many events as it expects")
    func scenario() throws {
        #expect(KillScenario.text.contains("{duration: 3s, rate: 1000/s}") && KillScenario.events == 3_000)
    }
}
