package import LabCore

/// What an expectation can ask for: the keys of the result contract with their types, and how each is read.
///
/// The one place that knows them. A test holds it against an encoded result, so that a key added there is missed here.
package enum ResultSchema {
    package struct Key<Root>: Sendable {
        /// The keys of the JSON document that lead to the value.
        package let path: [String]
        package let type: ResultType
        /// `false` for a key of the document itself, `true` for what is calculated from it, such as a count over one
        /// of its lists.
        package let isDerived: Bool

        private let read: @Sendable (Root) -> ResultValue?

        package var name: String { path.joined(separator: ".") }

        /// `nil` for a value that is `null` in the document.
        package func value(in root: Root) -> ResultValue? { read(root) }

        fileprivate init(
            path: [String],
            type: ResultType,
            isDerived: Bool,
            read: @escaping @Sendable (Root) -> ResultValue?
        ) {
            self.path = path
            self.type = type
            self.isDerived = isDerived
            self.read = read
        }
    }

    package static let runKeys: [Key<RunResult>] = [
        .text("run") { $0.run },
        .text("scenario") { $0.scenario },
        .number("timeScale", .plain) { $0.timeScale },
        .number("seed", .plain) { Double($0.seed) },
        .flag("valid") { $0.valid },
        .word("broker.kind", ["embedded", "external"]) { $0.broker.kind },
        .text("broker.bootstrapServers") { $0.broker.bootstrapServers },
        .number("lab.rss.startBytes", .bytes) { $0.lab.rss.startBytes },
        .number("lab.rss.peakBytes", .bytes) { $0.lab.rss.peakBytes },
        .number("lab.rss.endBytes", .bytes) { $0.lab.rss.endBytes },
        .number("lab.cpuSeconds", .seconds) { $0.lab.cpuSeconds },
        .word("memoryControl", ["cgroup v2", "cgroup v1", "watchdog", "none"]) { $0.memoryControl },
    ]

    package static let variantKeys: [Key<VariantResult>] =
        [
            .text("name") { $0.name },
            .word("role", VariantRole.allCases.map(\.rawValue)) { $0.role.rawValue },
            .flag("control") { $0.control },
            .text("command") { $0.command },
            .word("runtime.name", ProgramRuntime.allCases.map(\.rawValue)) { $0.runtime?.name.rawValue },
            .number("runtime.heapCeilingBytes", .bytes) { $0.runtime?.heapCeilingBytes },
            .number("runtime.heapReadings", .plain) { $0.runtime.map { Double($0.heapReadings) } },
            .number("runtime.collections", .plain) { $0.runtime?.collections.map(Double.init) },
            .number("runtime.pauseSeconds", .seconds) { $0.runtime?.pauseSeconds },
            .number("runtime.pauseShare", .plain) { $0.runtime?.pauseShare },
        ] + loadKeys + memoryKeys("rss") { $0.rss } + memoryKeys("heap") { $0.heap }
        + memoryKeys("charge") { $0.charge } + taskKeys + podKeys + verdictKeys

    private static let loadKeys: [Key<VariantResult>] = [
        .number("events.produced", .plain) { Double($0.events.produced) },
        .number("events.processed", .plain) { Double($0.events.processed) },
        .number("events.lost", .plain) { $0.events.lost.map(Double.init) },
        .number("events.duplicated", .plain) { $0.events.duplicated.map(Double.init) },
        .number("events.failed", .plain) { $0.events.failed.map(Double.init) },
        .number("events.corrupt", .plain) { $0.events.corrupt.map(Double.init) },
        .number("events.outOfOrder", .plain) { $0.events.outOfOrder.map(Double.init) },
        .number("events.wrongPartition", .plain) { $0.events.wrongPartition.map(Double.init) },
        .number("events.unexpected", .plain) { $0.events.unexpected.map(Double.init) },
        .number("load.targetPerHour", .perHour) { $0.load.targetPerHour },
        .number("load.achievedPerHour", .perHour) { $0.load.achievedPerHour },
        .number("load.scheduleDelayP99Millis", .milliseconds) { $0.load.scheduleDelayP99Millis },
        .number("latency.p50Millis", .milliseconds) { $0.latency.p50Millis },
        .number("latency.p99Millis", .milliseconds) { $0.latency.p99Millis },
        .number("latency.maxMillis", .milliseconds) { $0.latency.maxMillis },
        .number("eventAge.p50Seconds", .seconds) { $0.eventAge.p50Seconds },
        .number("eventAge.p99Seconds", .seconds) { $0.eventAge.p99Seconds },
        .number("eventAge.maxSeconds", .seconds) { $0.eventAge.maxSeconds },
        .number("lag.peak", .plain) { Double($0.lag.peak) },
        .number("lag.final", .plain) { Double($0.lag.final) },
        .number("lag.drainSeconds", .seconds) { $0.lag.drainSeconds },
        .word("lag.status", LagStatus.allCases.map(\.rawValue)) { $0.lag.status?.rawValue },
        .word("lag.worstStatus", LagStatus.allCases.map(\.rawValue)) { $0.lag.worstStatus?.rawValue },
        .number("lag.laggingSeconds", .seconds) { $0.lag.laggingSeconds },
        .number("lag.stalledSeconds", .seconds) { $0.lag.stalledSeconds },
        .number("lag.stoppedSeconds", .seconds) { $0.lag.stoppedSeconds },
    ]

    private static func memoryKeys(
        _ name: String,
        _ memory: @escaping @Sendable (VariantResult) -> VariantResult.Memory
    ) -> [Key<VariantResult>] {
        [
            .number("\(name).startBytes", .bytes) { memory($0).startBytes },
            .number("\(name).peakBytes", .bytes) { memory($0).peakBytes },
            .number("\(name).endBytes", .bytes) { memory($0).endBytes },
        ] + estimateKeys("\(name).bytesPerEvent", .bytes) { memory($0).bytesPerEvent }
    }

    static func estimateKeys<Root>(
        _ name: String,
        _ unit: ResultUnit,
        _ estimate: @escaping @Sendable (Root) -> Estimate?
    ) -> [Key<Root>] {
        [
            .number("\(name).estimate", unit) { estimate($0)?.estimate },
            .number("\(name).low", unit) { estimate($0)?.low },
            .number("\(name).high", unit) { estimate($0)?.high },
        ]
    }

    private static let taskKeys: [Key<VariantResult>] =
        [
            .number("tasks.peak", .plain) { Double($0.tasks.peak) },
            .number("tasks.end", .plain) { Double($0.tasks.end) },
            .number("tasks.outlivingTheirEvent", .plain) { Double($0.tasks.outlivingTheirEvent) },
        ] + estimateKeys("tasks.perEvent", .plain) { $0.tasks.perEvent }
        + [.number("cpu.secondsPerMillionEvents", .seconds) { $0.cpu.secondsPerMillionEvents }]

    private static let podKeys: [Key<VariantResult>] = [
        .derived("pods.count") { Double($0.pods.count) },
        .derived("pods.restarts") { $0.pods.reduce(0) { $0 + Double($1.restarts) } },
        .derived("pods.oomKills") { $0.pods.reduce(0) { $0 + Double($1.oomKills) } },
        .derived("pods.workerOOMKills") { $0.pods.reduce(0) { $0 + Double($1.workerOOMKills ?? 0) } },
        .derived("pods.processesUnread") { $0.pods.reduce(0) { $0 + Double($1.processesUnread ?? 0) } },
    ]

    private static let verdictKeys: [Key<VariantResult>] =
        [
            .number("timeToOOM.limitBytes", .bytes) { $0.timeToOOM.limitBytes.map(Double.init) },
            .number("timeToOOM.seconds", .seconds) { $0.timeToOOM.seconds },
            .word("timeToOOM.observed", ["true", "false"]) {
                $0.timeToOOM.observed.map { $0 ? "true" : "false" }
            },
            .flag("flagged") { $0.flagged },
            .word("verdict", Verdict.allCases.map(\.rawValue)) { $0.verdict.rawValue },
            .number("smallestDetectableBytesPerEvent", .bytes) { $0.smallestDetectableBytesPerEvent },
            .number("warmUp.givenSeconds", .seconds) { $0.warmUp?.givenSeconds },
            .number("warmUp.foundSeconds", .seconds) { $0.warmUp?.foundSeconds },
            .number("warmUp.usedSeconds", .seconds) { $0.warmUp?.usedSeconds },
            .word("drain.outcome", Drain.Outcome.allCases.map(\.rawValue)) { $0.drain?.outcome.rawValue },
            .number("drain.left", .plain) { ($0.drain?.left).map(Double.init) },
            .number("drain.seconds", .seconds) { $0.drain?.seconds },
            .derived("findings.count") { Double($0.findings.count) },
        ]
        + Finding.Kind.allCases.map { kind in
            .derived("findings.\(kind.rawValue)") { Double($0.findings.count { $0.kind == kind }) }
        }
}

extension ResultSchema.Key {
    static func number(
        _ name: String,
        _ unit: ResultUnit,
        _ read: @escaping @Sendable (Root) -> Double?
    ) -> Self {
        Self(path: components(name), type: .number(unit), isDerived: false) { read($0).map { .number($0) } }
    }

    static func derived(_ name: String, _ read: @escaping @Sendable (Root) -> Double) -> Self {
        Self(path: components(name), type: .number(.plain), isDerived: true) { .number(read($0)) }
    }

    /// A number that is calculated from others of the document.
    static func derivedNumber(_ name: String, _ read: @escaping @Sendable (Root) -> Double?) -> Self {
        Self(path: components(name), type: .number(.plain), isDerived: true) {
            read($0).map { .number($0) }
        }
    }

    static func derivedFlag(_ name: String, _ read: @escaping @Sendable (Root) -> Bool) -> Self {
        Self(path: components(name), type: .word(["true", "false"]), isDerived: true) {
            .word(read($0) ? "true" : "false")
        }
    }

    static func word(
        _ name: String,
        _ words: [String],
        _ read: @escaping @Sendable (Root) -> String?
    ) -> Self {
        Self(path: components(name), type: .word(words), isDerived: false) { read($0).map { .word($0) } }
    }

    static func text(_ name: String, _ read: @escaping @Sendable (Root) -> String?) -> Self {
        Self(path: components(name), type: .text, isDerived: false) { read($0).map { .word($0) } }
    }

    static func flag(_ name: String, _ read: @escaping @Sendable (Root) -> Bool) -> Self {
        Self(path: components(name), type: .word(["true", "false"]), isDerived: false) {
            .word(read($0) ? "true" : "false")
        }
    }

    private static func components(_ name: String) -> [String] {
        name.split(separator: ".").map(String.init)
    }
}

package enum ResultType: Hashable, Sendable {
    case number(ResultUnit)
    /// One of these words.
    case word([String])
    /// Any word.
    case text
}

/// The unit that the contract's key name promises.
package enum ResultUnit: Hashable, Sendable {
    /// Counts, factors, seeds.
    case plain
    case bytes
    case milliseconds
    case seconds
    case perHour
}

/// A value that an expectation compares.
package enum ResultValue: Hashable, Sendable, CustomStringConvertible {
    /// In the unit of its key.
    case number(Double)
    case word(String)

    /// Numbers with at most six decimals, so that a sum of fractions reads as people expect.
    package var description: String {
        switch self {
        case .word(let word): return word
        case .number(let number):
            if number == number.rounded(), abs(number) < 1e15 { return String(Int64(number)) }
            let isSmall = abs(number) < 0.001 || abs(number) > 1e9
            return isSmall ? "\(number)" : "\((number * 1e6).rounded() / 1e6)"
        }
    }
}
