import LabCore

// What no run will ever know, so that an expectation of it could never be met.

extension VariantOutline {
    /// Refuses values that are `null` in every result.
    ///
    /// - Parameter keys: those of an existing value, after the variant's name.
    /// - Throws: why nobody knows the value, and what to ask for in its place.
    func checkKnown(_ keys: [String]) throws(ExpectationProblem) {
        guard hasLimit || keys.first != "timeToOOM" else {
            throw ExpectationProblem(
                message: "\(quoted(name)) has no memory limit to reach",
                hint: "Give its “pods” a “memory”, or the verdict an “oomLimit”."
            )
        }
        if let problem = isCommand ? unknownOfCommand(keys) : Self.unknownOfHandler(keys) {
            throw ExpectationProblem(message: "\(quoted(name)) \(problem.message)", hint: problem.hint)
        }
    }

    /// The same for values of a segment, after the segment's name.
    func checkKnown(inSegment keys: [String]) throws(ExpectationProblem) {
        guard isCommand, !readsHeap, keys.first == "heapBytesPerEvent" else { return }
        let problem = Self.noHeap("chargeBytesPerEvent")
        throw ExpectationProblem(message: "\(quoted(name)) \(problem.message)", hint: problem.hint)
    }

    /// Refuses the number of findings of a kind that nothing in the scenario looks for: it is zero in every result.
    func checkLookedFor(_ kind: String) throws(ExpectationProblem) {
        guard let kind = Finding.Kind(rawValue: kind), Finding.Kind.onDemand.contains(kind) else { return }
        let rules = findings.filter { $0.kind == kind }
        guard let only = rules.first else {
            throw ExpectationProblem(
                message: "no \(kind.rawValue) is looked for",
                hint: "Add it to “findings”. Looked for: \(findings.map(\.name).joined(separator: ", "))."
            )
        }
        if rules.count == 1, kind != .imbalance { try checkRead(only.metric) }
    }

    /// Refuses a metric that none of the pods will tell.
    func checkTold(_ metric: String) throws(ExpectationProblem) {
        guard !tells(metric) else { return }
        let names = toldMetrics
        let suggestion = didYouMean(metric, among: names)
        switch pods {
        case .command(nil):
            throw ExpectationProblem(
                message: "\(quoted(name)) is a command that is asked for no metrics",
                hint:
                    "Say where it reports them, in “metrics”, and which of them to record, in “metricNames”."
            )
        case .command:
            throw ExpectationProblem(
                message: "\(quoted(metric)) is not among the “metricNames” of \(quoted(name))",
                hint: suggestion + "Recorded are: \(names.joined(separator: ", "))."
            )
        case .handler:
            throw ExpectationProblem(
                message: "\(quoted(metric)) is no metric of the incident's",
                hint: suggestion + "It has: \(names.joined(separator: ", "))."
            )
        }
    }

    /// Refuses a level that is read from pods of handlers alone.
    func checkRead(_ metric: String) throws(ExpectationProblem) {
        let name = MetricName(metric)
        guard !name.isOfIncident else { return try checkTold(metric) }
        guard isCommand, Self.ofHandlers.contains(name) || metric.hasPrefix("live:"),
            !(readsHeap && name == .heap)
        else { return }
        throw ExpectationProblem(
            message: "\(quoted(self.name)) is a command: its \(quoted(metric)) is not read",
            hint: "Read of a command are rss, charge, descriptors, threads, tasks and its “metricNames”."
        )
    }

    /// Read from telemetry pages alone; of a command's tasks something else is read.
    private static let ofHandlers = Set(
        MetricDefinition.all(for: .finding).filter { $0.source == .page }.map(\.name)
    ).subtracting([.tasks])

    private typealias Unknown = (message: String, hint: String)

    private func unknownOfCommand(_ keys: [String]) -> Unknown? {
        if keys.first == "latency", hasLatency, keys.last != "maxMillis" { return nil }
        if keys.first == "heap", readsHeap { return nil }
        return Self.unknownOfCommand(keys)
    }

    private static func unknownOfCommand(_ keys: [String]) -> Unknown? {
        switch keys.first {
        case "events" where !["produced", "processed"].contains(keys.last):
            (
                "is a command: what becomes of a single event is not known",
                "Known is what its group commits: ask for lag.final == 0, or for events.processed."
            )
        case "latency", "eventAge":
            (
                "is a command: when it handles a single event is not known",
                "Name a histogram of its own, in “latency”: then the median and p99 are known. Or ask for lag.peak."
            )
        case "heap": noHeap("charge.bytesPerEvent or rss.bytesPerEvent")
        case "tasks" where keys.dropFirst().first == "sites":
            (
                "is a command: where its tasks were made is not known",
                "Ask for tasks.perEvent, or for a metric that it reports."
            )
        default: nil
        }
    }

    private static func noHeap(_ other: String) -> Unknown {
        (
            "is a command: its live heap is not read",
            "Ask for \(other), or say where it is to be read: “heap”, “pprof”, “collect” or “runtime”, or “allocator: jemalloc” in its “pods”."
        )
    }

    private static func unknownOfHandler(_ keys: [String]) -> Unknown? {
        switch keys.first {
        case "command": ("runs a handler and has no command", "Leave it out.")
        case "runtime": ("runs a handler: only a command's runtime is found out", "Leave it out.")
        default: nil
        }
    }
}
