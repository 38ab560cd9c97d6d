import LabCore

extension VariantResult.Events {
    /// Whether some event was not handled as it should.
    var isWrong: Bool {
        hasLosses || isAbove(failed) || partitions.contains { $0.hasLosses || isAbove($0.failed) }
    }

    var hasLosses: Bool { isAbove(lost) }

    /// Whether some event arrived otherwise than it was produced.
    var hasStrays: Bool { [corrupt, outOfOrder, wrongPartition, unexpected].contains(where: isAbove) }

    /// What became of single events is known.
    var isExact: Bool { lost != nil }
}

/// Unknown is not above zero.
private func isAbove(_ count: Int?) -> Bool { count.map { $0 > 0 } ?? false }

extension VariantResult.OffsetRange {
    /// `1,204` or `1,204–1,299`.
    var text: String { from == to ? grouped(from) : "\(grouped(from))–\(grouped(to))" }

    /// Events in the run; 0 for one that ends before it starts.
    var count: Int {
        let (distance, overflow) = to.subtractingReportingOverflow(from)
        return overflow || distance < 0 || distance == .max ? 0 : Int(distance) + 1
    }
}

extension VariantResult.Partition {
    var hasLosses: Bool { isAbove(lost) }

    /// The first runs of lost offsets, and how many lost events are not in them:
    /// `1,204–1,299, 2,000 and 12 more events`.
    func lostText(atMost limit: Int) -> String {
        let shown = lostOffsets.prefix(limit)
        let told = shown.reduce(0) { $0 &+ $1.count }
        let ranges = shown.map(\.text).joined(separator: ", ")
        let lost = lost ?? 0
        guard lost > told, told >= 0 else { return ranges }
        guard !shown.isEmpty else { return "not recorded" }
        return "\(ranges) and \(grouped(lost - told)) more \(lost - told == 1 ? "event" : "events")"
    }
}

extension VariantResult {
    /// One for each partition that lost events, its first runs of offsets told.
    var lossSentences: [String] {
        events.partitions.filter(\.hasLosses).map { books in
            "\(name), partition \(books.partition): \(grouped(books.lost ?? 0)) lost, offsets "
                + "\(books.lostText(atMost: 4))"
        }
    }
}
