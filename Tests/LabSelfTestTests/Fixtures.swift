import LabCore
import LabSelfTest

extension SelfTestSubject {
    static func made(
        _ name: String = "two-leaks",
        form: ScenarioForm = .quick,
        fingerprint: String = "f"
    ) -> SelfTestSubject {
        SelfTestSubject(
            name: name,
            argument: name,
            form: form,
            isExclusive: false,
            variants: [
                Variant(name: "bad", role: .suspect, isControl: false),
                Variant(name: "slow", role: .mitigation, isControl: false),
                Variant(name: "good", role: .fix, isControl: true),
            ],
            expectationCount: 2,
            fingerprint: fingerprint
        )
    }
}

extension SelfTestRun {
    static func made(_ name: String = "two-leaks", seed: UInt64 = 1) -> SelfTestRun {
        SelfTestRun(subject: .made(name), seed: seed)
    }
}

extension RunResult {
    /// As it should be, but for what is told.
    static func made(
        flagged: Set<String> = ["bad"],
        unmet: String? = nil,
        invalidBecause: [String] = [],
        exitStatus: Int32 = 0
    ) -> RunResult {
        let variants = SelfTestSubject.made().variants.map { outline in
            var variant = VariantResult(name: outline.name, role: outline.role, control: outline.isControl)
            variant.flagged = flagged.contains(outline.name)
            variant.verdict = variant.flagged ? .leaking : .bounded
            return variant
        }
        return RunResult(
            run: "20260301-121400-abcd",
            scenario: "two-leaks",
            timeScale: 1,
            seed: 1,
            valid: invalidBecause.isEmpty,
            invalidBecause: invalidBecause,
            broker: BrokerDescription(kind: "embedded", bootstrapServers: "127.0.0.1:1"),
            lab: LabFootprint(),
            variants: variants,
            expectations: [
                ExpectationResult(text: "valid == true", met: true, observed: "true"),
                ExpectationResult(text: unmet ?? "bad.flagged == true", met: unmet == nil, observed: "0"),
            ],
            exitStatus: exitStatus
        )
    }
}

extension SelfTestRecord {
    static func made(
        _ name: String = "two-leaks",
        seed: UInt64 = 1,
        _ result: RunResult = .made(),
        wallSeconds: Double = 31.4,
        peakBytes: Double? = 1_048_576
    ) -> SelfTestRecord {
        SelfTestRecord(
            of: .made(name, seed: seed),
            result: result,
            exitStatus: result.exitStatus,
            wallSeconds: wallSeconds,
            peakBytes: peakBytes
        )
    }
}
