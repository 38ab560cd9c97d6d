import LabCore

extension ZooBehaviour {
    /// Such as `keeps 112 B of malloc per event, in bursts of 3 s every 15 s, under a saw-tooth of 24.0 MiB`.
    package var summary: String {
        switch (leak, level) {
        case (nil, nil): "keeps nothing"
        case (let leak?, nil): leak.summary
        case (nil, let level?): level.summary
        case (let leak?, let level?): "\(leak.summary); \(level.summary)"
        }
    }
}

extension ZooBehaviour.Leak {
    fileprivate var summary: String {
        let unit = bytes > 0 ? "\(ByteCount.describe(Double(bytes))) of \(medium.rawValue)" : medium.rawValue
        let events = every == 1 ? "every event" : "every \(grouped(every)) events"
        return ["keeps \(unit) \(events)", window, bursts, partition.map { "of partition \($0) only" }]
            .compactMap(\.self).joined(separator: ", ")
    }

    private var window: String? {
        switch (from > 0, until < 1) {
        case (true, true): "from \(percent(from)) to \(percent(until)) of the run"
        case (true, false): "from \(percent(from)) of the run on"
        case (false, true): "until \(percent(until)) of the run"
        case (false, false): nil
        }
    }

    private var bursts: String? {
        period > 0 ? "for \(ZooParameter.number(burst)) s every \(ZooParameter.number(period)) s" : nil
    }
}

extension ZooBehaviour.Level {
    fileprivate var summary: String {
        let seconds = "\(ZooParameter.number(period)) s"
        return switch shape {
        case .fill: "a cache or pool of \(size), full at \(percent(at))"
        case .emptied: "a cache of \(size), emptied once at \(percent(at))"
        case .capped: "workers up to \(size) at \(percent(at)), half of them at the end"
        case .saw: "batches of \(size) that come and go every \(seconds)"
        case .startup: "a start-up of \(size), freed after \(seconds)"
        case .transient: "\(size) for \(seconds) at \(percent(at))"
        case .table: "a table of \(size), made at \(percent(at))"
        case .creep: "creep of \(size) × log(1 + t / 30 s)"
        case .backlog: "a queue of \(size) that comes and goes from \(percent(at)) on"
        case .rest: "\(size), given back at rest"
        }
    }

    private var size: String {
        medium == .malloc || medium == .mmap
            ? "\(ByteCount.describe(Double(units * bytes))) of \(medium.rawValue)"
            : "\(units) \(medium.rawValue)s"
    }
}
