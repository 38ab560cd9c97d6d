/// The incidents that the lab has.
package enum IncidentLibrary {
    /// In the order to be shown.
    package static let all: [Incident] = [
        .servicePerEvent, .oversizedResultCache, .orphanedSessions, .twoLeaks, .clientPerRequest,
        .rowsNotClosed,
    ]

    package static func named(_ name: String) -> Incident? { all.first { $0.name == name } }
}
