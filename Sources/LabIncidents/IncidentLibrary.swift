/// The incidents that the lab has.
package enum IncidentLibrary {
    /// In the order to be shown.
    package static let all: [Incident] = [
        .servicePerEvent,
        .neverEvictingCache,
        .cacheStampede,
        .pinnedConnection,
        .unboundedWorkers,
        .clientPerRequest,
        .rowsNotClosed,
        .oversizedResultCache,
        .orphanedSessions,
        .twoLeaks,
        .knownLeak,
    ]

    package static func named(_ name: String) -> Incident? { all.first { $0.name == name } }
}
