package import LabCore

/// How one run of the zoo came out.
package struct ZooRecord: Codable, Hashable, Sendable {
    /// What truly happened, as the subject published or noted it, over all its lives.
    package struct Truth: Codable, Hashable, Sendable {
        /// It leaks; else it is bounded.
        package var leaks: Bool
        /// `null` if nothing was noted.
        @NullCoded package var leakedUnits: Double?
        /// Of media whose units have bytes; 0 for descriptors and threads.
        @NullCoded package var leakedBytes: Double?
        /// Leaked and held together at most, of one life; of a program what leaked and the highest level.
        @NullCoded package var heldBytes: Double?

        package init(leaks: Bool, leakedUnits: Double?, leakedBytes: Double?, heldBytes: Double?) {
            self.leaks = leaks
            self.leakedUnits = leakedUnits
            self.leakedBytes = leakedBytes
            self.heldBytes = heldBytes
        }
    }

    package struct Variant: Codable, Hashable, Sendable {
        package var name: String
        package var verdict: Verdict
        package var flagged: Bool
        package var because: [String]
        package var processed: Int
        package var oomKills: Int
        /// As the difference from the control, where it was judged so; bytes per event.
        @NullCoded package var rss: Estimate?
        @NullCoded package var heap: Estimate?
        @NullCoded package var tasks: Estimate?
        @NullCoded package var peakRSSBytes: Double?
        @NullCoded package var smallestDetectableBytesPerEvent: Double?
    }

    package var cell: String
    package var seconds: Double
    package var seed: UInt64
    package var fingerprint: String
    package var truth: Truth
    /// `null` if it came to no result.
    @NullCoded package var run: String?
    /// Why the run says nothing.
    @NullCoded package var problem: String?
    package var variants: [Variant]
    package var exitStatus: Int32
    package var wallSeconds: Double

    /// A run that came to no result.
    package init(of run: ZooRun, problem: String, exitStatus: Int32, wallSeconds: Double) {
        cell = run.cell.name
        seconds = run.length
        seed = run.seed
        fingerprint = run.fingerprint
        truth = Truth(leaks: run.cell.isLeak, leakedUnits: nil, leakedBytes: nil, heldBytes: nil)
        self.problem = problem
        variants = []
        self.exitStatus = exitStatus
        self.wallSeconds = wallSeconds
    }

    package init(
        of run: ZooRun,
        result: RunResult,
        truth: Truth,
        exitStatus: Int32,
        wallSeconds: Double
    ) {
        self.init(of: run, problem: "", exitStatus: exitStatus, wallSeconds: wallSeconds)
        self.truth = truth
        self.run = result.run
        judge(result)
    }

    /// Takes the verdicts of `result`.
    mutating func judge(_ result: RunResult) {
        problem = result.valid ? nil : "invalid: \(result.invalidBecause.first ?? "no reason was recorded")"
        variants = result.variants.map(Variant.init)
    }

    package func isOf(_ run: ZooRun) -> Bool {
        cell == run.cell.name && seconds == run.length && seed == run.seed && fingerprint == run.fingerprint
    }

    var subject: Variant? { variants.first { $0.name == ZooScenario.subject } }
    var control: Variant? { variants.first { $0.name == ZooScenario.control } }
}

extension ZooRecord.Variant {
    init(_ result: VariantResult) {
        func estimate(_ metric: String) -> Estimate? {
            result.evidence.first { $0.metric == metric }?.estimate
        }
        name = result.name
        verdict = result.verdict
        flagged = result.flagged
        because = result.because
        processed = result.events.processed
        oomKills = result.oomKills
        rss = estimate("rss") ?? result.rss.bytesPerEvent
        heap = result.heap.bytesPerEvent
        tasks = result.tasks.perEvent
        peakRSSBytes = result.rss.peakBytes
        smallestDetectableBytesPerEvent = result.smallestDetectableBytesPerEvent
    }
}

// MARK: - The judgement

extension ZooRecord {
    /// How a verdict stands to the truth.
    package enum Outcome: String, Codable, Sendable, CaseIterable {
        case right
        /// A leak that is called bounded.
        case missed
        /// Something bounded that is called leaking; also a control.
        case falseAlarm
        case inconclusive
        /// No valid result.
        case nothing
    }

    package var outcome: Outcome {
        guard problem == nil, let subject else { return .nothing }
        if control?.verdict == .leaking { return .falseAlarm }
        return switch (subject.verdict, truth.leaks) {
        case (.leaking, true), (.bounded, false): .right
        case (.bounded, true): .missed
        case (.leaking, false): .falseAlarm
        case (.inconclusive, _): .inconclusive
        }
    }

    /// Growth of which a verdict may be asked for: none, 8 MiB, or 100 units of what is counted.
    package var isDecidable: Bool {
        guard truth.leaks else { return true }
        return (truth.leakedBytes ?? 0) >= Self.decidableBytes
            || ((truth.leakedBytes ?? 0) == 0 && (truth.leakedUnits ?? 0) >= Self.decidableUnits)
    }

    static let decidableBytes = Double(8 << 20)
    static let decidableUnits = 100.0
}
