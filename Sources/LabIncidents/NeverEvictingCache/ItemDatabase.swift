import LabCore
import LabTelemetry
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// The database: a row for every key, over HTTP, as long as the world lets it.
///
/// While it is down its port refuses connections, and those that were open are closed.
final class ItemDatabase: Companion {
    /// What comes before a key in the address of its row.
    static let path = "/items/"
    /// Between two looks at the world, wall time.
    private static let watchInterval = Duration.milliseconds(5)

    private let clients: ItemDatabaseClients
    private let port: Int
    private let isUp: Counter
    private let listener: Mutex<(any Channel)?>
    private let watch = Mutex<Task<Void, Never>?>(nil)

    /// Listens on 127.0.0.1, on the port of the parameter or on another one if that is in use.
    /// - Throws: an error of the system if there is no port to be had.
    init(_ context: IncidentContext) async throws {
        clients = ItemDatabaseClients(context)
        isUp = context.page.gauge("databaseUp", class: .incident)
        let wanted = context.wholeNumber(.companionPort)
        let channel: any Channel
        do {
            channel = try await Self.listen(on: wanted, for: clients)
        } catch  where wanted != 0 {
            channel = try await Self.listen(on: 0, for: clients)
        }
        port = channel.localAddress?.port ?? wanted
        listener = Mutex(channel)
        isUp.store(1)
        let site = Census.site("ItemDatabase.watch", kind: .task)
        site.enter()
        // Lives as long as the database, and is awaited where that is shut down.
        let task = Task {
            while (try? await Task.sleep(for: Self.watchInterval)) != nil { await self.follow() }
            site.leave()
        }
        watch.withLock { $0 = task }
    }

    var endpoints: [String: Int] { ["database": port] }

    func shutDown() async {
        let task = watch.withLock { $0.take() }
        task?.cancel()
        await task?.value
        await goDown()
    }

    /// Does what the world asks for.
    private func follow() async {
        let isListening = listener.withLock { $0 != nil }
        switch (clients.world.isDown, isListening) {
        case (true, true): await goDown()
        case (false, false): await comeUp()
        case (true, false), (false, true): break
        }
    }

    private func goDown() async {
        isUp.store(0)
        let channel = listener.withLock { $0.take() }
        try? await channel?.close()
        await clients.closeAll()
    }

    /// On the same port; if somebody else has it just now, the next look at the world tries again.
    private func comeUp() async {
        guard let channel = try? await Self.listen(on: port, for: clients) else { return }
        listener.withLock { $0 = channel }
        isUp.store(1)
    }

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
