import LabCore

/// What the verdicts of several repetitions come to.
///
/// Two ways lead to *leaking*: more than half of the repetitions leak, or the mean growth of live heap does, by the lower end of
/// an interval from the spread of the repetitions. Neither can be brought about by one of them: one is not more than half
/// of three, and a single value far off widens Student's interval by more than it carries the mean away. *Bounded* needs more
/// than half of them, and allows as many others to leak by memory as noise may explain; what an exact count saw once
/// happened, and leaves the whole open.
struct CombinedVerdict: Sendable {
    /// One repetition's part.
    struct Vote: Sendable, Hashable {
        var run: String
        var verdict: Verdict
        var flagged: Bool
        /// Tasks, instances or resources leaked, which are counted and not estimated.
        var isCounted: Bool
        /// `nil` where live heap was not read, or too seldom, or by a variant that changed on the way.
        var heap: RepeatedHeap?
        var smallestDetectable: Double?
    }

    let verdict: Verdict
    let flagged: Bool
    let because: [String]
    /// Bytes per event.
    let smallestDetectable: Double?

    init(_ votes: [Vote], settings: AnalysisSettings) {
        let growth = CombinedGrowth(votes, settings: settings)
        let tally = Tally(votes)
        let isLeakingTogether = growth?.isLeaking ?? false
        let isOpen = growth?.isOpen ?? false
        flagged = tally.isMost(tally.flagged) || tally.isMost(tally.leaking) || isLeakingTogether
        if tally.isMost(tally.leaking) || isLeakingTogether {
            verdict = .leaking
        } else if tally.isMost(tally.bounded), tally.leaking.count <= tally.allowed, !tally.hasCounted,
            !tally.isDisputed, !isOpen
        {
            verdict = .bounded
        } else {
            verdict = .inconclusive
        }
        let doubts = tally.doubts + (isOpen ? [growth?.doubt].compactMap(\.self) : [])
        because =
            [tally.sentence] + [growth?.sentence].compactMap(\.self)
            + (verdict == .inconclusive ? doubts : [])
        smallestDetectable = Self.smallest(votes, growth, settings: settings)
    }

    /// Whichever of the two ways sees less: most repetitions for themselves, or their mean.
    private static func smallest(
        _ votes: [Vote],
        _ growth: CombinedGrowth?,
        settings: AnalysisSettings
    ) -> Double? {
        let own = votes.compactMap(\.smallestDetectable).sorted()
        let most = votes.count / 2
        let alone = own.count == votes.count && own.indices.contains(most) ? own[most] : nil
        return [alone, growth?.smallestDetectable(settings)].compactMap(\.self).min()
    }
}

/// How many repetitions came to which verdict.
private struct Tally {
    let votes: [CombinedVerdict.Vote]

    init(_ votes: [CombinedVerdict.Vote]) { self.votes = votes }

    var leaking: [CombinedVerdict.Vote] { votes.filter { $0.verdict == .leaking } }
    var bounded: [CombinedVerdict.Vote] { votes.filter { $0.verdict == .bounded } }
    var flagged: [CombinedVerdict.Vote] { votes.filter(\.flagged) }
    var hasCounted: Bool { leaking.contains(where: \.isCounted) }

    /// So many may leak by memory and be noise: one of three to nine, then a tenth of them; of two none.
    var allowed: Int { votes.count < 3 ? 0 : max(1, votes.count / 10) }

    /// Flagged by more repetitions than noise may explain, and by no majority.
    var isDisputed: Bool { !isMost(flagged) && flagged.count > allowed }

    func isMost(_ part: [CombinedVerdict.Vote]) -> Bool { 2 * part.count > votes.count }

    /// Such as `leaking in 4 of 5 repetitions, bounded in 1 (RUN)`: the rarer ones with the runs to look at.
    var sentence: String {
        let groups = Verdict.allCases.map { verdict in (verdict, votes.filter { $0.verdict == verdict }) }
            .filter { !$0.1.isEmpty }.sorted { $0.1.count > $1.1.count }
        let parts = groups.enumerated().map { index, group in
            let count = index == 0 ? "\(group.1.count) of \(votes.count) repetitions" : "\(group.1.count)"
            let runs = index == 0 ? "" : " (\(group.1.map(\.run).joined(separator: ", ")))"
            return "\(group.0.rawValue) in \(count)\(runs)"
        }
        return parts.joined(separator: ", ")
    }

    var doubts: [String] {
        var doubts: [String] = []
        if hasCounted {
            let runs = leaking.filter(\.isCounted).map(\.run).joined(separator: ", ")
            doubts.append("what was counted in \(runs) is no noise: look at that run")
        }
        if !isMost(bounded), votes.count == 2 {
            doubts.append("two repetitions that differ have no majority: run more of them")
        }
        let alsoFlagged = flagged.filter { $0.verdict != .leaking }
        if !alsoFlagged.isEmpty, isDisputed {
            doubts.append("flagged in \(alsoFlagged.map(\.run).joined(separator: ", ")) alone")
        }
        return doubts
    }
}
