import LabCore
import LabTelemetry
import Synchronization

/// Follows the journals in which the producer and the pods of a stage write what they meet at the brokers.
final class StageNews: Sendable {
    private struct State {
        var readers: [String: BrokerJournalReader] = [:]
        var books = BrokerBooks()
        var lastLook: UInt64 = 0
    }

    private let state = Mutex(State())
    /// The cluster does not let a client do what it is there for; called on the sampler's thread, or on a pod's
    /// supervisor.
    private let refused: @Sendable (_ object: String, _ reason: String) -> Void

    /// Between two looks, nanoseconds.
    private static let interval: UInt64 = 500_000_000

    init(refused: @escaping @Sendable (_ object: String, _ reason: String) -> Void) { self.refused = refused }

    var books: BrokerBooks { state.withLock { $0.books } }

    /// From now on, what a process with this page writes is news of `object`.
    func follow(_ object: String, page: String) {
        state.withLock { $0.readers[object] = BrokerJournalReader(besidePage: page) }
    }

    /// What is new of all clients, if it is time to look.
    func read(at now: UInt64) -> [(object: String, news: BrokerNews)] {
        let news = state.withLock { state -> [(object: String, news: BrokerNews)] in
            guard now >= state.lastLook + Self.interval else { return [] }
            state.lastLook = now
            return state.readers.keys.sorted().flatMap { Self.read($0, in: &state) }
        }
        report(news)
        return news
    }

    /// What is new of one client, at once.
    func read(of object: String) -> [(object: String, news: BrokerNews)] {
        let news = state.withLock { Self.read(object, in: &$0) }
        report(news)
        return news
    }

    private static func read(
        _ object: String,
        in state: inout State
    ) -> [(object: String, news: BrokerNews)] {
        guard var reader = state.readers[object] else { return [] }
        let news = reader.read()
        state.readers[object] = reader
        for entry in news { state.books.note(entry, of: object) }
        return news.map { (object, $0) }
    }

    private func report(_ news: [(object: String, news: BrokerNews)]) {
        for (object, entry) in news where entry.kind == .refused { refused(object, entry.text) }
    }
}
