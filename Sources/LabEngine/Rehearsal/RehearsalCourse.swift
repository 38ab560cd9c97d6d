/// What is known of a rehearsed pod at one instant.
struct RehearsalMark {
    /// Handled so far.
    var events: Int
    var reading: RehearsalMeter.Reading
    /// Bytes of live heap; `nil` if it was not read, or is unknown.
    var heap: Double?
}

/// The instants that the figures are made of.
struct RehearsalCourse {
    /// The pod is about to start.
    var start: RehearsalMark
    /// When the first event came to the handler, seconds of the monotonic clock.
    var firstEvent: Double
    /// All events are fetched, none is handled.
    var opened: RehearsalMark
    /// Caches are filled for the most part; without the heap.
    var warm: RehearsalMark
    var end: RehearsalMark

    /// From fewer events than these after the warm-up no rate is derived: the warm-up counts, too.
    private static let fewestEvents = 20

    /// `fetched` is the number of all events; `productionCPUSeconds` is what one of them cost before the start.
    func cost(fetched: Int, productionCPUSeconds: Double) -> RehearsedCost {
        let handled = Double(max(1, end.events - opened.events))
        let fetching = (opened.reading.cpu - start.reading.cpu) / Double(max(1, fetched))
        let handling = (end.reading.cpu - opened.reading.cpu) / handled
        return RehearsedCost(
            events: end.events,
            productionCPUSeconds: productionCPUSeconds,
            handlingCPUSeconds: max(0, fetching) + max(0, handling),
            secondsPerEvent: secondsPerEvent,
            residentBytesPerEvent: residentBytesPerEvent(fetched: Double(max(1, fetched)), handled: handled),
            firstEventSeconds: max(0, firstEvent - start.reading.time)
        )
    }

    private var secondsPerEvent: Double {
        let begin = end.events >= warm.events + Self.fewestEvents ? warm : opened
        let waited = end.reading.waited - begin.reading.waited
        let worked = end.reading.time - begin.reading.time - max(0, waited)
        return max(worked, 1e-9) / Double(max(1, end.events - begin.events))
    }

    /// An event that is handled frees what it took when it was fetched, and what the handler keeps takes that place: so
    /// an event's fetched bytes are added to the growth.
    ///
    /// The heap says how much can be kept at most; less of it is resident where the handler has not touched it.
    private func residentBytesPerEvent(fetched: Double, handled: Double) -> Double? {
        let bounds = [keptBytes(fetched, handled, \.reading.resident), keptBytes(fetched, handled, \.heap)]
        return bounds.compactMap(\.self).min().map { max(0, $0) }
    }

    private func keptBytes(
        _ fetched: Double,
        _ handled: Double,
        _ bytes: KeyPath<RehearsalMark, Double?>
    ) -> Double? {
        guard let atStart = start[keyPath: bytes], let atOpening = opened[keyPath: bytes],
            let atEnd = end[keyPath: bytes]
        else { return nil }
        return (atEnd - atOpening) / handled + max(0, atOpening - atStart) / fetched
    }
}
