import LabCore

/// How unevenly the members of one metric are used: backends of a balancer, shards, partitions.
///
/// The busiest member's load over the mean of all (the peak-to-average ratio by which balancers are compared): 1 if all
/// have the same, the number of members if one has all.
struct Imbalance: Sendable, Hashable {
    let members: Int
    let busiest: String
    /// Of the load of all members.
    let share: Double

    /// Fails with fewer than two members, or if none of them had a load.
    ///
    /// - Parameters:
    ///   - family: what the members' metrics begin with, before a dot.
    ///   - lives: all of a variant's; what each had is added up.
    ///   - declared: what the incident said of its metrics.
    init?(of family: String, in lives: [Life], declared: [MetricName: MetricDescription] = [:]) {
        let prefix = family + "."
        let names = Set(lives.flatMap(\.metrics).filter { $0.rawValue.hasPrefix(prefix) })
        let kinds = names.compactMap { declared[$0]?.kind }
        // Where nobody said it, levels are told from totals by their falling. What one member shows holds for all.
        let isLevel =
            kinds.isEmpty
            ? names.contains { name in lives.contains { !$0[name].neverFalls } } : kinds.contains(.gauge)
        let loads: [String: Double] = names.reduce(into: [:]) { loads, name in
            let member = String(name.rawValue.dropFirst(prefix.count))
            loads[member] = lives.reduce(0.0) { $0 + $1.load(of: name, isLevel: isLevel) }
        }
        let total = loads.values.reduce(0, +)
        guard loads.count > 1, total > 0, total.isFinite,
            let busiest = loads.max(by: { ($0.value, $1.key) < ($1.value, $0.key) })
        else { return nil }
        members = loads.count
        self.busiest = busiest.key
        share = busiest.value / total
    }

    var ratio: Double { share * Double(members) }

    func finding(_ rule: FindingRule) -> Finding {
        let share = percent(share)
        return Finding(
            rule,
            value: ratio,
            note: "\(busiest) has \(share) of it, \(grouped(members)) members"
        )
    }
}

extension Life {
    /// From the end of warm-up to the end of the life: what a total rose by, or the area under a level.
    fileprivate func load(of metric: MetricName, isLevel: Bool) -> Double {
        let track = self[metric]
        guard let usable, let last = track.values.last, let base = track.interpolated(at: usable.from) else {
            return 0
        }
        let load = isLevel ? track.area(from: usable.from) : last - base
        return load.isFinite ? max(0, load) : 0
    }
}

extension Track {
    fileprivate var neverFalls: Bool { zip(values, values.dropFirst()).allSatisfy { $0 <= $1 } }

    /// Each value times the seconds until the next one.
    fileprivate func area(from start: Double) -> Double {
        let first = firstIndex(from: start)
        guard first < times.count - 1 else { return 0 }
        return (first..<times.count - 1).reduce(0) { $0 + values[$1] * (times[$1 + 1] - times[$1]) }
    }
}
