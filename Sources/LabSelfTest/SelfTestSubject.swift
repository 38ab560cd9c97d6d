package import LabCore
package import LabScenario

/// A scenario that is to show that the lab tells its suspects from its controls.
package struct SelfTestSubject: Hashable, Sendable {
    /// A variant as the scenario has it.
    package struct Variant: Hashable, Sendable {
        package let name: String
        package let role: VariantRole
        package let isControl: Bool

        package init(name: String, role: VariantRole, isControl: Bool) {
            self.name = name
            self.role = role
            self.isControl = isControl
        }
    }

    package let name: String
    /// What `leaklab run` is given to find it: a name or a path.
    package let argument: String
    package let form: ScenarioForm
    /// Runs while no other does.
    package let isExclusive: Bool
    package let variants: [Variant]
    package let expectationCount: Int
    /// Other for another text of the scenario or another version of the program.
    package let fingerprint: String

    package init(
        name: String,
        argument: String,
        form: ScenarioForm,
        isExclusive: Bool,
        variants: [Variant],
        expectationCount: Int,
        fingerprint: String
    ) {
        self.name = name
        self.argument = argument
        self.form = form
        self.isExclusive = isExclusive
        self.variants = variants
        self.expectationCount = expectationCount
        self.fingerprint = fingerprint
    }

    /// - Parameters:
    ///   - scenario: in the form that is to be run.
    ///   - argument: where it was found.
    ///   - version: of the program.
    package init(_ scenario: Scenario, argument: String, version: String) {
        self.init(
            name: scenario.name,
            argument: argument,
            form: scenario.form,
            isExclusive: scenario.isExclusive,
            variants: scenario.variants.map {
                Variant(name: $0.name, role: $0.role, isControl: $0.isControl)
            },
            expectationCount: scenario.expectations.count,
            fingerprint: FNV1a.fingerprint(of: "\(version)\n\(scenario.text)")
        )
    }
}

/// One run of a self-test: a scenario with a seed.
package struct SelfTestRun: Hashable, Sendable {
    package let subject: SelfTestSubject
    package let seed: UInt64

    package init(subject: SelfTestSubject, seed: UInt64) {
        self.subject = subject
        self.seed = seed
    }

    /// What `leaklab run` is called with.
    var arguments: [String] {
        [subject.argument] + (subject.form == .quick ? ["--quick"] : []) + ["--seed", String(seed)]
    }
}

/// What a self-test is to do.
package struct SelfTestPlan: Hashable, Sendable {
    /// A scenario that has no quick form.
    package struct Skipped: Hashable, Sendable, Codable {
        package let scenario: String
        package let because: String

        package init(scenario: String, because: String) {
            self.scenario = scenario
            self.because = because
        }
    }

    package let form: ScenarioForm
    package let subjects: [SelfTestSubject]
    package let skipped: [Skipped]
    package let seeds: [UInt64]

    package init(form: ScenarioForm, subjects: [SelfTestSubject], skipped: [Skipped], seeds: [UInt64]) {
        self.form = form
        self.subjects = subjects
        self.skipped = skipped
        self.seeds = seeds
    }

    /// All scenarios with the first seed, then all with the next, so that a self-test that is ended early has seen each.
    package var runs: [SelfTestRun] {
        seeds.flatMap { seed in subjects.map { SelfTestRun(subject: $0, seed: seed) } }
    }
}
