import LabCore

/// What resident memory can do without a leak where a collector gives memory back: a heap is filled with garbage up to its ceiling before it is
/// collected.
struct GarbageRoom: Sendable, Hashable {
    let runtime: ProgramRuntime
    /// Bytes that the heap may come to; `nil` if that is unknown.
    let ceiling: Double?
    /// At most at the end of a life, bytes.
    let resident: Double
    /// All that resident memory rose by is no more than there was room for besides what lived.
    let explainsRise: Bool
    /// Readings of live heap after a collection, in the life with the fewest.
    let readings: Int

    /// Fails for handlers and for programs whose runtime keeps no garbage.
    init?(of set: LifeSet) {
        let lives = set.lives.filter { $0.usable != nil }
        guard let runtime = lives.compactMap(\.runtime).last, lives.allSatisfy(\.hidesGarbage) else {
            return nil
        }
        self.runtime = runtime
        ceiling = lives.compactMap(\.heapCeiling).max()
        resident = lives.compactMap { $0[.rss].values.last }.max() ?? 0
        explainsRise = lives.allSatisfy { life in
            [MetricName.rss, .charge].allSatisfy { Self.hasRoom(for: $0, in: life) }
        }
        readings =
            lives.map { life in
                life.usable.map { life[.heap].values(from: $0.from, to: $0.to).count } ?? 0
            }
            .min() ?? 0
    }

    private static func hasRoom(for metric: MetricName, in life: Life) -> Bool {
        guard let usable = life.usable, let start = life[metric].interpolated(at: usable.from),
            let highest = life[metric].values(from: usable.from, to: usable.to).max()
        else { return true }
        guard let ceiling = life.heapCeiling else { return false }
        let live = life[.heap].value(at: usable.from) ?? life[.heap].values.first ?? 0
        return highest - start <= max(0, ceiling - live)
    }

    // MARK: - Words

    /// Why resident memory alone decides nothing.
    var doubt: String {
        let limit = ceiling.map { " up to \(ByteCount.describe($0)) (\(ceilingName))" } ?? ""
        return "it runs on \(runtime.words), whose heap fills with garbage\(limit) before it is collected: "
            + "what is resident, \(ByteCount.describe(resident)), does not show what lives"
    }

    private var ceilingName: String {
        runtime == .go ? "its next collection, or GOMEMLIMIT" : runtime.ceilingWords
    }

    /// What would decide it.
    func outlook(fewest: Int) -> String {
        let way =
            switch runtime {
            case .jvm: "let the lab ask for collections (collect: true)"
            case .go:
                "let the lab ask for collections (pprof: http://127.0.0.1:{{port}}/debug/pprof) and read its metrics"
            case .node, .dotnet, .native, .python:
                "name the metric that is its live heap (heap), and a signal at which it collects (collect: SIGUSR2)"
            }
        let seen = readings == 0 ? "none was seen" : "\(readings) \(readings == 1 ? "was" : "were") seen"
        return
            "to decide: \(way), or run until \(fewest) collections of the whole heap have ended (\(seen)); "
            + "a smaller heap is collected more often"
    }
}
