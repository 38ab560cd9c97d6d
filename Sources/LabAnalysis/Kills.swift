import LabCore

/// Kills at the memory limit as evidence: the plainest there is, where the control lives under the same limit and load.
struct Kills: Sendable {
    private let lives: LifeSet
    /// The control's name, if its pods had the same limit and load, and were never killed.
    private let survivor: String?

    /// - Parameters:
    ///   - variant: whose pods were killed or not.
    ///   - control: `nil` for the control itself, and in a run without one.
    init(of variant: ObservedVariant, against control: ControlComparison?) {
        lives = variant.all
        let killed = variant.lives.filter { $0.wasOOMKilled || $0.workerKills > 0 }
        // What is too large before its first event does not leak by the event; a later life may die of its backlog before it commits.
        let hadBegun = killed.contains { $0.handled > 0 }
        let limit = variant.isUniform ? variant.recorded.header.memoryLimit : nil
        guard let control, lives.oomKills >= Self.fewest, hadBegun, control.kills == 0, limit != nil,
            limit == control.limit,
            control.handled >= Self.sameLoad * Double(max(0, variant.recorded.ledger.produced))
        else {
            survivor = nil
            return
        }
        survivor = control.name
    }

    /// One kill may be a neighbour's doing.
    private static let fewest = 2
    /// Of the events produced for the variant, as many must the control have handled at least.
    private static let sameLoad = 0.8

    /// A variant whose pods are killed is never bounded; it leaks if the control's are not, unless live heap shows that what killed them
    /// was a peak and not a climb.
    func verdict(beside judgements: SegmentJudgements) -> Verdict {
        guard lives.oomKills > 0, judgements.verdict != .leaking else { return judgements.verdict }
        if survivor != nil, !judgements.showsBoundedHeap { return .leaking }
        return .inconclusive
    }

    /// `nil` if no life was OOM-killed.
    var sentence: String? {
        Because.kills(in: lives).map { kills in
            survivor.map { "\(kills), where those of \($0), under the same limit and load, never were" }
                ?? kills
        }
    }
}
