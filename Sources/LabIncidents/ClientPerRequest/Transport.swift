import LabCore
import LabTLS
import LabTelemetry
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// What makes connections to a server and keeps idle ones for the next request, as `Transport` of Go's `net/http`.
///
/// Each has TLS settings and idle connections of its own and is made to be shared: an idle connection is of use to
/// nobody else, and it keeps its transport alive when nobody else does.
final class Transport: Sendable {
    /// What is counted of transports and their connections.
    struct Metrics: Sendable {
        let transports = Census.site("Transport", kind: .instance)
        let readLoops = Census.site("Transport.readLoop", kind: .task)
        let writeLoops = Census.site("Transport.writeLoop", kind: .task)
        let dialled: Counter
        let reused: Counter
        let idle: Counter

        init(on page: TelemetryPage) {
            dialled = page.counter("connectionsDialled", class: .incident)
            reused = page.counter("connectionsReused", class: .incident)
            idle = page.gauge("connectionsIdle", class: .incident)
        }
    }

    /// Makes a connection with the transport's TLS settings.
    typealias Dial = @Sendable (TLSContext) async throws -> PersistentConnection.Wire

    let metrics: Metrics
    private let dial: Dial
    private let idleLimit: Int
    private let tls: TLSContext
    private let idle = Mutex<[PersistentConnection]>([])

    /// - Parameters:
    ///   - server: the certificate that is trusted, and no other.
    ///   - idleLimit: idle connections that are kept at most.
    ///   - dial: makes a connection.
    ///   - metrics: where connections and their tasks are counted.
    /// - Throws: ``LabError`` if the settings cannot be made.
    init(
        trusting server: TLSCertificate,
        idleLimit: Int,
        dial: @escaping Dial,
        metrics: Metrics
    ) throws(LabError) {
        tls = try TLSContext(trusting: server)
        self.idleLimit = idleLimit
        self.dial = dial
        self.metrics = metrics
        metrics.transports.enter()
    }

    deinit { metrics.transports.leave() }

    /// Sends the request over an idle connection, or over a new one if none is idle.
    /// - Throws: what the connection or making it throws, for want of descriptors too.
    func roundTrip(_ request: HTTPRequestHead) async throws -> Answer {
        try await connection().roundTrip(request)
    }

    private func connection() async throws -> PersistentConnection {
        if let connection = idle.withLock({ $0.popLast() }) {
            metrics.idle.subtract()
            metrics.reused.add()
            return connection
        }
        let connection = PersistentConnection(try await dial(tls), of: self)
        metrics.dialled.add()
        metrics.readLoops.enter()
        // Lives as long as its connection, whoever made the request: so does the original's.
        Task { [readLoops = metrics.readLoops] in
            await connection.run()
            readLoops.leave()
        }
        return connection
    }

    /// Takes a connection whose answer was read to its end back for the next request.
    /// - Returns: false if there are enough.
    func keep(_ connection: PersistentConnection) -> Bool {
        let isKept = idle.withLock { idle in
            guard idle.count < idleLimit else { return false }
            idle.append(connection)
            return true
        }
        if isKept { metrics.idle.add() }
        return isKept
    }

    /// For a connection that has ended.
    func forget(_ connection: PersistentConnection) {
        let wasIdle = idle.withLock { idle in
            let index = idle.firstIndex { $0 === connection }
            return index.map { idle.remove(at: $0) } != nil
        }
        if wasIdle { metrics.idle.subtract() }
    }

    /// Closes what is idle; requests that are under way go on.
    func closeIdleConnections() {
        for connection in idle.withLock({ $0 }) { connection.close() }
    }
}

extension Transport {
    /// Connects to a port of this machine, on the process's one group of event loops.
    static func connecting(to port: Int) -> Dial {
        { tls in
            let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let session = try TLSSession(client: tls, hostName: BackendCertificate.hostName)
                        try channel.pipeline.syncOperations.addHandler(TLSHandler(session))
                        try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    }
                }
                .connect(host: BackendCertificate.address, port: port).get()
            do {
                return try await channel.eventLoop.submit {
                    try PersistentConnection.Wire(wrappingChannelSynchronously: channel)
                }.get()
            } catch {
                try? await channel.close()
                throw error
            }
        }
    }
}
