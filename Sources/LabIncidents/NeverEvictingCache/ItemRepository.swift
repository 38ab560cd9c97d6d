import AsyncHTTPClient
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
    private static let patience = TimeAmount.seconds(3)

    private let client: HTTPClient
    private let address: String

    /// At most `connections` are open at once to the port on 127.0.0.1.
    ///
    /// Has to be shut down in the end.
    init(port: Int, connections: Int) {
        address = "http://127.0.0.1:\(port)\(ItemDatabase.path)"
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = connections
        // A connection that is refused is an answer: whoever waits has an expired result to use.
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// - Throws: an error of the client if the database cannot be reached or is too slow, and ``LabError`` if its
    ///   answer is no row.
    func row(for key: ItemKey) async throws -> ByteBuffer {
        let request = HTTPClientRequest(url: address + Self.escaped(key.text))
        let response = try await client.execute(request, timeout: Self.patience)
        let row = try await response.body.collect(upTo: Item.byteCount)
        guard response.status == .ok, row.readableBytes == Item.byteCount else {
            throw LabError(
                "database: no row, but \(row.readableBytes) bytes and status \(response.status.code)"
            )
        }
        return row
    }

    func shutDown() async { try? await client.shutdown() }

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
