import LabCore
import LabTelemetry

/// Gives a request so long and no longer.
struct RequestDeadline: Sendable {
    private let timeout: Duration
    private let clock: IncidentClock
    private let tasks = Census.site("RequestDeadline", kind: .task)

    /// `timeout` is of the clock's time.
    init(timeout: Duration, clock: IncidentClock) {
        self.timeout = timeout
        self.clock = clock
    }

    /// Runs `request`, which has to end when its task is cancelled.
    /// - Throws: ``LabError`` if it took too long; what the request throws.
    func limit(_ request: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup { group in
            tasks.enter()
            group.addTask {
                defer { tasks.leave() }
                try await clock.sleep(for: timeout)
                throw LabError("backend: no answer within \(timeout.text)")
            }
            tasks.enter()
            group.addTask {
                defer { tasks.leave() }
                try await request()
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}
