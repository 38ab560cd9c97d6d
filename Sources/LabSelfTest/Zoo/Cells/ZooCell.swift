package import LabCore

/// One behaviour of the zoo with the load, the language and the limit that it is tried with.
package struct ZooCell: Sendable, Hashable {
    package enum Language: String, Sendable, CaseIterable, Codable {
        case swift
        case python
        case c
    }

    package enum Load: Sendable, Hashable {
        /// Events in a second.
        case steady(Double)
        /// Thirds of the run: low, high, low.
        case peak(low: Double, high: Double)

        /// Events in a second, at most.
        var highest: Double {
            switch self {
            case .steady(let rate): rate
            case .peak(_, let high): high
            }
        }
    }

    /// Unique; such as `python-outages-300`.
    package let name: String
    package let language: Language
    package let behaviour: ZooBehaviour
    package let load: Load
    /// Of each pod; both variants have it.
    package let limit: ByteCount?
    /// Pods of each variant, with as many partitions at least.
    package let replicas: Int
    /// What an event may keep without leaking, in bytes, if not the scenario's default; see ``ZooCell/tolerance(at:)``.
    package let tolerance: Double?

    /// The truth: it grows without an end.
    package var isLeak: Bool { behaviour.leak != nil }

    package init(
        _ language: Language,
        _ what: String,
        _ load: Load,
        leak: ZooBehaviour.Leak? = nil,
        level: ZooBehaviour.Level? = nil,
        limit: ByteCount? = nil,
        replicas: Int = 1
    ) {
        name = "\(language.rawValue)-\(what)-\(ZooParameter.number(load.highest))"
        self.language = language
        behaviour = ZooBehaviour(leak: leak, level: level)
        self.load = load
        self.limit = limit
        self.replicas = replicas
        tolerance = Self.tolerance(at: load.highest)
    }

    /// What somebody would set who knows how few events there are: about a mebibyte in 90 s.
    ///
    /// The default of 8 B comes to as much at 1,500 events a second, and to less than a page at five.
    /// - Returns: bytes per event; `nil` for the default.
    private static func tolerance(at rate: Double) -> Double? {
        switch rate {
        case ..<10: 4_096
        case ..<100: 256
        case ..<1_000: 32
        default: nil
        }
    }

    /// How much of the machine a run of it takes, in lanes.
    var weight: Int { load.highest >= 10_000 ? 4 : 1 }

    /// One line for lists.
    package var summary: String {
        let parts = [
            behaviour.summary, rate, replicas > 1 ? "\(replicas) pods" : nil, limit.map { "limit \($0)" },
            tolerance.map { "tolerance \(ByteCount.describe($0)) per event" },
        ]
        return parts.compactMap(\.self).joined(separator: "; ")
    }

    private var rate: String {
        switch load {
        case .steady(let rate): "\(grouped(Int(rate)))/s"
        case .peak(let low, let high): "\(grouped(Int(low)))/s with a peak of \(grouped(Int(high)))/s"
        }
    }
}
