package import LabCore

/// How one run of a self-test came out.
package struct SelfTestRecord: Codable, Hashable, Sendable {
    package struct Variant: Codable, Hashable, Sendable {
        package var name: String
        package var role: VariantRole
        package var control: Bool
        /// `null` if the run says nothing about it.
        @NullCoded package var verdict: Verdict?
        @NullCoded package var flagged: Bool?

        package init(name: String, role: VariantRole, control: Bool, verdict: Verdict?, flagged: Bool?) {
            self.name = name
            self.role = role
            self.control = control
            self.verdict = verdict
            self.flagged = flagged
        }
    }

    package var scenario: String
    package var form: ScenarioForm
    package var seed: UInt64
    package var fingerprint: String
    /// `null` if it came to no result.
    @NullCoded package var run: String?
    package var exitStatus: Int32
    package var variants: [Variant]
    package var expectationsMet: Int
    package var expectations: Int
    /// The first expectation that was not met, and what was seen instead.
    @NullCoded package var unmet: String?
    /// Why the run says nothing.
    @NullCoded package var problem: String?
    package var wallSeconds: Double
    /// Resident memory of all its processes together, at most; `null` if unknown.
    @NullCoded package var peakBytes: Double?

    package init(
        of run: SelfTestRun,
        result: RunResult,
        exitStatus: Int32,
        wallSeconds: Double,
        peakBytes: Double?
    ) {
        self.init(of: run, exitStatus: exitStatus, wallSeconds: wallSeconds)
        self.run = result.run
        self.peakBytes = peakBytes
        expectations = result.expectations.count
        expectationsMet = result.expectations.count(where: \.met)
        unmet = result.expectations.first { !$0.met }.map { "\($0.text) (\($0.observed ?? "unknown"))" }
        guard result.valid else {
            problem = "invalid: \(result.invalidBecause.first ?? "no reason was recorded")"
            return
        }
        variants = result.variants.map {
            Variant(
                name: $0.name,
                role: $0.role,
                control: $0.control,
                verdict: $0.verdict,
                flagged: $0.flagged
            )
        }
    }

    /// A run that came to no result.
    package init(of run: SelfTestRun, problem: String, exitStatus: Int32, wallSeconds: Double) {
        self.init(of: run, exitStatus: exitStatus, wallSeconds: wallSeconds)
        self.problem = problem
    }

    private init(of run: SelfTestRun, exitStatus: Int32, wallSeconds: Double) {
        scenario = run.subject.name
        form = run.subject.form
        seed = run.seed
        fingerprint = run.subject.fingerprint
        self.exitStatus = exitStatus
        variants = run.subject.variants.map {
            Variant(name: $0.name, role: $0.role, control: $0.isControl, verdict: nil, flagged: nil)
        }
        expectations = run.subject.expectationCount
        expectationsMet = 0
        self.wallSeconds = wallSeconds
    }

    /// Whether it is this run's, of the same form, scenario and version.
    func isOf(_ run: SelfTestRun) -> Bool {
        scenario == run.subject.name && form == run.subject.form && seed == run.seed
            && fingerprint == run.subject.fingerprint
    }
}

// MARK: - The judgement

extension SelfTestRecord {
    package var suspects: Tally { Tally(variants.filter { $0.role == .suspect }) { $0.flagged == true } }
    package var controls: Tally { Tally(variants.filter(\.control)) { $0.flagged == false } }
    /// Reported, not judged.
    package var mitigations: Tally {
        Tally(variants.filter { $0.role == .mitigation && !$0.control }) { $0.flagged == true }
    }

    /// Every suspect flagged, no control flagged, and the run says so with exit status 0.
    package var isAsExpected: Bool { complaints.isEmpty }

    /// What is wrong with it, worst first; empty if all is as it should be.
    package var complaints: [String] {
        if let problem { return [problem] }
        let missed = variants.filter { $0.role == .suspect && $0.flagged != true }
        let accused = variants.filter { $0.control && $0.flagged != false }
        let all =
            missed.map { "suspect \($0.name) is not flagged" }
            + accused.map { "control \($0.name) is flagged" }
            + [unmet.map { "not met: \($0)" }].compactMap(\.self)
        return all.isEmpty && exitStatus != 0 ? ["exit status \(exitStatus)"] : all
    }
}

/// How many of how many.
package struct Tally: Codable, Hashable, Sendable {
    package var count: Int
    package var of: Int

    package init(_ count: Int, of total: Int) {
        self.count = count
        of = total
    }

    init<Element>(_ elements: [Element], where condition: (Element) -> Bool) {
        self.init(elements.count(where: condition), of: elements.count)
    }

    static func + (left: Tally, right: Tally) -> Tally {
        Tally(left.count + right.count, of: left.of + right.of)
    }
}
