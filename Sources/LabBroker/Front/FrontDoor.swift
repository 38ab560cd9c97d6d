import LabCore

/// Where clients reach one of the brokers.
///
/// Belongs to the front's thread once that runs.
final class FrontDoor {
    /// The mock's number of the broker.
    let broker: Int32
    /// Where clients reach it, and where the mock listens for it.
    let (port, upstreamPort): (Int, Int)
    /// Has the port while nobody listens at it.
    private let holder: LoopbackSocket
    private var listener: LoopbackSocket?

    /// Takes a port that the system chooses, and listens there.
    /// - Throws: ``LabError`` if there is none.
    init(before broker: Int32, at upstreamPort: Int) throws(LabError) {
        (self.broker, self.upstreamPort) = (broker, upstreamPort)
        holder = try .bound(to: 0)
        port = holder.port
        listener = try .listening(at: port)
    }

    /// Of the listener; `nil` while it is shut.
    var descriptor: Int32? { listener?.descriptor }

    /// While it is shut, whoever knocks is refused by the system, as at the port of a program that does not run.
    func shut() { listener = nil }

    /// Tries to listen again.
    func open() {
        if listener == nil { listener = try? .listening(at: port) }
    }

    /// The next client that waits, with a connection to the broker behind.
    func nextSession() -> FrontSession? {
        guard let client = listener?.accepted() else { return nil }
        guard let upstream = try? LoopbackSocket.connecting(to: upstreamPort) else { return nextSession() }
        return FrontSession(client: client, upstream: upstream)
    }
}
