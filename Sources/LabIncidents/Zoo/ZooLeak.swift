import LabCore

/// When a leak keeps a unit: a pure function of the time since the first event, and of the event's partition.
struct ZooLeak: Sendable, Hashable {
    /// Events, among those that may leak, for each unit; 0 leaks none.
    var every = 0
    /// Shares of ``length``; an end of 1 is never.
    var from = 0.0
    var until = 1.0
    /// Seconds from burst to burst, counted from the leak's begin, and of each burst; 0 is no bursts.
    var period = 0.0
    var burst = 0.0
    /// `nil` is any.
    var partition: Int32?
    /// Seconds of the whole run, more than 0.
    var length = 90.0

    static let none = ZooLeak()

    /// Whether an event at that time is one that may leak.
    func mayLeak(at seconds: Double, partition: Int32) -> Bool {
        guard every > 0, self.partition.map({ $0 == partition }) ?? true else { return false }
        let begin = from * length
        guard seconds >= begin, until >= 1 || seconds < until * length else { return false }
        guard period > 0 else { return true }
        return (seconds - begin).truncatingRemainder(dividingBy: period) < burst
    }

    /// Whether the event is kept that is number `count`, from 1, of those that may leak.
    func keeps(_ count: Int) -> Bool { every > 0 && count.isMultiple(of: every) }
}

extension ZooLeak {
    init(_ context: IncidentContext) {
        typealias Parameters = ZooParameters
        every = context[Parameters.leakEvery]
        from = context[Parameters.leakFrom]
        until = context[Parameters.leakUntil]
        period = context[Parameters.leakPeriod].inSeconds
        burst = context[Parameters.leakFor].inSeconds
        let number = context[Parameters.leakPartition]
        partition = number < 0 ? nil : Int32(clamping: number)
        length = context[Parameters.length].inSeconds
    }
}
