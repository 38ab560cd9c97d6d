/// The null distribution of Kendall's number of concordant pairs, from which Sen takes the ends of his interval.
///
/// Independent groups (the lives of a pod) add up: pairs are formed only within a group, as Hirsch, Slack and Smith
/// (1982) do with seasons.
struct KendallRank {
    let groupSizes: [Int]

    var pairs: Int { groupSizes.reduce(0) { $0 + $1 * ($1 - 1) / 2 } }

    /// The rank from either end of the sorted slopes at which the interval ends, counted from 1.
    ///
    /// It is the largest `r` for which fewer than `r` concordant pairs have at most the probability `tail`; 0 if there
    /// are too few points.
    func criticalRank(tail: Double) -> Int {
        pairs <= Self.largestExact ? exactRank(tail: tail) : approximateRank(tail: tail)
    }

    private static let largestExact = 3_000

    /// Each point adds between 0 and `k − 1` concordant pairs, equally likely, to those of the `k − 1` before it.
    private func exactRank(tail: Double) -> Int {
        var distribution = [1.0]
        for size in groupSizes where size > 1 {
            for choices in 2...size { distribution = Self.addingUniform(choices, to: distribution) }
        }
        var cumulated = 0.0
        var rank = 0
        for probability in distribution {
            cumulated += probability
            guard cumulated <= tail else { break }
            rank += 1
        }
        return rank
    }

    private static func addingUniform(_ choices: Int, to distribution: [Double]) -> [Double] {
        var result: [Double] = []
        result.reserveCapacity(distribution.count + choices - 1)
        var sum = 0.0
        for index in 0..<(distribution.count + choices - 1) {
            if index < distribution.count { sum += distribution[index] }
            if index >= choices { sum -= distribution[index - choices] }
            result.append(max(0, sum) / Double(choices))
        }
        return result
    }

    /// Kendall's variance n(n − 1)(2n + 5) / 18, added up over the groups.
    private func approximateRank(tail: Double) -> Int {
        let variance = groupSizes.reduce(0.0) { total, size in
            let n = Double(size)
            return total + n * (n - 1) * (2 * n + 5) / 18
        }
        let width = -normalQuantile(tail) * variance.squareRoot()
        return max(0, Int(((Double(pairs) - width) / 2).rounded(.down)))
    }
}
