import LabCore
import LabTelemetry
import Synchronization

/// Tells what the database costs: memory, memory for each failure, and the size of its log.
final class DatabaseMeter: Sendable {
    private let memory: Counter
    private let memoryPerFailure: Counter
    private let log: Counter
    /// What was in use when nothing had failed yet; the pages that a connection keeps in any case are in it.
    private let before = Atomic<Int>(0)

    init(on page: TelemetryPage) {
        memory = page.gauge("sqliteBytes", unit: .bytes, class: .incident)
        memoryPerFailure = page.gauge("bytesPerFailure", unit: .bytes, class: .incident)
        log = page.gauge("walBytes", unit: .bytes, class: .incident)
    }

    /// - Parameters:
    ///   - failures: so far.
    ///   - logBytes: of the write-ahead log.
    ///   - inUse: what the database has allocated, bytes.
    func measure(failures: UInt64, logBytes: Int, inUse: Int = DatabaseMemory.inUse) {
        memory.store(UInt64(inUse))
        log.store(UInt64(logBytes))
        guard failures > 0 else { return before.store(inUse, ordering: .relaxed) }
        let grown = max(0, inUse - before.load(ordering: .relaxed))
        memoryPerFailure.store(UInt64(grown) / failures)
    }
}
