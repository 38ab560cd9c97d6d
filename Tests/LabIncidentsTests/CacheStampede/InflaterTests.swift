import LabCore
import Testing

@testable import LabIncidents

@Suite struct InflaterTests {
    private static let document = Array(
        (0..<4_000).map { "node \($0 % 97) at \($0 * 7_919 % 10_007)" }.joined(separator: "\n").utf8
    )

    private static func inflate(
        _ stream: [UInt8],
        pieceSize: Int,
        limit: Int = 1 << 20
    ) throws -> [UInt8] {
        var inflater = try Inflater(limit: limit)
        for start in Swift.stride(from: 0, to: stream.count, by: pieceSize) {
            let piece = stream[start..<min(start + pieceSize, stream.count)]
            try piece.withUnsafeBytes { try inflater.inflate($0) }
        }
        return try inflater.finish().flatMap(\.self)
    }

    @Test("What was deflated is inflated again, whatever the pieces", arguments: [1, 7, 4_096, 1 << 20])
    func roundTrip(pieceSize: Int) throws {
        let stream = try Deflation.deflate(Self.document, level: 6)
        #expect(stream.count < Self.document.count / 2)
        #expect(try Self.inflate(stream, pieceSize: pieceSize) == Self.document)
    }

    @Test("An empty document is a stream too")
    func empty() throws {
        #expect(try Self.inflate(Deflation.deflate([], level: 1), pieceSize: 64) == [])
    }

    @Test("A stream that ends early is an error, wherever it ends", arguments: [0, 1, 2, 10, 1_000, -4, -1])
    func truncated(count: Int) throws {
        let stream = try Deflation.deflate(Self.document, level: 6)
        let part = count < 0 ? Array(stream.dropLast(-count)) : Array(stream.prefix(count))
        #expect(throws: LabError.self) { try Self.inflate(part, pieceSize: 512) }
    }

    @Test("Bytes that are no stream are an error, and so are bytes behind a stream's end")
    func garbage() throws {
        #expect(throws: LabError.self) { try Self.inflate(Self.document, pieceSize: 512) }
        let stream = try Deflation.deflate(Self.document, level: 6)
        for pieceSize in [16, stream.count, 1 << 20] {
            #expect(throws: LabError.self) { try Self.inflate(stream + [0], pieceSize: pieceSize) }
        }
        var damaged = stream
        damaged[damaged.count / 2] ^= 0xff
        #expect(throws: LabError.self) { try Self.inflate(damaged, pieceSize: 512) }
    }

    @Test("A stream that inflates beyond the limit is refused before it fills the memory")
    func bomb() throws {
        let bomb = try Deflation.deflate([UInt8](repeating: 0, count: 8 << 20), level: 9)
        let error = #expect(throws: LabError.self) {
            try Self.inflate(bomb, pieceSize: 1 << 20, limit: 1 << 20)
        }
        #expect(error?.description == "zlib: more than 1048576 bytes inflated")
    }
}
