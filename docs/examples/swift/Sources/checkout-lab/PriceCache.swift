import LeakLab
import Synchronization

/// Price lists by whatever the caller thinks identifies them, each with a task that keeps it fresh.
final class PriceCache: Sendable {
    static let listLength = Parameter.count(
        "listLength",
        default: 100,
        in: 1...10_000,
        "prices of each list"
    )
    static let refreshEvery = Parameter.duration(
        "refreshEvery",
        default: .seconds(60),
        in: .seconds(1) ... .seconds(86_400),
        "how often a list is looked up again"
    )

    private let lists = Mutex<[String: PriceList]>([:])
    private let length: Int
    private let pause: Duration
    private let clock: IncidentClock
    private let cachedLists: Gauge
    private let hits: Counter

    init(_ setup: HandlerSetup) throws {
        length = try setup[Self.listLength]
        pause = try setup[Self.refreshEvery]
        clock = setup.clock
        cachedLists = try setup.gauge("cachedLists")
        hits = try setup.counter("cacheHits")
    }

    func prices(for key: String) -> PriceList {
        lists.withLock { lists in
            if let known = lists[key] {
                hits.add()
                return known
            }
            let list = PriceList(length: length)
            lists[key] = list
            cachedLists.set(lists.count)
            Task.counted("PriceCache.refresh") { [clock, pause] in
                while (try? await clock.sleep(for: pause)) != nil { list.lookUp() }
            }
            return list
        }
    }
}

/// What one customer pays for each article, in cents.
final class PriceList: Sendable {
    private let counted = CountedInstance(of: PriceList.self)
    private let cents: Mutex<[Int]>

    init(length: Int) { cents = Mutex((1...length).map { 99 * $0 }) }

    var total: Int { cents.withLock { $0.reduce(0, +) } }

    func lookUp() { cents.withLock { $0.reverse() } }
}
