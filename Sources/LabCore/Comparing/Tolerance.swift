/// How far a candidate may be from its base and still count as the same: the larger of a share of the base's value
/// and a plain amount.
package struct Tolerance: Codable, Hashable, Sendable {
    /// Share of the base's value: 0.1 is 10 %.
    package var relative: Double
    /// In the unit of the metric.
    package var absolute: Double

    package init(relative: Double, absolute: Double) {
        self.relative = relative
        self.absolute = absolute
    }

    /// In the unit of the metric.
    ///
    /// - Parameters:
    ///   - base: the base's value.
    ///   - least: what these recordings cannot tell from nothing.
    /// - Returns: never negative.
    package func amount(at base: Double, least: Double = 0) -> Double {
        let share = relative * abs(base)
        return max(absolute, least.isFinite ? least : 0, share.isFinite ? share : 0)
    }
}

/// The tolerance of each line; docs/compare.md gives the reasons for the defaults.
package struct Tolerances: Hashable, Sendable {
    private var changed: [ComparedMetric: Tolerance] = [:]

    package init() {}

    package subscript(metric: ComparedMetric) -> Tolerance {
        get { changed[metric] ?? Self.standard(metric) }
        set { changed[metric] = newValue }
    }

    private static func standard(_ metric: ComparedMetric) -> Tolerance {
        switch metric {
        case .lost: Tolerance(relative: 0, absolute: 0)
        case .tasks: Tolerance(relative: 0.01, absolute: 0.00002)
        case .heap, .rss, .charge: Tolerance(relative: 0.1, absolute: 8)
        case .timeToOOM: Tolerance(relative: 0.1, absolute: 0)
        case .peakRSS: Tolerance(relative: 0.1, absolute: Double(4 << 20))
        case .cpu: Tolerance(relative: 0.2, absolute: 1)
        case .throughput: Tolerance(relative: 0.05, absolute: 0)
        case .latencyP50: Tolerance(relative: 0.25, absolute: 5)
        case .latencyP99: Tolerance(relative: 0.25, absolute: 10)
        }
    }

    /// Reads `cpu=10%`, `heap=16B`, `p99=20ms`, `rss-peak=8MiB`: the share of the base's value, or the plain amount, is
    /// replaced, the other one stays.
    ///
    /// - Throws: ``LabError`` of the command line for an unknown line, or an amount of another kind.
    package mutating func change(_ text: String) throws(LabError) {
        let halves = text.split(separator: "=", maxSplits: 1).map(String.init)
        let names = ComparedMetric.allCases.map(\.option)
        guard halves.count == 2, let metric = ComparedMetric.allCases.first(where: { $0.option == halves[0] })
        else {
            throw LabError(
                "--tolerance: “\(text)” names no line of a comparison",
                hint: "Write NAME=AMOUNT, such as cpu=10%. Names are: \(names.joined(separator: ", ")).",
                exitStatus: .usage
            )
        }
        if halves[1].hasSuffix("%"), let percent = Double(halves[1].dropLast().trimmedOfSpaces),
            percent.isFinite, percent >= 0
        {
            self[metric].relative = percent / 100
        } else if let amount = metric.amount(halves[1]), amount >= 0 {
            self[metric].absolute = amount
        } else {
            throw LabError(
                "--tolerance: “\(halves[1])” is no amount of \(metric.title)",
                hint: "Write a share of the base's value, such as 10%, or \(metric.exampleAmount).",
                exitStatus: .usage
            )
        }
    }
}

extension ComparedMetric {
    fileprivate func amount(_ text: String) -> Double? {
        switch self {
        case .lost, .tasks: return Double(text).flatMap { $0.isFinite ? $0 : nil }
        case .heap, .rss, .charge, .peakRSS: return ByteCount(parsing: text).map { Double($0.bytes) }
        case .timeToOOM: return Duration(parsing: text)?.inSeconds
        case .latencyP50, .latencyP99: return Duration(parsing: text).map { $0.inSeconds * 1_000 }
        case .cpu: return Duration(parsing: text).map { $0.inSeconds * 1e6 }
        case .throughput: return EventRate(parsing: text)?.perHour
        }
    }

    fileprivate var exampleAmount: String {
        switch self {
        case .lost: "a number such as 10"
        case .tasks: "a number such as 0.001"
        case .heap, .rss, .charge: "a size such as 16B"
        case .peakRSS: "a size such as 8MiB"
        case .timeToOOM: "a duration such as 5m"
        case .latencyP50, .latencyP99: "a duration such as 20ms"
        case .cpu: "a duration such as 5us"
        case .throughput: "a rate such as 1000/s"
        }
    }
}
