import Synchronization

/// The incidents that the program has.
package enum IncidentLibrary {
    /// Those that come with the lab, in the order to be shown.
    package static let builtIn: [Incident] = [
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
        .zoo,
    ]

    private static let added = Mutex<[Incident]>([])

    /// Adds the program's own, once, before anything is looked up.
    ///
    /// Their names differ from each other and from those of ``builtIn``.
    package static func add(_ incidents: [Incident]) { added.withLock { $0 += incidents } }

    /// The program's own first: who has some mostly looks for those.
    package static var all: [Incident] { added.withLock(\.self) + builtIn }

    package static func named(_ name: String) -> Incident? { all.first { $0.name == name } }
}
