import LabCore

/// What the clients of a run have met at its broker, added up, and what follows for the run.
struct BrokerBooks: Sendable {
    private struct Account {
        var outage: UInt64 = 0
        var firstOutage: UInt64?
        var reason = ""
        var throttled: UInt64 = 0
    }

    /// By `producer` or `pod/NAME`.
    private var accounts: [String: Account] = [:]
    private var unwritten: [String] = []
    /// The first of each client.
    private var damages: [String: String] = [:]

    /// Shorter outages are what clusters do while a leader moves.
    private static let shortest: UInt64 = 1_000_000_000
    /// Of the load, that a quota may take before the load is another one.
    private static let throttledShare = 0.05
    /// Reasons of unwritten events that are named.
    private static let named = 3

    mutating func note(_ news: BrokerNews, of object: String) {
        var account = accounts[object] ?? Account()
        switch news.kind {
        case .back:
            account.outage = Self.sum(account.outage, news.duration)
            if account.firstOutage == nil { account.firstOutage = news.at - min(news.at, news.duration) }
            account.reason = news.text
        case .throttled: account.throttled = Self.sum(account.throttled, news.duration)
        case .undelivered:
            if !unwritten.contains(news.text) { unwritten.append(news.text) }
        case .damaged: if damages[object] == nil { damages[object] = news.text }
        case .disconnected, .lost, .silent, .refused: break
        }
        accounts[object] = account
    }

    private static func sum(_ one: UInt64, _ other: UInt64) -> UInt64 {
        let (sum, isTooMuch) = one.addingReportingOverflow(other)
        return isTooMuch ? .max : sum
    }

    /// Why events were not written, as the end of a sentence; empty if nothing is known.
    var unwrittenBecause: String {
        unwritten.isEmpty ? "" : ": " + unwritten.prefix(Self.named).joined(separator: "; ")
    }

    /// Why the run says nothing, whatever broker it has: events came damaged, so that their loss is nobody's but the connection's or
    /// the broker's.
    var damageFaults: [String] {
        damages.sorted { $0.key < $1.key }.map { client, text in
            "events came to \(client) damaged, and were left out: \(text)"
        }
    }

    /// Why the run says nothing, on a broker that is not the lab's own.
    /// - Parameters:
    ///   - zero: of the load, CLOCK_MONOTONIC in nanoseconds.
    ///   - load: how long it lasts.
    /// - Returns: a sentence for each reason.
    func faults(zero: UInt64, load: Duration) -> [String] {
        let producer = accounts[BrokerNews.producer].map { faults(of: "the producer", $0, zero, load) } ?? []
        // An outage that the producer saw is one for all.
        guard producer.isEmpty else { return producer }
        return accounts.filter { $0.key != BrokerNews.producer }.sorted { $0.key < $1.key }
            .flatMap { faults(of: $0.key, $0.value, zero, load) }
    }

    private func faults(of client: String, _ account: Account, _ zero: UInt64, _ load: Duration) -> [String] {
        var faults: [String] = []
        if account.outage >= Self.shortest, let first = account.firstOutage {
            let start = Double(first - min(first, zero)) / 1e9
            faults.append(
                "the broker was away for \(seconds(account.outage)) s, as \(client) saw it, from second "
                    + "\(decimal(start, places: 1)) on: \(account.reason)"
            )
        }
        // A broker may say anything.
        let throttled = min(account.throttled, UInt64(clamping: load.inNanoseconds))
        let share = Double(throttled) / 1e9 / max(load.inSeconds, 1e-9)
        if throttled >= Self.shortest, share >= Self.throttledShare {
            faults.append(
                "the broker made \(client) wait for \(seconds(throttled)) s of \(load.text), "
                    + "because of a quota"
            )
        }
        return faults
    }

    private func seconds(_ nanoseconds: UInt64) -> String { decimal(Double(nanoseconds) / 1e9, places: 1) }
}
