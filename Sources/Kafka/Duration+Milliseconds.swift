extension Duration {
    /// Whole milliseconds for a C call, rounded up so that a short wait does not become none; within 0 and
    /// `Int32.max`, because negative timeouts mean “for ever” in librdkafka.
    var milliseconds: Int32 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        guard seconds < Int64(Int32.max) / 1000 else { return .max }
        let attosecondsPerMillisecond: Int64 = 1_000_000_000_000_000
        let rest = (attoseconds + attosecondsPerMillisecond - 1) / attosecondsPerMillisecond
        return Int32(seconds * 1000 + rest)
    }
}
