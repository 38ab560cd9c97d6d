import LabCore

/// Which faults hit which request, over time: reads no clock, so that any course can be tried.
struct FaultSchedule {
    /// What becomes of one request.
    struct Verdict: Hashable {
        enum Fate: Hashable {
            case pass
            case cut
            case halfOpen
            case dropAnswer
            case truncate
            /// With a number by which the bit is chosen.
            case flip(UInt64)
            case error(Int16, BrokerFault)
        }

        var fate = Fate.pass
        var delay = Duration.zero
    }

    private struct Entry {
        let fault: BrokerFault
        private var seen = 0
        private var random: SplitMix64
        private var bits: SplitMix64

        init(_ fault: BrokerFault) {
            self.fault = fault
            if case .flipBit(let seed) = fault.effect {
                bits = SplitMix64(seed: seed)
            } else {
                bits = SplitMix64(seed: 0)
            }
            guard case .share(_, let seed) = fault.occurrence else {
                random = SplitMix64(seed: 0)
                return
            }
            random = SplitMix64(seed: seed)
        }

        /// Counts a request that the fault means.
        mutating func hits() -> Bool {
            seen += 1
            switch fault.occurrence {
            case .always: return true
            case .first(let count): return seen <= count
            case .every(let step): return seen % max(1, step) == 0
            case .share(let share, _): return random.nextUnit() < share
            }
        }

        mutating func nextBit() -> UInt64 { bits.next() }
    }

    private var entries: [Entry]
    /// Whether any fault needs to know what a request is about.
    let asksForPlaces: Bool

    init(_ faults: [BrokerFault]) {
        entries = faults.map(Entry.init)
        asksForPlaces = faults.contains(where: \.asksForPlaces)
    }

    var isEmpty: Bool { entries.isEmpty }

    /// - Parameters:
    ///   - request: what is asked.
    ///   - places: what it is about; `nil` if it names no topics.
    ///   - time: since the faults were handed over.
    /// - Returns: what becomes of the request. Delays add up; of other fates the first in the list has it.
    mutating func verdict(
        on request: KafkaRequest,
        about places: [RequestPlace]?,
        at time: Duration
    ) -> Verdict {
        var verdict = Verdict()
        for index in entries.indices {
            let fault = entries[index].fault
            guard fault.isActive(at: time), fault.means(request, about: places) else { continue }
            guard entries[index].hits() else { continue }
            switch fault.effect {
            case .delay(let duration): verdict.delay += duration
            case .throttle, .down: continue
            case .cut where verdict.fate == .pass: verdict.fate = .cut
            case .halfOpen where verdict.fate == .pass: verdict.fate = .halfOpen
            case .dropAnswer where verdict.fate == .pass: verdict.fate = .dropAnswer
            case .truncate where verdict.fate == .pass: verdict.fate = .truncate
            case .flipBit where verdict.fate == .pass: verdict.fate = .flip(entries[index].nextBit())
            case .error(let code) where verdict.fate == .pass: verdict.fate = .error(code, fault)
            default: continue
            }
        }
        return verdict
    }

    /// Bytes per second on each connection: the least of all that apply; `nil` for no bound.
    func throttle(at time: Duration) -> Int? {
        entries.compactMap { entry in
            guard case .throttle(let rate) = entry.fault.effect, entry.fault.isActive(at: time) else {
                return nil
            }
            return max(1, rate)
        }.min()
    }

    func isDown(at time: Duration) -> Bool {
        entries.contains { $0.fault.effect == .down && $0.fault.isActive(at: time) }
    }

    /// Whether a connection that went silent stays so.
    func keepsHalfOpen(at time: Duration) -> Bool {
        entries.contains { $0.fault.effect == .halfOpen && $0.fault.isActive(at: time) }
    }

    /// The next time at which a fault begins or ends; `nil` for never.
    func nextChange(after time: Duration) -> Duration? {
        entries.flatMap { [$0.fault.from, $0.fault.to] }.compactMap { $0 }.filter { $0 > time }.min()
    }
}
