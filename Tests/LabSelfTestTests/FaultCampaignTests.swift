import LabBroker
import LabCore
import LabReport
import Testing

@testable import LabSelfTest

@Suite("A fault campaign")
struct FaultCampaignTests {
    @Test("has every trouble in every phase, and takes those that are asked for")
    func cells() {
        #expect(FaultCell.all.count == 49 && Set(FaultCell.all).count == 49)
        #expect(FaultCell.cells(in: "all") == FaultCell.all)
        #expect(FaultCell.cells(in: "cut@steady")?.map(\.name) == ["cut@steady"])
        #expect(FaultCell.cells(in: "drain")?.count == 7)
        #expect(FaultCell.cells(in: "cut,drain")?.count == 13)
        for text in ["", "cut@", "cut@never", "drain,", "none"] { #expect(FaultCell.cells(in: text) == nil) }
    }

    private func counts(_ requests: [KafkaRequest]) -> FrontCounts {
        var counts = FrontCounts()
        for request in requests { counts.requests[request, default: 0] += 1 }
        return counts
    }

    @Test("a fault of the start is there before anybody connects, and lasts from the first who does")
    func start() {
        let cell = FaultCell(.cut, .start)
        var course = FaultCourse(cell)
        #expect(course.faults(at: .zero, counts([])) == [cell.fault])
        #expect(course.faults(at: .seconds(9), counts([])) == nil)
        #expect(course.faults(at: .seconds(10), counts([.apiVersions])) == nil)
        #expect(course.faults(at: .seconds(10) + FaultCell.span, counts([.metadata])) == [])
        #expect(course.faults(at: .seconds(60), counts([.produce])) == nil)
        #expect(cell.fault.requests.contains(.createTopics) && !cell.fault.requests.contains(.produce))
    }

    @Test("a fault of a later phase waits for the first events, and then for its time")
    func later() throws {
        let cell = FaultCell(.halfOpen, .steady)
        var course = FaultCourse(cell)
        let offset = try #require(cell.phase.offset)
        #expect(course.faults(at: .seconds(20), counts([.metadata])) == nil)
        #expect(course.faults(at: .seconds(21), counts([.produce])) == nil)
        #expect(course.faults(at: .seconds(21) + offset, counts([.produce])) == [cell.fault])
        #expect(course.faults(at: .seconds(21) + offset + FaultCell.span, counts([.produce])) == [])
    }

    @Test("the phases follow one another, and the load has the events that are expected")
    func scenario() {
        let offsets = FaultCell.Phase.allCases.compactMap(\.offset)
        #expect(offsets == offsets.sorted() && offsets.count == 5)
        #expect(FaultScenario.text(isGroup: false).contains("{duration: 5s, rate: 600/s}"))
        #expect(FaultScenario.text(isGroup: true).contains("{duration: 60s, rate: 50/s}"))
        #expect(FaultScenario.events == 3_000)
    }

    // MARK: - What must not be

    private func evidence(
        valid: Bool,
        because: [String] = [],
        counted: Int = 3_000,
        change: (inout VariantResult) -> Void = { _ in }
    ) -> FaultEvidence {
        let variants = FaultScenario.variants.map { name in
            var variant = VariantResult(name: name, role: .fix, control: name == "singleton")
            (variant.events.produced, variant.events.processed, variant.events.lost) = (3_000, 3_000, 0)
            change(&variant)
            return variant
        }
        let result = RunResult(
            run: "20260101-000000-aaaa",
            scenario: "faults",
            timeScale: 1,
            seed: 1,
            valid: valid,
            invalidBecause: because,
            broker: BrokerDescription(kind: "external", bootstrapServers: "127.0.0.1:1"),
            lab: LabFootprint(),
            variants: variants,
            expectations: [],
            exitStatus: 0
        )
        return FaultEvidence(
            struck: 3,
            counted: ["per-event": counted, "singleton": counted],
            exitStatus: 0,
            result: result,
            complaint: nil,
            leftovers: []
        )
    }

    private static let cell = FaultCell(.cut, .steady)

    @Test("takes a run for right that is whole, that knows its copies, or that names the broker")
    func right() {
        #expect(evidence(valid: true).problems(of: Self.cell) == [])
        let copies = evidence(valid: true, counted: 3_064) { $0.events.duplicated = 64 }
        #expect(copies.problems(of: Self.cell) == [])
        let away = evidence(valid: false, because: ["the broker was away for 1.6 s"]) {
            ($0.events.processed, $0.events.lost) = (2_900, 100)
        }
        #expect(away.problems(of: Self.cell) == [])
    }

    @Test("finds a valid run with losses, strays or copies that it does not know, and reasons that are none")
    func wrong() {
        let wrong = [
            evidence(valid: true) { ($0.events.processed, $0.events.lost) = (2_990, 10) },
            evidence(valid: true) { $0.events.unexpected = 1 },
            evidence(valid: true) { $0.events.corrupt = 1 },
            evidence(valid: true, counted: 3_064),
            evidence(valid: true, counted: 2_999),
            evidence(valid: false, because: ["the broker was away", "somebody else writes to the topic"]),
            evidence(valid: false, because: ["this machine could not keep up"]),
            evidence(valid: false, because: ["the broker was away"]) { $0.events.processed = 2_999 },
        ]
        for evidence in wrong { #expect(!evidence.problems(of: Self.cell).isEmpty, "\(evidence)") }
        var without = evidence(valid: true)
        without.result = nil
        #expect(without.problems(of: Self.cell).count == 1)
        without.complaint = "topic “faults-singleton” exists already"
        #expect(without.problems(of: Self.cell) == [])
        without.leftovers = ["process 17 (pod)"]
        #expect(without.problems(of: Self.cell) == ["left behind: process 17 (pod)"])
    }

    @Test("says in a table what became of every cell, and ends with a status that a gate can use")
    func report() throws {
        let good = FaultRecord(Self.cell, version: "1", evidence(valid: true), wallSeconds: 9)
        let bad = FaultRecord(
            FaultCell(.flip, .drain),
            version: "1",
            evidence(valid: true, counted: 2_999),
            wallSeconds: 9
        )
        let whole = FaultReport(records: [good], planned: 1, wallSeconds: 9, isInterrupted: false)
        #expect(whole.exitStatus == .success)
        let report = FaultReport(records: [good, bad], planned: 2, wallSeconds: 9, isInterrupted: false)
        #expect(report.exitStatus == .expectationsNotMet)
        let text = try report.rendered(as: "markdown")
        #expect(text.contains("flip-bits") && text.contains("1 of 2 runs did not come out"), "\(text)")
    }
}
