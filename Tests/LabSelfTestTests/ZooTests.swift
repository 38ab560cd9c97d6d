import Foundation
import LabCore
import LabReport
import LabScenario
import Testing

@testable import LabSelfTest

@Suite("The zoo's plan") struct ZooPlanTests {
    @Test("has sixty behaviours and more, half of them leaks, twenty under a limit, no name twice")
    func balance() {
        let cells = ZooPlan.allCells
        #expect(cells.count >= 60)
        #expect(cells.count { $0.isLeak } * 2 == cells.count)
        #expect(cells.count { $0.limit != nil } == 20)
        #expect(Set(cells.map(\.name)).count == cells.count)
    }

    @Test("has every language, medium and rate on both sides")
    func variety() {
        for cells in [ZooCell.leaks, ZooCell.bounded] {
            #expect(Set(cells.map(\.language)) == Set(ZooCell.Language.allCases))
            #expect(Set(cells.map(\.load.highest)).isSuperset(of: [5, 50, 300, 2_000, 20_000]))
        }
        let media = Set(ZooPlan.allCells.flatMap { [$0.behaviour.leak?.medium, $0.behaviour.level?.medium] })
        #expect(media.isSuperset(of: [.malloc, .mmap, .task, .detached, .descriptor, .thread]))
        // Other languages have no tasks.
        for cell in ZooPlan.allCells where cell.language != .swift {
            for medium in [cell.behaviour.leak?.medium, cell.behaviour.level?.medium].compactMap(\.self) {
                #expect([.malloc, .mmap, .descriptor, .thread].contains(medium), "\(cell.name)")
            }
        }
    }

    @Test("tolerates a mebibyte or so in 90 s, and a leak of memory is twice what is tolerated or more")
    func tolerance() throws {
        for cell in ZooPlan.allCells {
            let tolerated = cell.tolerance ?? 8
            #expect(tolerated * cell.load.highest * 90 <= 2.5e6 || cell.tolerance == nil, "\(cell.name)")
            guard let leak = cell.behaviour.leak, leak.bytes > 0 else { continue }
            #expect(Double(leak.bytes) / Double(leak.every) >= 2 * tolerated, "\(cell.name)")
        }
    }

    @Test("has three runs of 90 s and one of five minutes of each cell, and the long ones are not the last")
    func passes() {
        let passes = ZooPlan.passes(seeds: 3)
        #expect(passes.map(\.length).sorted() == [90, 90, 90, 300])
        #expect(passes.last?.length == 90)
        #expect(Set(passes.map(\.seed)) == [1, 2, 3, 4])
        #expect(ZooPlan.passes(seeds: 1).count == 2)
        let plan = ZooPlan(cells: ZooPlan.allCells, passes: passes, version: "1")
        #expect(plan.runs.count == 4 * ZooPlan.allCells.count)
        #expect(Set(plan.runs.map(\.name)).count == plan.runs.count)
    }

    @Test("leaves out a language that this machine lacks, and says why")
    func missing() {
        let cells = ZooPlan.cells(named: ["c-*", "swift-saw-*"])
        let plan = ZooPlan(
            cells: cells,
            passes: ZooPlan.passes(seeds: 1),
            version: "1",
            missing: [.c: "there is no compiler"]
        )
        #expect(plan.cells.allSatisfy { $0.language == .swift })
        #expect(plan.cells.count + plan.skipped.count == cells.count)
        #expect(Set(plan.skipped.map(\.because)) == ["there is no compiler"])
        let report = ZooReport(plan: plan, records: [], wallSeconds: 0, isInterrupted: false)
        #expect(report.notes.contains { $0.hasPrefix("Left out: c-") && $0.contains("there is no compiler") })
    }

    @Test("takes cells by pattern")
    func patterns() {
        #expect(ZooPlan.cells(named: []) == ZooPlan.allCells)
        #expect(ZooPlan.cells(named: ["c-malloc-20000"]).map(\.name) == ["c-malloc-20000"])
        #expect(ZooPlan.cells(named: ["python-*", "c-*"]).allSatisfy { $0.language != .swift })
        #expect(ZooPlan.cells(named: ["java-*"]).isEmpty)
    }
}

@Suite("A zoo cell's scenario") struct ZooScenarioTests {
    private static let places = ZooScenario.Places(
        python: ["/usr/bin/python3", "zoo.py"],
        c: ["./zoo"],
        truth: "/notes"
    )

    @Test("has the behaviour in the subject alone")
    func handler() {
        let cell = ZooCell(
            .swift,
            "mixed",
            .steady(300),
            leak: .init(.mmap, bytes: 4_096, every: 2, from: 0.33),
            level: .init(.saw, units: 10, bytes: 65_536, period: 8),
            limit: .mebibytes(64)
        )
        let text = ZooScenario(cell, length: 90).text(Self.places)
        #expect(text.contains("incident: zoo\n"))
        #expect(text.contains("    - {duration: 90s, rate: 300/s}\n"))
        #expect(text.contains("memory: 67108864B, restart: {policy: always"))
        #expect(text.contains("bytesPerEvent: 32}"))
        #expect(
            text.contains(
                """
                    handler: behaving
                    parameters: {length: 90s, leakMedium: mmap, leakBytes: 4096B, leakEvery: 2, leakFrom: 0.33, \
                level: saw, levelMedium: malloc, levelUnits: 10, levelBytes: 65536B, levelAt: 0.5, levelPeriod: 8s}
                """
            )
        )
        #expect(text.hasSuffix("    control: true\n    handler: clean\n"))
    }

    @Test("has room in the broker for all events of a pod that never catches up")
    func room() throws {
        for cell in ZooPlan.allCells where cell.limit != nil && cell.replicas == 1 {
            let text = ZooScenario(cell, length: 300).text(Self.places)
            func number(after key: String) throws -> Double {
                let digits = text.firstRange(of: key).map { text[$0.upperBound...].prefix { $0.isNumber } }
                return try #require(digits.flatMap { Double($0) }, "\(cell.name)")
            }
            let bytes = try cell.load.highest * 300 * number(after: "size: ")
            #expect(bytes / (try number(after: "partitions: ")) < Double(4 << 20), "\(cell.name)")
        }
    }

    @Test("gives programs the same parameters in plain numbers, and a place to note the truth")
    func command() {
        let cell = ZooCell(
            .python,
            "outages",
            .peak(low: 5, high: 50),
            leak: .init(.malloc, bytes: 4_096, from: 0.25, until: 0.8, period: 30, burst: 12)
        )
        let text = ZooScenario(cell, length: 300).text(Self.places)
        let words = #""{{bootstrapServers}}", "{{topic}}", "{{group}}""#
        #expect(
            text.contains(
                """
                command: ["/usr/bin/python3", "zoo.py", \(words), "length=300", "leakMedium=malloc", \
                "leakBytes=4096", "leakEvery=1", "leakFrom=0.25", "leakUntil=0.8", "leakPeriod=30", "leakFor=12", \
                "truth=/notes/{{variant}}.{{pod}}.{{life}}"]
                """
            )
        )
        #expect(!text.contains("incident:"))
        let phases = ["5/s", "50/s", "5/s"].map { "    - {duration: 100s, rate: \($0)}\n" }.joined()
        #expect(text.contains(phases))
    }
}

@Suite("A zoo run's record") struct ZooRecordTests {
    private static let leak = ZooRun(
        ZooCell(.swift, "leak", .steady(2_000), leak: .init(.malloc, bytes: 80)),
        seed: 1,
        length: 90,
        version: "1"
    )
    private static let bounded = ZooRun(
        ZooCell(.c, "cache", .steady(2_000), level: .init(.fill, units: 10, bytes: 80)),
        seed: 1,
        length: 90,
        version: "1"
    )

    private static func record(
        _ run: ZooRun,
        _ verdict: Verdict,
        control: Verdict = .bounded,
        units: Double? = 200_000,
        bytes: Double? = 16e6,
        invalidBecause: [String] = []
    ) -> ZooRecord {
        var result = RunResult.made(invalidBecause: invalidBecause)
        result.variants = [
            VariantResult(name: ZooScenario.subject, role: .suspect, control: false),
            VariantResult(name: ZooScenario.control, role: .fix, control: true),
        ]
        (result.variants[0].verdict, result.variants[1].verdict) = (verdict, control)
        let truth = ZooRecord.Truth(
            leaks: run.cell.isLeak,
            leakedUnits: units,
            leakedBytes: bytes,
            heldBytes: bytes
        )
        return ZooRecord(of: run, result: result, truth: truth, exitStatus: 0, wallSeconds: 104)
    }

    @Test(
        "is held against the truth",
        arguments: [
            (leak, Verdict.leaking, Verdict.bounded, ZooRecord.Outcome.right),
            (leak, .bounded, .bounded, .missed),
            (leak, .inconclusive, .bounded, .inconclusive), (leak, .leaking, .leaking, .falseAlarm),
            (leak, .leaking, .inconclusive, .right), (bounded, .bounded, .bounded, .right),
            (bounded, .leaking, .bounded, .falseAlarm), (bounded, .inconclusive, .bounded, .inconclusive),
        ]
    )
    func outcomes(run: ZooRun, verdict: Verdict, control: Verdict, outcome: ZooRecord.Outcome) {
        #expect(Self.record(run, verdict, control: control).outcome == outcome)
    }

    @Test("of a run that is invalid or came to nothing says nothing")
    func nothing() {
        #expect(Self.record(Self.leak, .leaking, invalidBecause: ["late"]).outcome == .nothing)
        #expect(ZooRecord(of: Self.leak, problem: "none", exitStatus: 1, wallSeconds: 1).outcome == .nothing)
    }

    @Test("can be asked for a verdict if nothing grew, or enough")
    func decidable() {
        #expect(Self.record(Self.bounded, .inconclusive, units: 0, bytes: 0).isDecidable)
        #expect(Self.record(Self.leak, .inconclusive, bytes: 8_388_608).isDecidable)
        #expect(!Self.record(Self.leak, .inconclusive, bytes: 8_388_607).isDecidable)
        #expect(Self.record(Self.leak, .inconclusive, units: 100, bytes: 0).isDecidable)
        #expect(!Self.record(Self.leak, .inconclusive, units: 99, bytes: 0).isDecidable)
    }

    @Test("adds up what every life noted, and leaves out a note that was cut off")
    func notes() {
        let truth = ZooRecord.Truth(
            leaks: true,
            notes: [[10, 800, 12, 900, 50], [5, 400, 5, 1_000, 20], [7, 5]]
        )
        #expect(truth.leakedUnits == 15)
        #expect(truth.leakedBytes == 1_200)
        #expect(truth.heldBytes == 1_000)
        #expect(ZooRecord.Truth(leaks: true, notes: []).leakedUnits == nil)
    }

    @Test("comes back from its line, and is not taken for another run's")
    func resuming() throws {
        let record = Self.record(Self.leak, .leaking)
        #expect(try JSONDecoder().decode(ZooRecord.self, from: JSONEncoder().encode(record)) == record)
        #expect(record.isOf(Self.leak))
        let cell = Self.leak.cell
        #expect(!record.isOf(ZooRun(cell, seed: 2, length: 90, version: "1")))
        #expect(!record.isOf(ZooRun(cell, seed: 1, length: 300, version: "1")))
        #expect(!record.isOf(ZooRun(cell, seed: 1, length: 90, version: "2")))
        let changed = ZooCell(.swift, "leak", .steady(2_000), leak: .init(.malloc, bytes: 96))
        #expect(!record.isOf(ZooRun(changed, seed: 1, length: 90, version: "1")))
    }

    private static func report(_ records: [ZooRecord], passes: Int = 1) -> ZooReport {
        let plan = ZooPlan(
            cells: [leak.cell, bounded.cell],
            passes: (1...UInt64(passes)).map { .init(length: 90, seed: $0) },
            version: "1"
        )
        return ZooReport(plan: plan, records: records, wallSeconds: 1, isInterrupted: false)
    }

    @Test(
        "keeps a pass from being met if a leak is missed, an alarm is false, too many are open, or runs lack"
    )
    func demands() {
        let right = [Self.record(Self.leak, .leaking), Self.record(Self.bounded, .bounded)]
        #expect(Self.report(right).exitStatus == .success)
        let missed = Self.report([Self.record(Self.leak, .bounded), right[1]])
        #expect(missed.exitStatus == .expectationsNotMet)
        #expect(missed.missed.map(\.cell) == ["swift-leak-2000"])
        #expect(Self.report([right[0], Self.record(Self.bounded, .leaking)]).falseAlarms.count == 1)
        #expect(!Self.report([right[0], Self.record(Self.bounded, .inconclusive)]).isMet)
        // Too small a leak to be asked for: it may stay open, and must not be missed.
        #expect(Self.report([Self.record(Self.leak, .inconclusive, bytes: 1e6), right[1]]).isMet)
        #expect(!Self.report([Self.record(Self.leak, .bounded, bytes: 1e6), right[1]]).isMet)
        #expect(!Self.report([right[0]]).isMet)
        #expect(Self.report([right[0]]).notes.last == "1 runs are not there.")
    }

    @Test("fills a line of the table")
    func table() throws {
        let report = Self.report([Self.record(Self.leak, .bounded), Self.record(Self.bounded, .bounded)])
        #expect(
            report.document.tables[0].texts == [
                [
                    "swift-leak-2000", "keeps 80 B of malloc every event; 2,000/s", "leaks", "15.3 MiB", "–",
                    "0/1",
                    "1", "–", "–", "–",
                ],
                [
                    "c-cache-2000", "a cache or pool of 800 B of malloc, full at 50 %; 2,000/s", "bounded",
                    "0", "–",
                    "1/1", "–", "–", "–", "–",
                ],
            ]
        )
        #expect(try report.rendered(as: "markdown").hasSuffix("\nNot met.\n"))
    }
}
