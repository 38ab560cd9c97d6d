package import LabCore

extension ResultSchema {
    /// The keys below `segments.NAME` of a variant's result.
    ///
    /// The document has a list there; expectations find its items by name.
    package static let segmentKeys: [Key<VariantResult.Segment>] =
        [
            .text("name") { $0.name },
            .text("handler") { $0.handler },
            .number("replicas", .plain) { Double($0.replicas) },
            .number("memoryLimitBytes", .bytes) { $0.memoryLimitBytes.map(Double.init) },
            .number("from", .seconds) { $0.from },
            .number("to", .seconds) { $0.to },
            .number("handled", .plain) { Double($0.handled) },
            .word("verdict", Verdict.allCases.map(\.rawValue)) { $0.verdict.rawValue },
            .flag("flagged") { $0.flagged },
        ] + estimateKeys("tasksPerEvent", .plain) { $0.tasksPerEvent }
        + estimateKeys("heapBytesPerEvent", .bytes) { $0.heapBytesPerEvent }
        + estimateKeys("chargeBytesPerEvent", .bytes) { $0.chargeBytesPerEvent }
        + [
            .number("cpuSecondsPerMillionEvents", .seconds) { $0.cpuSecondsPerMillionEvents },
            .number("restarts", .plain) { Double($0.restarts) },
            .number("oomKills", .plain) { Double($0.oomKills) },
            .number("peakLag", .plain) { Double($0.peakLag) },
        ] + waveKeys

    private static let waveKeys: [Key<VariantResult.Segment>] = [
        .number("waves.lives", .plain) { Double($0.waves.lives) },
        .number("waves.periodSeconds", .seconds) { $0.waves.periodSeconds },
        .number("waves.predictedPeriodSeconds", .seconds) { $0.waves.predictedPeriodSeconds },
        .number("waves.eventsToOOM", .plain) { $0.waves.eventsToOOM },
        .number("waves.predictedEventsToOOM", .plain) { $0.waves.predictedEventsToOOM },
        .number("waves.medianErrorPercent", .plain) { $0.waves.medianErrorPercent },
        .number("waves.worstErrorPercent", .plain) { $0.waves.worstErrorPercent },
        .text("waves.ratio.against") { $0.waves.ratio?.against },
        .number("waves.ratio.observed", .plain) { $0.waves.ratio?.observed },
        .number("waves.ratio.predicted", .plain) { $0.waves.ratio?.predicted },
    ]
}
