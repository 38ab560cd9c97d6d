/// The connections of a client to one port: who may use one, who may make one, and who waits.
///
/// A value that counts and decides. Whoever owns it makes and closes the connections.
struct PortPool<Connection: AnyObject & Sendable> {
    enum Grant: Sendable {
        case use(Connection)
        /// There is room for one more. A dial that fails ends in ``lost(_:)``.
        case dial
    }

    typealias Caller = CheckedContinuation<Grant, any Error>

    private let limit: Int
    /// The one that was used last stands last, and is used next.
    private var idle: [Connection] = []
    /// In use, idle, and about to be made.
    private var count = 0
    private var waiting: [(end: RequestEnd, caller: Caller)] = []

    init(limit: Int) { self.limit = max(1, limit) }

    /// Serves the caller, or lets it wait.
    /// - Returns: whether it was served.
    mutating func enter(_ end: RequestEnd, _ caller: Caller) -> Bool {
        if let connection = idle.popLast() {
            caller.resume(returning: .use(connection))
        } else if count < limit {
            count += 1
            caller.resume(returning: .dial)
        } else {
            waiting.append((end, caller))
            return false
        }
        return true
    }

    /// Lets a caller fail that still waits.
    mutating func leave(_ end: RequestEnd, _ reason: any Error) {
        guard let index = waiting.firstIndex(where: { $0.end === end }) else { return }
        waiting.remove(at: index).caller.resume(throwing: reason)
    }

    /// A connection that was used is free for whoever waits, or idle.
    mutating func putBack(_ connection: Connection) {
        guard waiting.isEmpty else { return waiting.removeFirst().caller.resume(returning: .use(connection)) }
        idle.append(connection)
    }

    /// Takes out a connection that is idle, and will be closed.
    /// - Returns: false if it is in use.
    mutating func withdraw(_ connection: Connection) -> Bool {
        guard let index = idle.firstIndex(where: { $0 === connection }) else { return false }
        idle.remove(at: index)
        return true
    }

    /// A connection has ended, or could not be made (`nil`): whoever waits may make another one.
    mutating func lost(_ connection: Connection?) {
        if let connection { _ = withdraw(connection) }
        guard waiting.isEmpty else { return waiting.removeFirst().caller.resume(returning: .dial) }
        count -= 1
    }

    /// - Returns: those who wait, who are to be resumed.
    mutating func sendAway() -> [Caller] {
        defer { waiting = [] }
        return waiting.map(\.caller)
    }
}
