import LabCore
import LabTelemetry
import NIOCore
import NIOHTTP1
import NIOPosix

/// The database: a row for every key, over HTTP, as long as the world lets it.
///
/// While it is down its port refuses connections, and those that were open are closed.
final class ItemDatabase: Companion {
    /// What comes before a key in the address of its row.
    static let path = "/items/"

    private let listener: WatchedListener

    /// Listens on 127.0.0.1, on the port of the parameter or on another one if that is in use.
    /// - Throws: an error of the system if there is no port to be had.
    init(_ context: IncidentContext) async throws {
        let clients = ItemDatabaseClients(context)
        listener = try await WatchedListener(
            at: context[IncidentCompanion.port],
            in: clients.world,
            isUp: context.page.gauge("databaseUp", class: .incident),
            name: "ItemDatabase.watch",
            bind: { try await Self.listen(on: $0, for: clients) },
            hangUp: { await clients.closeAll() }
        )
    }

    var endpoints: [String: Int] { ["database": listener.port] }

    func shutDown() async { await listener.shutDown() }

    private static func listen(on port: Int, for clients: ItemDatabaseClients) async throws -> any Channel {
        try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(ItemDatabaseConnection(of: clients))
                }
            }
            .bind(host: "127.0.0.1", port: port)
            .get()
    }
}
