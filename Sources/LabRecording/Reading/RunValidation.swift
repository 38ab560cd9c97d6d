import LabCore

/// Refuses what no recorder writes, so that analysis and reports can count on the rest.
///
/// Names are unique, and numbers so far from the ends of their types that sums of many cannot overflow.
struct RunValidation {
    /// Three days of a billion events a second.
    ///
    /// Negative ones too: live instances fall below zero by those that start and end while they are being counted.
    private static let counts = -(1 << 48)...(1 << 48)

    let path: String

    func header(_ header: RunHeader) throws -> RunHeader {
        try require(header.timeScale.isFinite && header.timeScale > 0, "time scale \(header.timeScale)")
        for seconds in [header.sampleInterval, header.warmUp] {
            try require(seconds.isFinite && seconds >= 0, "a duration of \(seconds) s")
        }
        for phase in header.phases {
            try require(
                try time(phase.start) <= time(phase.end),
                "phase “\(phase.name)” ends before it starts"
            )
        }
        for variant in header.variants {
            try require(variant.replicas >= 0, "\(variant.replicas) replicas")
            try count(variant.replicas, "replicas")
            try segments(of: variant)
        }
        for limit in header.findings.compactMap(\.limit) {
            try require(limit.isFinite && limit >= 0, "a limit of \(limit)")
        }
        for prediction in header.variants.flatMap(\.predictions) {
            try require(prediction.value.isFinite, "a prediction of \(prediction.value)")
        }
        if let thresholds = header.memoryThresholds {
            let perEvent = thresholds.bytesPerEvent
            try require(perEvent.isFinite && perEvent > 0, "a threshold of \(perEvent) bytes per event")
            try count(thresholds.oneOffBytes, "bytes that a life may keep")
            let objects = thresholds.objectsPerEvent ?? MemoryThresholds.standardObjectsPerEvent
            try require(objects.isFinite && objects > 0, "a threshold of \(objects) objects per event")
        }
        for act in header.acts {
            try require(act.at.isFinite && act.at >= 0, "an act at \(act.at) s")
            let after = act.afterMilliseconds
            try require(after.isFinite && after >= 0, "an act \(after) ms after it was sent")
            try count(act.number, "acts")
        }
        let names = Set(header.variants.map(\.name))
        try require(names.count == header.variants.count, "two variants of one name")
        return header
    }

    private func segments(of variant: VariantHeader) throws {
        let segments = variant.segments
        for segment in segments {
            try time(segment.start)
            try require(segment.replicas >= 0, "\(segment.replicas) replicas")
            try count(segment.replicas, "replicas")
        }
        try require(Set(segments.map(\.name)).count == segments.count, "two segments of one name")
        for (segment, next) in zip(segments, segments.dropFirst()) {
            try require(segment.start <= next.start, "segment “\(next.name)” before “\(segment.name)”")
        }
    }

    func histogram(_ histogram: HistogramSnapshot) throws -> HistogramSnapshot {
        try count(histogram.total, "values of a histogram")
        for (bucket, number) in histogram.counts {
            try require((0..<HistogramLayout.bucketCount).contains(bucket), "bucket \(bucket) of a histogram")
            try count(number, "values of a histogram")
        }
        return histogram
    }

    func ledger(_ ledger: LedgerCounts) throws -> LedgerCounts {
        let all = [
            ledger.produced, ledger.processed, ledger.lost, ledger.duplicated, ledger.failed,
            ledger.droppedByBroker, ledger.corrupt, ledger.outOfOrder, ledger.wrongPartition,
            ledger.unexpected,
        ]
        for number in all { try count(number, "events") }
        return ledger
    }

    func partitions(_ books: [PartitionBooks]) throws -> [PartitionBooks] {
        for book in books {
            _ = try ledger(book.counts)
            try require(book.partition >= 0, "partition \(book.partition)")
            try count(book.peakLag, "events of lag")
            let offsets = book.lostOffsets.flatMap { [$0.lowerBound, $0.upperBound] }
            for offset in offsets + [book.endOffset, book.committedOffset] { try self.offset(offset) }
        }
        try require(Set(books.map(\.partition)).count == books.count, "a partition twice")
        return books
    }

    func drain(_ drain: Drain?) throws -> Drain? {
        guard let drain else { return nil }
        try count(drain.left, "events that are left")
        try require(drain.left >= 0, "\(drain.left) events that are left")
        try require(drain.seconds.isFinite && drain.seconds >= 0, "a duration of \(drain.seconds) s")
        return drain
    }

    func until(_ until: UntilDecided?) throws -> UntilDecided? {
        guard let until else { return nil }
        for seconds in until.looks.map(\.atSeconds) + [until.atMostSeconds] {
            try require(seconds.isFinite && seconds >= 0, "a duration of \(seconds) s")
        }
        for confidence in until.looks.map(\.confidence) {
            try require(confidence > 0 && confidence < 1, "a confidence of \(confidence)")
        }
        try count(until.plannedLooks, "looks")
        return until
    }

    /// From -1, for none, to two bits below the end of the type, as a ledger has them.
    private func offset(_ offset: Int64) throws {
        try require((-1...(1 << 61)).contains(offset), "offset \(offset)")
    }

    func sites(_ sites: [VariantResult.Site]) throws -> [VariantResult.Site] {
        for site in sites {
            try count(site.created, "instances of “\(site.site)”")
            try count(site.live, "live instances of “\(site.site)”")
        }
        return sites
    }

    @discardableResult
    func time(_ time: Int64) throws -> Int64 {
        try require(RunTime.range.contains(time), "time \(time)")
        return time
    }

    private func count(_ number: some BinaryInteger, _ what: String) throws {
        try require(number >= Self.counts.lowerBound && number <= Self.counts.upperBound, "\(number) \(what)")
    }

    private func require(_ condition: Bool, _ otherwise: @autoclosure () -> String) throws {
        guard condition else { throw LabError.damaged(path, otherwise()) }
    }
}
