package import LabCore

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// When a run that goes on until its verdicts stand looks at them, and how sure a verdict has to be at each look.
///
/// Who looks again and again at one level finds something in the end, by chance. So the error that one look may make
/// is spent over all that are planned (Lan and DeMets, *Discrete sequential boundaries for clinical trials*,
/// Biometrika 70, 1983) by their function of Pocock's type, α·ln(1 + (e − 1)·t), with t the share of the looks. Each
/// look may err as often as it newly spends: whatever the looks have in common, their errors add up to α at most.
package struct LookPlan: Sendable, Hashable {
    package struct Look: Sendable, Hashable {
        /// Wall seconds since the first event was due.
        package let at: Double
        /// Two-sided, of every interval.
        package let confidence: Double
    }

    /// In order; at least one, and the last one at the end.
    package let looks: [Look]

    /// The usable time at a look over that at the look before.
    private static let growth = 1.3
    /// A look so shortly before the last one, as a share of its usable time, is left out.
    private static let leastStep = 1.1

    /// - Parameters:
    ///   - start: from when on time is usable, wall seconds since the first event was due.
    ///   - end: of the load.
    ///   - settings: with the confidence of a run that is looked at once.
    package init(from start: Double, until end: Double, settings: AnalysisSettings = .standard) {
        var times: [Double] = []
        var usable = Self.leastUsable(settings)
        while (start + usable).isFinite, (end - start) > usable * Self.leastStep {
            times.append(start + usable)
            usable *= Self.growth
        }
        times.append(end)
        let count = Double(times.count)
        looks = times.enumerated().map { index, time in
            let spent = Self.spent(Double(index + 1) / count) - Self.spent(Double(index) / count)
            return Look(at: time, confidence: 1 - (1 - settings.confidence) * spent)
        }
    }

    /// Fewer windows say nothing.
    private static func leastUsable(_ settings: AnalysisSettings) -> Double {
        max(1, Double(settings.fewestWindows) * settings.shortestWindow)
    }

    /// When the first look can be at the earliest.
    package static func firstLook(from start: Double, settings: AnalysisSettings = .standard) -> Double {
        start + leastUsable(settings)
    }

    /// The share of the error that is spent by a share of the looks; 0 to 1.
    static func spent(_ share: Double) -> Double { log(1 + (exp(1) - 1) * share) }
}

/// Which verdicts stand, from look to look.
package struct StandingVerdicts: Sendable, Hashable {
    private var bounded: Set<String> = []

    package init() {}

    /// Takes a look's verdicts.
    ///
    /// A leak stands at once. That there is none has to be found at two looks, one after the other.
    /// - Parameters:
    ///   - result: of the run so far.
    ///   - closed: variants of which no more can be learned, since they have no pod left.
    /// - Returns: the variants whose verdict does not stand, in the result's order.
    package mutating func look(at result: RunResult, closed: Set<String> = []) -> [String] {
        let before = bounded
        bounded = Set(result.variants.filter { $0.verdict == .bounded }.map(\.name))
        return result.variants.filter { variant in
            switch variant.verdict {
            case .leaking: false
            case .bounded: !before.contains(variant.name) && !closed.contains(variant.name)
            case .inconclusive: !closed.contains(variant.name)
            }
        }
        .map(\.name)
    }
}

extension VariantResult {
    /// The same, `inconclusive` where the last look at the run left it open and its whole shows no leak: that there is
    /// none was found once at most.
    func standing(after until: UntilDecided?) -> VariantResult {
        guard let until, until.ended != .decided, verdict == .bounded, until.undecided.contains(name) else {
            return self
        }
        var result = self
        result.verdict = .inconclusive
        result.because.insert("found bounded at the last look alone, and two are needed: run longer", at: 0)
        return result
    }
}
