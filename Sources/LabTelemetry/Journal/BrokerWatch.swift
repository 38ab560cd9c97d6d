package import LabCore

/// What one client knows of its brokers: turns errors, throttling and progress into news.
///
/// A value without a clock; times are nanoseconds of CLOCK_MONOTONIC. librdkafka reports that brokers are lost and never that
/// they are back: progress shows that.
package struct BrokerWatch: Sendable {
    /// What an error means to the client as a whole.
    package enum Trouble: Hashable, Sendable {
        case disconnected
        case allLost
        case refused

        /// - Returns: `nil` for what concerns neither the connection nor the client's rights.
        package init?(isRefusal: Bool, isUnreachable: Bool, isOfAll: Bool) {
            if isRefusal {
                self = .refused
            } else if isOfAll {
                self = .allLost
            } else if isUnreachable {
                self = .disconnected
            } else {
                return nil
            }
        }
    }

    private struct Outage {
        var since: UInt64
        var reason: String
    }

    private var outage: Outage?
    private var lastProgress: UInt64?
    /// Since when something has been under way without a break.
    private var waitingSince: UInt64?
    /// The last connection that broke, which says more than that all are lost.
    private var lastConnection = ""
    /// When each text was news last.
    private var said: [String: UInt64] = [:]
    private var throttledBy: [String: UInt64] = [:]
    private var count = 0

    /// Without any confirmation while events wait for one.
    package static let patience: UInt64 = 2_000_000_000
    /// Before the same thing is news again.
    private static let pause: UInt64 = 10_000_000_000
    /// After which a client says no more: something is wrong with it for good.
    package static let most = 200

    package init() {}

    package mutating func met(_ trouble: Trouble, _ text: String, at now: UInt64) -> [BrokerNews] {
        switch trouble {
        case .disconnected:
            lastConnection = text
            return say(.disconnected, text, at: now)
        case .allLost:
            guard outage == nil else { return [] }
            let reason = lastConnection.isEmpty ? text : lastConnection
            lastConnection = reason
            outage = Outage(since: now, reason: reason)
            return say(.lost, reason, at: now, always: true)
        case .refused:
            return say(.refused, text, at: now)
        }
    }

    /// An event was not written, for this reason.
    package mutating func failedToWrite(_ reason: String, at now: UInt64) -> [BrokerNews] {
        say(.undelivered, reason, at: now)
    }

    /// Events did not come as they were written.
    package mutating func damaged(_ text: String, at now: UInt64) -> [BrokerNews] {
        say(.damaged, text, at: now)
    }

    /// A broker made the client wait so many nanoseconds.
    package mutating func throttled(_ broker: String, _ time: UInt64, at now: UInt64) -> [BrokerNews] {
        guard time > 0 else { return [] }
        throttledBy[broker, default: 0] += time
        let total = throttledBy[broker] ?? time
        let news = say(.throttled, broker, at: now, duration: total)
        if !news.isEmpty { throttledBy[broker] = 0 }
        return news
    }

    /// A broker has confirmed or sent something.
    package mutating func progressed(at now: UInt64) -> [BrokerNews] {
        lastProgress = now
        waitingSince = nil
        guard let outage else { return [] }
        self.outage = nil
        let duration = now - min(now, outage.since)
        return say(.back, outage.reason, at: now, duration: duration, always: true)
    }

    /// Whether something is under way at this instant.
    package mutating func waits(_ isWaiting: Bool, at now: UInt64) -> [BrokerNews] {
        guard isWaiting else {
            waitingSince = nil
            return []
        }
        let since = waitingSince ?? now
        waitingSince = since
        guard outage == nil, now - min(now, since) >= Self.patience else { return [] }
        let reason = lastConnection.isEmpty ? "no answer" : lastConnection
        outage = Outage(since: since, reason: reason)
        return say(.silent, reason, at: now, always: true)
    }

    /// The client ends: an outage that goes on ends with it, and throttling that was not news yet is.
    package mutating func ended(at now: UInt64) -> [BrokerNews] {
        var news: [BrokerNews] = []
        if let outage {
            self.outage = nil
            news.append(
                BrokerNews(.back, at: now, outage.reason, duration: now - min(now, outage.since))
            )
        }
        for (broker, time) in throttledBy.sorted(by: { $0.key < $1.key }) where time > 0 {
            news.append(BrokerNews(.throttled, at: now, broker, duration: time))
        }
        throttledBy = [:]
        return news
    }

    private mutating func say(
        _ kind: BrokerNews.Kind,
        _ text: String,
        at now: UInt64,
        duration: UInt64 = 0,
        always: Bool = false
    ) -> [BrokerNews] {
        let key = "\(kind.rawValue) \(text)"
        if !always, let last = said[key], now - min(now, last) < Self.pause { return [] }
        guard count < Self.most || kind == .back else { return [] }
        count += 1
        said[key] = now
        return [BrokerNews(kind, at: now, text, duration: duration)]
    }
}
