import LabCore
import LabTelemetry
import Synchronization

/// Remembers which search indices exist: a cache for many concurrent readers, after the Go library that the incident's
/// services used.
///
/// Keys are spread over buckets with a lock each, so that readers do not meet. The order of use, which decides what
/// is pruned, belongs to a background worker alone; readers tell it about their gets through a buffer, and do not
/// wait if that is full.
///
/// Creating a cache starts its worker. The worker holds the cache and the cache its worker, so whoever makes a cache
/// must ``stop()`` it: nothing else ends either of them.
final class IndexCache: Sendable {
    struct Configuration: Sendable, Hashable {
        var bucketCount = 16
        /// Of each of the two buffers.
        var bufferSlots = 1_024
        var maximumCount = 5_000
        /// How many items go when there are too many.
        var pruneCount = 500
        /// An item moves to the front on every so many gets.
        var getsPerPromotion = 3
    }

    /// The construction sites that a cache is counted at.
    struct Sites: Sendable {
        let instances: CensusSite
        let workers: CensusSite

        init() {
            instances = Census.site("IndexCache", kind: .instance)
            workers = Census.site("IndexCache.worker", kind: .task)
        }
    }

    private let configuration: Configuration
    private let buckets: [IndexBucket]
    private let inbox: WorkerInbox
    private let now: @Sendable () -> UInt64
    private let sites: Sites
    private let worker = Mutex<Task<Void, Never>?>(nil)

    /// Starts the worker.
    ///
    /// `now` gives nanoseconds of a clock that never goes back.
    init(_ configuration: Configuration, now: @escaping @Sendable () -> UInt64, sites: Sites) {
        self.configuration = configuration
        self.now = now
        self.sites = sites
        buckets = (0..<max(1, configuration.bucketCount)).map { _ in IndexBucket() }
        inbox = WorkerInbox(capacity: configuration.bufferSlots)
        sites.instances.enter()
        sites.workers.enter()
        // The subject of the incident: an unstructured task that nobody awaits, and that holds the cache until
        // somebody stops it.
        let task = Task { await self.work() }
        worker.withLock { $0 = task }
    }

    deinit { sites.instances.leave() }

    /// The cached answer; `nil` if there is none that may still be used.
    func get(_ key: String) -> Bool? {
        guard let item = bucket(of: key).item(for: key), item.expiry > now() else { return nil }
        inbox.promote(item)
        return item.exists
    }

    /// Keeps an answer.
    ///
    /// Waits for the worker if it has fallen behind with deletions.
    func set(_ key: String, _ exists: Bool, timeToLive: Duration) async {
        let lifetime = UInt64(clamping: timeToLive.inNanoseconds)
        let (expiry, overflow) = now().addingReportingOverflow(lifetime)
        let item = IndexItem(key: key, exists: exists, expiry: overflow ? .max : expiry)
        let replaced = bucket(of: key).insert(item)
        if let replaced { await inbox.delete(replaced) }
        inbox.promote(item)
    }

    /// The cached answer, or the one that `load` gives, which is kept then.
    ///
    /// Callers that miss at the same time all load.
    func fetch(
        _ key: String,
        timeToLive: Duration,
        orLoad load: nonisolated(nonsending) () async throws -> Bool
    ) async rethrows -> Bool {
        if let known = get(key) { return known }
        let exists = try await load()
        await set(key, exists, timeToLive: timeToLive)
        return exists
    }

    /// - Returns: whether there was anything to delete.
    @discardableResult
    func delete(_ key: String) async -> Bool {
        guard let item = bucket(of: key).remove(key) else { return false }
        await inbox.delete(item)
        return true
    }

    /// Ends the worker after the work it has, and waits for that.
    ///
    /// A stopped cache no longer prunes: do not use it.
    func stop() async {
        inbox.stop()
        await worker.withLock { $0 }?.value
    }

    /// Waits until the worker has done everything that this task has caused so far.
    func settle() async { await inbox.settle() }

    /// Expired answers included.
    var count: Int { buckets.reduce(0) { $0 + $1.count } }

    /// Gets and sets that the worker was not told of because its buffer was full.
    var droppedPromotions: Int { inbox.droppedPromotions }

    private func bucket(of key: String) -> IndexBucket {
        buckets[Int(fowlerNollVo(key.utf8) % UInt32(truncatingIfNeeded: buckets.count))]
    }

    // MARK: - The worker

    private func work() async {
        var recency = RecencyList()
        loop: while true {
            switch await inbox.next() {
            case .promote(let item): promote(item, in: &recency)
            case .delete(let item): forget(item, in: &recency)
            case .stop: break loop
            }
        }
        inbox.close()
        sites.workers.leave()
    }

    private func promote(_ item: IndexItem, in recency: inout RecencyList) {
        guard !item.isRemoved else { return }
        if let node = item.node {
            recency.countGet(ofNode: node, promotingEvery: configuration.getsPerPromotion)
        } else {
            recency.insert(item)
            if recency.count > configuration.maximumCount { prune(&recency) }
        }
    }

    private func forget(_ item: IndexItem, in recency: inout RecencyList) {
        if let node = item.node { recency.remove(node: node) }
        item.markRemoved()
    }

    private func prune(_ recency: inout RecencyList) {
        for _ in 0..<configuration.pruneCount {
            guard let item = recency.removeOldest() else { return }
            item.markRemoved()
            bucket(of: item.key).remove(item)
        }
    }
}

/// The 32-bit FNV-1a hash, the same in every process.
private func fowlerNollVo(_ bytes: some Sequence<UInt8>) -> UInt32 {
    bytes.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
}
