import LabCore
import LabEngine

/// What was seen of one round, from outside and from what the run said of itself.
struct KillEvidence: Sendable {
    /// Events of each variant, by an independent client, at one moment.
    typealias Counts = [String: Int]

    /// The victim was there at its time.
    var isStruck: Bool
    /// As counted last before the blow; `nil` if nobody could.
    var before: Counts?
    /// As counted last of all.
    var counted: Counts?
    /// Of the lab.
    var exitStatus: Int32
    /// What the run printed or, for a lab that was killed, what a report of its recording says.
    var result: RunResult?
    /// What the lab said where there is no result.
    var complaint: String?
    /// Of processes, cgroups, files and ports two seconds after the lab's end.
    var leftovers: [String]
    /// Of these what is still there after the next command has begun.
    var remains: [String]

    /// Everything that must not be, in words; empty for a round that came out as it should.
    func problems(of round: KillRound) -> [String] {
        let isLabDead = isStruck && round.blow == .kill && round.victim.isLab && exitStatus == 137
        var problems: [String] = []
        if isLabDead {
            if let result, result.valid { problems.append("the run of a killed lab is valid") }
        } else {
            problems += ofLiving(round)
        }
        // Files and cgroups may be there if nobody is left to remove them, until something new begins.
        let processes = leftovers.filter { $0.hasPrefix("process") || $0.hasPrefix("port") }
        problems += (isLabDead ? processes : leftovers).map { "left behind: \($0)" }
        problems += remains.map { "not removed by the next command: \($0)" }
        return problems
    }

    private func ofLiving(_ round: KillRound) -> [String] {
        guard let result else {
            return complaint == nil ? ["status \(exitStatus), no result and no word of why"] : []
        }
        var problems: [String] = []
        for variant in result.variants {
            let events = variant.events
            guard let lost = events.lost else { continue }
            if events.processed + lost != events.produced {
                problems.append(
                    "\(variant.name): \(events.produced) produced, but \(events.processed) handled and \(lost) lost"
                )
            }
        }
        guard result.valid else {
            if result.invalidBecause.isEmpty { problems.append("invalid without a reason") }
            return problems
        }
        return problems + ofValid(result, round)
    }

    /// A run that claims to be valid must have produced, handled and counted everything, and stood still nowhere.
    private func ofValid(_ result: RunResult, _ round: KillRound) -> [String] {
        var problems: [String] = []
        for variant in result.variants {
            let produced = variant.events.produced
            if produced != KillScenario.events {
                problems.append(
                    "valid, though \(variant.name) got \(produced) of \(KillScenario.events) events"
                )
            }
            let count = counted?[variant.name]
            if count != produced {
                let words = count.map(String.init) ?? "nobody knows how many"
                problems.append(
                    "valid, though the topic of \(variant.name) has \(words) events and the run says \(produced)"
                )
            }
        }
        let isSpoiling = isStruck && round.blow == .stop && [.broker, .producer, .lab].contains(round.victim)
        if isSpoiling, let before, before.values.contains(where: { $0 > 0 }),
            before.values.contains(where: { $0 < KillScenario.events })
        {
            problems.append(
                "valid, though the \(round.victim.rawValue) stood still while events were produced"
            )
        }
        return problems
    }
}

extension KillRound.Victim {
    var isLab: Bool { self == .lab || self == .labAndGuardian }
}
