import LabCore
import Synchronization

/// A number in a page that another process reads while it changes: a counter, or a gauge.
///
/// Every operation is one relaxed atomic instruction: no order between two counters is promised.
///
/// Safety: the pointee is an atomic, so threads may overlap. The pointer stays valid because a ``TelemetryPage`` that
/// has handed out a counter is never unmapped, and a ``Ledger`` uses counters only within its own methods.
package struct Counter: @unchecked Sendable {
    private let word: UnsafeMutablePointer<Atomic<UInt64>>

    /// - Parameter word: must stay mapped for writing as long as a copy of this counter is used.
    init(_ word: UnsafeMutablePointer<Atomic<UInt64>>) { self.word = word }

    package func add(_ amount: UInt64 = 1) { word.pointee.wrappingAdd(amount, ordering: .relaxed) }

    /// The same for a number that one thread alone changes: a load and a store, which cost less than half.
    package func addAlone(_ amount: UInt64 = 1) { store(load() &+ amount) }

    /// May go below zero if others subtract too; readers see a negative number then.
    package func subtract(_ amount: UInt64 = 1) { word.pointee.wrappingSubtract(amount, ordering: .relaxed) }

    package func store(_ value: UInt64) { word.pointee.store(value, ordering: .relaxed) }

    package func load() -> UInt64 { word.pointee.load(ordering: .relaxed) }

    /// Keeps the larger of the present value and `value`.
    package func raise(to value: UInt64) {
        // Not `Atomic.max`, which compares UInt64 as if it were signed (Swift 6.3.1). Most values are below the maximum.
        var present = load()
        while value > present {
            let attempt = word.pointee.weakCompareExchange(
                expected: present,
                desired: value,
                ordering: .relaxed
            )
            if attempt.exchanged { return }
            present = attempt.original
        }
    }
}

/// A slow metric: a value and when it was read, so that only a new reading becomes a sample.
package struct TimedGauge: Sendable {
    private let value: Counter
    private let time: Counter

    init(value: Counter, time: Counter) {
        self.value = value
        self.time = time
    }

    /// Stores a reading that was taken at `nanoseconds` of CLOCK_MONOTONIC, see ``MonotonicClock``.
    ///
    /// Who looks between the two stores sees the old time, and takes the new reading the next time.
    package func store(_ value: UInt64, at nanoseconds: UInt64 = MonotonicClock.nanoseconds) {
        self.value.store(value)
        atomicMemoryFence(ordering: .releasing)
        time.store(nanoseconds)
    }
}

/// A histogram of ``LabCore/HistogramLayout``'s buckets in a page.
///
/// Safety: as for ``Counter``; behind the pointer there is room for every bucket and three leading words.
package struct HistogramHandle: @unchecked Sendable {
    private let words: UnsafeMutablePointer<Atomic<UInt64>>

    init(_ words: UnsafeMutablePointer<Atomic<UInt64>>) { self.words = words }

    /// Counts one value, or several equal ones.
    ///
    /// Allocates nothing; three or four atomic instructions.
    package func record(_ value: UInt64, count: UInt64 = 1) {
        Counter(words + (HistogramSlots.buckets + HistogramLayout.bucket(of: value))).add(count)
        Counter(words + HistogramSlots.total).add(count)
        Counter(words + HistogramSlots.sum).add(value &* count)
        Counter(words + HistogramSlots.maximum).raise(to: value)
    }

    /// The same for a histogram that one thread alone writes: without an instruction that locks.
    package func recordAlone(_ value: UInt64) {
        Counter(words + (HistogramSlots.buckets + HistogramLayout.bucket(of: value))).addAlone()
        Counter(words + HistogramSlots.total).addAlone()
        Counter(words + HistogramSlots.sum).addAlone(value)
        let maximum = Counter(words + HistogramSlots.maximum)
        if value > maximum.load() { maximum.store(value) }
    }
}

/// Where a histogram's numbers lie behind its first slot.
enum HistogramSlots {
    static let total = 0
    static let sum = 1
    static let maximum = 2
    static let buckets = 3
    static let count = buckets + HistogramLayout.bucketCount
}
