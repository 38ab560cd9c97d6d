import LabCore
import LabTelemetry
import NIOCore
import Synchronization

/// What all connections to the database share: its rows, its trouble, and the list of who is connected.
final class ItemDatabaseClients: Sendable {
    let world: WorldService
    let rowsServed: Counter
    private let seed: UInt64
    private let connected: Counter
    private let channels = Mutex<[ObjectIdentifier: any Channel]>([:])

    init(_ context: IncidentContext) {
        world = context.world.service("database")
        seed = context.seed
        rowsServed = context.page.counter("rowsServed", class: .incident)
        connected = context.page.gauge("databaseConnections", class: .incident)
    }

    func enter(_ channel: any Channel) {
        channels.withLock { channels in
            channels[ObjectIdentifier(channel)] = channel
            connected.store(UInt64(channels.count))
        }
    }

    func leave(_ channel: any Channel) {
        channels.withLock { channels in
            channels[ObjectIdentifier(channel)] = nil
            connected.store(UInt64(channels.count))
        }
    }

    func closeAll() async {
        let open = channels.withLock { Array($0.values) }
        for channel in open { try? await channel.close() }
    }

    /// Nothing is stored: a row is made when it is asked for, and the same one each time.
    ///
    /// `key` may be escaped in any way that is always the same.
    func row(for key: some StringProtocol) -> ByteBuffer {
        var random = SplitMix64(seed: seed, text: key.utf8)
        var row = ByteBuffer()
        row.reserveCapacity(Item.byteCount)
        for _ in 0..<Item.columnCount { row.writeInteger(random.next(), endianness: .big) }
        return row
    }
}
