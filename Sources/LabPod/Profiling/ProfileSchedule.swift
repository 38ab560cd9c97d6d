package import LabCore

/// Decides when a life takes a profile; times are wall seconds since it could receive events.
package struct ProfileSchedule {
    private let warmUp: Double
    private let every: Double?
    private let limit: Int64?
    private var isWarm = false
    private var hasLastWords = false
    private var next: Double

    /// The share of the limit at which the kernel may kill before the next look.
    static let lastWordsShare = 0.9
    /// A life that fills its limit before its warm-up ends would have nothing to compare its last words with.
    static let earlyShare = 0.5

    package init(warmUp: Double, every: Double?, limit: Int64?) {
        self.warmUp = warmUp
        self.every = every
        self.limit = limit
        next = warmUp + (every ?? 0)
    }

    /// What is to be taken now.
    ///
    /// - Parameters:
    ///   - seconds: ascending from call to call.
    ///   - usage: bytes as the limit counts them; `nil` if unknown.
    /// - Returns: `nil` for nothing.
    package mutating func due(at seconds: Double, usage: Int64?) -> HeapProfile.Moment? {
        let share = limit.flatMap { limit in usage.map { Double($0) / Double(max(1, limit)) } } ?? 0
        if !isWarm, seconds >= warmUp || share >= Self.earlyShare {
            isWarm = true
            return .warm
        }
        if !hasLastWords, share >= Self.lastWordsShare {
            hasLastWords = true
            return .lastWords
        }
        guard let every, seconds >= next else { return nil }
        next = max(next + every, seconds)
        return .scheduled
    }
}
