import LabCore
import LabTelemetry
import NIOCore
import NIOPosix
import Synchronization

/// A balancer of layer 4: it chooses a backend for each connection, in turn, and from then on copies bytes.
///
/// It knows nothing of calls, so that all calls of a connection go to one backend for as long as it lasts.
final class ConnectionBalancer: Sendable {
    private typealias Bytes = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    let port: Int
    private let listener: LoopbackListener

    /// Begins to listen.
    ///
    /// If `port` is 0 or in use, the system chooses another; `connections` counts those that were balanced.
    /// - Throws: ``LabError`` if it cannot listen.
    init(port wanted: Int, backends: [Int], connections: Counter) async throws {
        let turns = RoundRobin(backends)
        listener = try await LoopbackListener(
            preferring: wanted,
            name: "ConnectionBalancer.connection",
            prepare: { try Bytes(wrappingChannelSynchronously: $0) },
            converse: { client in
                connections.add()
                try await Self.join(client, to: turns.next())
            }
        )
        port = listener.port
    }

    /// Hangs up on both sides.
    func shutDown() async { await listener.shutDown() }

    private static func join(_ client: Bytes, to port: Int) async throws {
        try await client.executeThenClose { fromClient, toClient in
            let backend = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .connect(host: "127.0.0.1", port: port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try Bytes(wrappingChannelSynchronously: channel)
                    }
                }
            try await backend.executeThenClose { fromBackend, toBackend in
                try await withThrowingTaskGroup { group in
                    group.addTask { for try await bytes in fromClient { try await toBackend.write(bytes) } }
                    group.addTask { for try await bytes in fromBackend { try await toClient.write(bytes) } }
                    // When one side has hung up the other one is hung up on.
                    defer { group.cancelAll() }
                    try await group.next()
                }
            }
        }
    }
}

/// One after the other, and again from the first.
final class RoundRobin<Element: Sendable>: Sendable {
    private let elements: [Element]
    private let turn = Atomic(0)

    /// - Precondition: there is at least one.
    init(_ elements: [Element]) {
        precondition(!elements.isEmpty, "nobody's turn")
        self.elements = elements
    }

    func next() -> Element {
        let turn = turn.wrappingAdd(1, ordering: .relaxed).oldValue
        return elements[Int(UInt(bitPattern: turn) % UInt(elements.count))]
    }
}
