import LabCore
import NIOCore
import NIOHTTP1

/// Gets rows from the database and has them converted.
struct ItemRepository<Conversion: ItemConversion>: Sendable {
    let database: ItemDatabaseClient
    let conversion: Conversion

    /// - Throws: whatever kept the database from answering.
    func result(for key: ItemKey) async throws -> Conversion.Result {
        conversion.result(of: try await database.row(for: key))
    }
}

/// The service's few connections to its database.
struct ItemDatabaseClient: Sendable {
    /// Wall time: how long a machine may take for an answer does not depend on the story's clock.
    private static let patience = Duration.seconds(3)
    private static let idleTime = Duration.seconds(60)

    private let client: LoopbackClient
    private let port: Int

    /// At most `connections` are open at once to the port on 127.0.0.1.
    ///
    /// Has to be shut down in the end.
    init(port: Int, connections: Int) {
        self.port = port
        client = LoopbackClient(connectionLimit: connections, idleTime: Self.idleTime)
    }

    /// - Throws: ``LoopbackError`` or an error of the system if the database cannot be reached or is too slow, and ``LabError`` if its
    ///   answer is no row.
    func row(for key: ItemKey) async throws -> ByteBuffer {
        let path = ItemDatabase.path + Self.escaped(key.text)
        return try await client.get(path, from: port, within: Self.patience) { answer in
            let row = try await answer.collect(upTo: Item.byteCount)
            guard answer.status == .ok, row.readableBytes == Item.byteCount else {
                throw LabError(
                    "database: no row, but \(row.readableBytes) bytes and status \(answer.status.code)"
                )
            }
            return row
        }
    }

    func shutDown() async { await client.shutDown() }

    /// Everything but letters, digits, `-`, `.`, `_` and `~` as percent signs with two digits (RFC 3986, section 2).
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                escaped.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                escaped += byte < 16 ? "%0" : "%"
                escaped += String(byte, radix: 16, uppercase: true)
            }
        }
        return escaped
    }
}
