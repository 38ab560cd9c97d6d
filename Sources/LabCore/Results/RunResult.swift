/// The outcome of a run: the document that `--format json` prints, schema 1.
///
/// Keys may be added, never renamed. Unknown, not applicable and never are `null`. Rates, `at`, `timeToOOM`,
/// `drainSeconds` and `eventAge` are in incident time; latency, schedule delay and CPU in wall time. `rss`, `heap`
/// and `charge` bytes are sums over the pods that live at one instant; `bytesPerEvent` is the median over lives.
package struct RunResult: Codable, Hashable, Sendable {
    package var schema = 1
    /// Which document it is, as others say it too; `null` in those of before there was a choice.
    @NullCoded package var kind: String? = "leaklab-run"
    package var run: String
    package var scenario: String
    package var timeScale: Double
    package var seed: UInt64
    package var valid: Bool
    package var invalidBecause: [String]
    package var broker: BrokerDescription
    package var lab: LabFootprint
    package var variants: [VariantResult]
    package var expectations: [ExpectationResult]
    package var exitStatus: Int32
    /// Why the exit status is what it is, as sentences; empty for 0.
    @AddedList package var exitBecause: [String]
    /// How memory was limited and charged: `cgroup v2`, `cgroup v1`, `watchdog`, `none`.
    @NullCoded package var memoryControl: String?
    /// Of the scenario.
    @NullCoded package var title: String?
    /// UTC, as RFC 3339 has it: `2026-03-01T12:34:56Z`.
    @NullCoded package var startedAt: String?
    /// Wall time from the start to the last that was recorded.
    @NullCoded package var durationSeconds: Double?
    /// Machine and versions, by what they are called in the report: `leaklab`, `system`, `cores`.
    @NullCoded package var environment: [String: String]?
    /// With a baseline that was named when the run was started; the key is not there without one.
    package var comparison: ComparisonResult?
    /// Of a run that went on until its verdicts stood; the key is not there for one whose length was given.
    package var until: UntilDecided?
    /// What was done to the run while it went on, in order; the key is not there if nothing was.
    package var acts: [RecordedAct]?

    package init(
        run: String,
        scenario: String,
        timeScale: Double,
        seed: UInt64,
        valid: Bool,
        invalidBecause: [String],
        broker: BrokerDescription,
        lab: LabFootprint,
        variants: [VariantResult],
        expectations: [ExpectationResult],
        exitStatus: Int32,
        memoryControl: String? = nil,
        until: UntilDecided? = nil
    ) {
        self.run = run
        self.scenario = scenario
        self.timeScale = timeScale
        self.seed = seed
        self.valid = valid
        self.invalidBecause = invalidBecause
        self.broker = broker
        self.lab = lab
        self.variants = variants
        self.expectations = expectations
        self.exitStatus = exitStatus
        exitBecause = []
        self.memoryControl = memoryControl
        self.until = until
    }
}

package struct BrokerDescription: Codable, Hashable, Sendable {
    /// `embedded` or `external`.
    package var kind: String
    package var bootstrapServers: String

    package init(kind: String, bootstrapServers: String) {
        self.kind = kind
        self.bootstrapServers = bootstrapServers
    }

    /// Whether it is somebody else's.
    package var isExternal: Bool { kind == "external" }
}

/// What the lab's own processes cost, so that the observer is observed too.
package struct LabFootprint: Codable, Hashable, Sendable {
    package var rss: Usage
    package var cpuSeconds: Double?

    package struct Usage: Codable, Hashable, Sendable {
        @NullCoded package var startBytes: Double?
        @NullCoded package var peakBytes: Double?
        @NullCoded package var endBytes: Double?

        package init(startBytes: Double? = nil, peakBytes: Double? = nil, endBytes: Double? = nil) {
            self.startBytes = startBytes
            self.peakBytes = peakBytes
            self.endBytes = endBytes
        }
    }

    package init(rss: Usage = Usage(), cpuSeconds: Double? = nil) {
        self.rss = rss
        self.cpuSeconds = cpuSeconds
    }
}

package struct ExpectationResult: Codable, Hashable, Sendable {
    package var text: String
    package var met: Bool
    /// The observed value of the left-hand side, as text; `null` if it is unknown.
    @NullCoded package var observed: String?
    /// Why it was made for another run than this one has become, in a clause.
    ///
    /// It then counts neither as met nor as not met. The key is not there where it applies.
    package var notApplicable: String?

    package init(text: String, met: Bool, observed: String?, notApplicable: String? = nil) {
        self.text = text
        self.met = met
        self.observed = observed
        self.notApplicable = notApplicable
    }

    /// `observed` for people: a fraction by five significant digits.
    package var observedText: String? {
        guard let observed, let value = Double(observed), value.isFinite, value != value.rounded() else {
            return observed
        }
        var places = 4
        var size = abs(value)
        while size >= 10, places > 0 { (size, places) = (size / 10, places - 1) }
        while size < 1, places < 12 { (size, places) = (size * 10, places + 1) }
        return decimal(value, places: places)
    }

    /// Whether it is as the scenario demands, as far as it applies.
    package var isHeld: Bool { met || notApplicable != nil }
}
