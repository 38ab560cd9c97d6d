import LabCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Two sides measured in turn, A B A B …, so that what changes on the machine meets both.
struct AlternatedPairs: Sendable {
    static let count = 7

    /// One side's one turn.
    struct Leg: Sendable {
        /// Events per second of wall time.
        var rate: Double
        /// Of the side's own process from start to end, seconds; the broker's is not in it.
        var cpuSeconds: Double
    }

    private(set) var ours: [Leg] = []
    private(set) var peers: [Leg] = []

    /// `ours` and `peers` give the events per second of one leg, by the number of its pair.
    /// - Returns: both sides, pair by pair.
    /// - Throws: what a leg throws.
    static func measure(
        _ subject: String,
        ours: (Int) async throws -> Double,
        peers: (Int) async throws -> Double
    ) async throws -> AlternatedPairs {
        var pairs = AlternatedPairs()
        for pair in 0..<count {
            pairs.ours.append(try await leg { try await ours(pair) })
            pairs.peers.append(try await leg { try await peers(pair) })
            let rates = [pairs.ours[pair], pairs.peers[pair]].map { "\(abbreviated($0.rate))/s" }
            let ratio = decimal(pairs.ratios[pair], places: 3)
            Report.progress(
                "  \(subject) \(pair + 1)/\(count): \(rates.joined(separator: " beside ")), ratio \(ratio)"
            )
        }
        return pairs
    }

    private static func leg(_ body: () async throws -> Double) async throws -> Leg {
        let before = ChildrenClock.seconds
        let rate = try await body()
        return Leg(rate: rate, cpuSeconds: ChildrenClock.seconds - before)
    }

    var ratios: [Double] { zip(ours, peers).map { $0.rate / $1.rate } }

    func figures(atLeast target: Double, events: Int) -> [Figure] {
        let each = ratios.map { decimal($0, places: 3) }.joined(separator: " ")
        return [
            .atLeast(
                target,
                "ratio to rdkafka_performance, median of \(Self.count) pairs",
                median(ratios),
                detail: "\(each); \(grouped(events)) events a leg"
            ) { decimal($0, places: 3) },
            Figure(name: "LeakLab, median", value: Self.text(ours, events: events)),
            Figure(name: "rdkafka_performance, median", value: Self.text(peers, events: events)),
        ]
    }

    private static func text(_ legs: [Leg], events: Int) -> String {
        let cpu = median(legs.map(\.cpuSeconds)) / Double(events) * 1e6
        return "\(abbreviated(median(legs.map(\.rate))))/s, \(decimal(cpu, places: 3)) µs of CPU/event"
    }
}

/// CPU time of this process's children that have ended.
private enum ChildrenClock {
    static var seconds: Double {
        var usage = tms()
        unsafe times(&usage)
        return Double(usage.tms_cutime + usage.tms_cstime) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
}
