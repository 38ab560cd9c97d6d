import LabCore

/// What is left out at the start of each life.
struct WarmUpRule: Sendable, Hashable {
    /// Wall seconds since the life began; at least that much is left out.
    var given: Double
    /// As much more as it took.
    var isFound: Bool

    init(_ seconds: Double, isFound: Bool = false) {
        given = seconds.isFinite ? max(0, seconds) : 0
        self.isFound = isFound
    }

    init(of header: RunHeader) { self.init(header.warmUp, isFound: header.findsWarmUp ?? false) }

    /// Of a life that began at `start` and handled events from `first` to `last`.
    ///
    /// A life that had not settled half-way counts from there on, if the warm-up is to be found: what comes later is the best there is.
    ///
    /// - Returns: wall seconds since the start of the run.
    func end(from start: Double, _ search: WarmUpSearch?, events: ClosedRange<Double>?) -> Double {
        let least = start + given
        guard isFound, let search, let events else { return least }
        let middle = events.lowerBound + (events.upperBound - events.lowerBound) / 2
        return max(least, search.end ?? middle)
    }
}

extension VariantResult.WarmUp {
    /// Of the lives of a variant: the longest.
    ///
    /// - Returns: `nil` if no life was long enough to look.
    init?(_ lives: [Life], given: WarmUpRule) {
        let searched = lives.filter { $0.warmUpSearch != nil }
        guard !searched.isEmpty else { return nil }
        let found = searched.map { life in life.warmUpSearch?.end.map { $0 - life.start } }
        self.init(
            givenSeconds: given.isFound ? nil : given.given,
            foundSeconds: found.contains(nil) ? nil : found.compactMap(\.self).max(),
            usedSeconds: searched.map { $0.warmUpEnd - $0.start }.max() ?? given.given
        )
    }
}
