import LabCore

/// A connection to one address, opened when it is first needed, and again when it has ended.
actor CallLine {
    private let port: Int
    /// After so many calls a new connection takes over; `nil` for never.
    private let callsPerConnection: Int?
    private let late: @Sendable () -> Void
    private var opening: Task<CallConnection, any Error>?
    private var calls = 0

    init(to port: Int, callsPerConnection: Int? = nil, late: @escaping @Sendable () -> Void = {}) {
        self.port = port
        self.callsPerConnection = callsPerConnection
        self.late = late
    }

    /// The connection for one call.
    /// - Throws: ``LabError`` if none can be had.
    func connection() async throws -> CallConnection {
        if let callsPerConnection, calls >= callsPerConnection { await replace() }
        calls += 1
        let opening = opening ?? open()
        do {
            let connection = try await opening.value
            guard !connection.isOpen else { return connection }
        } catch {
            if self.opening == opening { self.opening = nil }
            throw error
        }
        if self.opening == opening { self.opening = nil }
        return try await (self.opening ?? open()).value
    }

    func close() async {
        let connection = try? await opening?.value
        opening = nil
        await connection?.close()
    }

    private func open() -> Task<CallConnection, any Error> {
        let (port, late) = (port, late)
        // Awaited by every call that needs the connection.
        let task = Task { try await CallConnection.open(to: port, late: late) }
        opening = task
        return task
    }

    private func replace() async {
        calls = 0
        let old = opening
        opening = nil
        try? await old?.value.retire()
    }
}
