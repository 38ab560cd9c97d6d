import LabCore

/// What a reader must know to trust a comparison's figures.
enum ComparisonNotes {
    static func all(_ base: RunMeasures, _ candidate: RunMeasures, _ pairs: [PairComparison]) -> [String] {
        let runs =
            base.run == candidate.run
            ? [("the run", base)] : [("the base", base), ("the candidate", candidate)]
        return runs.flatMap { name, run in run.invalidBecause.map { "\(name) is invalid: \($0)" } }
            + runs.flatMap { name, run in (run.leftOut ?? []).map { "left out of \(name): \($0)" } }
            + differences(base, candidate) + allocators(pairs) + protocols(pairs)
            + disturbance(runs)
    }

    /// How long a group stands still, and what it handles twice, is the protocol's doing too.
    private static func protocols(_ pairs: [PairComparison]) -> [String] {
        pairs.compactMap { pair in
            let sides = [pair.base.variant, pair.candidate.variant]
            guard sides[0].groupProtocol != sides[1].groupProtocol else { return nil }
            let words = sides.map { "\($0.groupProtocol ?? "classic") of \($0.name)" }
            return
                "the protocols of the groups differ: \(words[0]) in the base, \(words[1]) in the candidate; latency, "
                + "lag and duplicates are theirs too"
        }
    }

    /// What another allocator takes and keeps is not the variant's doing.
    private static func allocators(_ pairs: [PairComparison]) -> [String] {
        pairs.compactMap { pair in
            let sides = [pair.base.variant, pair.candidate.variant]
            guard sides[0].allocator != sides[1].allocator else { return nil }
            let words = sides.map { "\($0.allocator ?? "the system's") of \($0.name)" }
            return
                "the allocators differ: \(words[0]) in the base, \(words[1]) in the candidate; heap, memory and CPU per "
                + "event are theirs too"
        }
    }

    private static func differences(_ base: RunMeasures, _ candidate: RunMeasures) -> [String] {
        var notes: [String] = []
        if base.seed != candidate.seed {
            notes.append("the seeds differ (\(base.seed) and \(candidate.seed)): other keys, the same load")
        }
        for value in candidate.environment where comparable.contains(value.label) {
            guard let other = base.environment.first(where: { $0.label == value.label }),
                other.value != value.value
            else { continue }
            notes.append(
                "\(value.label) differs: \(other.value) in the base, \(value.value) in the candidate"
            )
        }
        return notes
    }

    /// What of a machine and its versions can make a difference.
    static let comparable = [
        "system", "processor", "Swift", "leaklab", "librdkafka", "MALLOC_ARENA_MAX of the pods",
        "broker",
    ]

    /// Beyond it the machine had other things to do: the producer's own goal is 5 ms at 50,000 events/s.
    private static let quietDelayMillis = 5.0

    private static func disturbance(_ runs: [(String, RunMeasures)]) -> [String] {
        runs.compactMap { name, run in
            guard let delay = run.producer.delayP99Millis, delay > quietDelayMillis else { return nil }
            return
                "the machine of \(name) was busy: the lab's own producer was late by \(decimal(delay, places: 1)) ms at its p99"
        }
    }
}
