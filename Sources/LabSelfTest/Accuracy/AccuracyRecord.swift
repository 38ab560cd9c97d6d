package import LabCore

/// How one run of a study came out.
package struct AccuracyRecord: Codable, Hashable, Sendable {
    package struct Variant: Codable, Hashable, Sendable {
        package var name: String
        package var control: Bool
        package var verdict: Verdict
        /// The metrics whose signs say `leaking`.
        package var leaking: [String]
        /// Bytes per event that the variant says it has kept; `null` if it does not say.
        @NullCoded package var injectedBytesPerEvent: Double?
        @NullCoded package var heapBytesPerEvent: Double?
        /// As the difference from the control, where there is one.
        @NullCoded package var rssBytesPerEvent: Double?
        @NullCoded package var tasksPerEvent: Double?
        @NullCoded package var smallestDetectableBytesPerEvent: Double?
        /// Seconds of load after which its verdict stood, of a run that went on until it did; `null` if it did not.
        @NullCoded package var decidedAfterSeconds: Double?
    }

    package var study: String
    package var seed: UInt64
    package var fingerprint: String
    /// `null` if it came to no result.
    @NullCoded package var run: String?
    /// Why the run says nothing.
    @NullCoded package var problem: String?
    package var variants: [Variant]
    package var wallSeconds: Double
    /// Of studies that compare.
    @NullCoded package var measures: RunMeasures?

    /// A run that came to no result.
    init(of subject: AccuracySubject, seed: UInt64, problem: String, wallSeconds: Double) {
        study = subject.study.name
        fingerprint = subject.fingerprint
        self.seed = seed
        self.problem = problem
        self.wallSeconds = wallSeconds
        variants = []
    }

    init(
        of subject: AccuracySubject,
        seed: UInt64,
        result: RunResult,
        measures: RunMeasures?,
        wallSeconds: Double
    ) {
        self.init(of: subject, seed: seed, problem: "", wallSeconds: wallSeconds)
        problem = result.valid ? nil : "invalid: \(result.invalidBecause.first ?? "no reason was recorded")"
        run = result.run
        self.measures = measures
        variants = result.variants.map { variant in
            var record = Variant(variant)
            record.decidedAfterSeconds = result.until?.decidedAfterSeconds(variant.name)
            return record
        }
    }

    func isOf(_ subject: AccuracySubject) -> Bool {
        study == subject.study.name && fingerprint == subject.fingerprint
    }

    /// The one that may leak.
    var suspect: Variant? { problem == nil ? variants.first { !$0.control } : nil }
    var control: Variant? { problem == nil ? variants.first { $0.control } : nil }
}

extension AccuracyRecord.Variant {
    /// Tasks, and what is outlived by them.
    static let signsOfTasks: Set<String> = ["tasks", "instances", "outliving"]

    init(_ result: VariantResult) {
        name = result.name
        control = result.control
        verdict = result.verdict
        leaking = result.evidence.filter { $0.says == Verdict.leaking.rawValue }.map(\.metric)
        let injected = result.metrics.first { $0.name == "injectedBytes" }?.peak
        let processed = Double(result.events.processed)
        injectedBytesPerEvent = processed > 0 ? injected.map { $0 / processed } : nil
        heapBytesPerEvent = result.heap.bytesPerEvent?.estimate
        rssBytesPerEvent =
            (result.evidence.first { $0.metric == "rss" }?.estimate ?? result.rss.bytesPerEvent)?.estimate
        tasksPerEvent = result.tasks.perEvent?.estimate
        smallestDetectableBytesPerEvent = result.smallestDetectableBytesPerEvent
    }
}

extension UntilDecided {
    /// When a variant's verdict stood and was not given up again; `nil` if it did not at the last look.
    fileprivate func decidedAfterSeconds(_ variant: String) -> Double? {
        looks.reversed().prefix { !$0.undecided.contains(variant) }.last?.atSeconds
    }
}
