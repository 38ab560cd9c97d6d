import LabCore

/// What an incident's handlers talk to: a registry, a database, backends behind a balancer.
///
/// Real servers on 127.0.0.1, in a process of their own for each variant, so that neither their memory nor their trouble
/// is taken for the pods' or another variant's. Its metrics on the telemetry page count as the variant's own.
package struct IncidentCompanion: Sendable {
    /// A few words, for lists, such as `service registry with its prober`.
    package let summary: String
    /// Makes the servers and begins to listen.
    ///
    /// Called once in the life of the companion's process, or of a process that is pod and companion in one. The context
    /// has a page of the companion's own there, the run's world, and no endpoints.
    package let start: @Sendable (IncidentContext) async throws -> any Companion

    package init(
        summary: String,
        start: @escaping @Sendable (IncidentContext) async throws -> any Companion
    ) {
        self.summary = summary
        self.start = start
    }
}

/// A companion that listens.
package protocol Companion: Sendable {
    /// The ports on 127.0.0.1 by the names under which handlers ask for them, such as `registry` or `backend-2`.
    var endpoints: [String: Int] { get }

    /// Closes every connection and ends what it runs.
    func shutDown() async
}

extension IncidentCompanion {
    /// The first port that a companion tries; if it is in use, or 0, the system chooses another.
    package static let port = Parameter.count(
        "companionPort",
        default: 0,
        in: 0...65_535,
        "first port that the companion tries; another is taken if it is in use, or 0"
    )
}
