package import LabCore
package import LabScenario

/// The largest time scale at which a run on this machine still shows the scenario and not the machine, and what sets
/// it.
///
/// CPU per event, the start of a pod and the stalls of a consumer group are the same on the wall clock at any scale:
/// events come faster, and they do not.
package struct HonestTimeScale: Hashable, Sendable, CustomStringConvertible {
    /// Infinite if nothing sets one.
    package let limit: Double
    /// A clause, such as `a pod of per-event handles at most 28.1k events a second, …`.
    package let reason: String
    /// Arguments for the command line that leave out what sets the limit, if the rest may then run at the scenario's own
    /// scale.
    package let alternative: String?

    package init(limit: Double, reason: String, alternative: String? = nil) {
        self.limit = limit
        self.reason = reason
        self.alternative = alternative
    }

    /// From what was measured; handlers without figures are left out of account.
    package init(of scenario: Scenario, from figures: RehearsalFigures, on machine: RehearsalMachine) {
        let needs = TimeScaleNeeds(scenario: scenario, figures: figures, machine: machine)
        let tightest = needs.bound(among: scenario.variants)
        limit = tightest.limit
        reason = tightest.reason
        alternative = needs.alternative(to: tightest)
    }

    /// Why a run at this scale shall not start; `nil` if it may.
    package func refusal(for scale: TimeScale) -> LabError? {
        guard scale.factor > limit else { return nil }
        let most = Self.text(ofAtMost: limit)
        return LabError(
            "timeScale: \(Self.text(ofAtMost: scale.factor)) is more than this machine can do honestly: "
                + "at most \(most), since \(reason)",
            hint: "Use --time-scale \(most) or less" + (alternative.map { ", or \($0)." } ?? "."),
            exitStatus: .invalidScenario
        )
    }

    /// Such as `28.1: a pod of per-event handles at most 28.1k events a second, …`.
    package var description: String { "\(Self.text(ofAtMost: limit)): \(reason)" }

    /// Three digits, and never more than the value.
    static func text(ofAtMost value: Double) -> String {
        guard value.isFinite else { return "any" }
        var unit = 1.0
        while unit < value / 1_000 { unit *= 10 }
        while unit > value / 100, unit > 0.001 { unit /= 10 }
        // A decimal that was written with few digits stays what it is.
        let cut = (value / unit * (1 + 1e-12)).rounded(.down) * unit
        let places = unit >= 1 ? 0 : unit >= 0.1 ? 1 : unit >= 0.01 ? 2 : 3
        var text = decimal(cut, places: places)
        if text.contains(".") {
            while text.last == "0" { text.removeLast() }
            if text.last == "." { text.removeLast() }
        }
        return text
    }
}
