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

    /// In the unit of the metric, the same whichever of the two values is the base's.
    ///
    /// - Parameters:
    ///   - base: the base's value.
    ///   - candidate: the candidate's; the share is that of the smaller one.
    ///   - least: what these recordings cannot tell from nothing.
    /// - Returns: never negative.
    package func amount(between base: Double, and candidate: Double, least: Double = 0) -> Double {
        let share = relative * min(abs(base), abs(candidate))
        return max(absolute, least.isFinite ? least : 0, share.isFinite ? share : 0)
    }

    /// By which factor one of two values above zero may exceed the other one.
    ///
    /// - Returns: 1 or more.
    package func factor(between base: Double, and candidate: Double) -> Double {
        let smaller = min(base, candidate)
        let share = max(relative, smaller > 0 ? absolute / smaller : 0)
        return 1 + max(0, share.isFinite ? share : 0)
    }
}

/// The tolerance of each line; docs/compare.md gives the reasons for the defaults.
package struct Tolerances: Hashable, Sendable {
    /// By the name of the option.
    private var changed: [String: Tolerance] = [:]

    package init() {}

    package subscript(metric: ComparedMetric) -> Tolerance {
        get { changed[metric.option] ?? metric.standardTolerance }
        set { changed[metric.option] = newValue }
    }

    /// One line of each name.
    private static let lines =
        ComparedMetric.allCases.filter { !$0.isShownOnly } + [.resource(""), .finding("")]

    /// The names that can be given a tolerance.
    package static var options: [String] { lines.map(\.option) }

    /// Reads `cpu=10%`, `heap=16B`, `p99=20ms`, `rss-peak=8MiB`: the share of the base's value, or the plain amount, is
    /// replaced, the other one stays.
    ///
    /// - Throws: ``LabError`` of the command line for an unknown line, or an amount of another kind.
    package mutating func change(_ text: String) throws(LabError) {
        let halves = text.split(separator: "=", maxSplits: 1).map(String.init)
        guard halves.count == 2, let metric = Self.lines.first(where: { $0.option == halves[0] })
        else {
            throw LabError(
                "--tolerance: “\(text)” names no line of a comparison",
                hint:
                    "Write NAME=AMOUNT, such as cpu=10%. Names are: \(Self.options.joined(separator: ", ")).",
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
                "--tolerance: “\(halves[1])” is no amount of \(metric.plainTitle)",
                hint: "Write a share of the base's value, such as 10%, or \(metric.exampleAmount).",
                exitStatus: .usage
            )
        }
    }
}

extension ComparedMetric {
    /// Without the name of a resource or finding.
    fileprivate var plainTitle: String {
        switch self {
        case .resource, .finding: option
        default: title
        }
    }
}
