import Foundation

/// Pieces of a file, as little-endian numbers.
struct BinaryFile: ~Copyable {
    private let handle: FileHandle

    /// - Returns: `nil` if it cannot be read.
    init?(at path: String) {
        guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
        self.handle = handle
    }

    deinit { try? handle.close() }

    /// - Returns: exactly so many bytes; `nil` if there are fewer.
    func bytes(at offset: UInt64, count: Int) -> BinaryPiece? {
        guard count > 0, count <= Self.largestPiece, (try? handle.seek(toOffset: offset)) != nil,
            let data = try? handle.read(upToCount: count), data.count == count
        else { return nil }
        return BinaryPiece([UInt8](data))
    }

    /// No table of symbols is larger; what says so is no honest file.
    private static let largestPiece = 1 << 30
}

struct BinaryPiece {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// A number of 8, 4, 2 or 1 bytes; 0 behind the end.
    func number<Number: FixedWidthInteger>(at offset: Int, _ type: Number.Type = Number.self) -> Number {
        let size = MemoryLayout<Number>.size
        guard offset >= 0, offset <= bytes.count - size else { return 0 }
        var value: Number = 0
        for index in 0..<size { value |= Number(truncatingIfNeeded: bytes[offset + index]) << (8 * index) }
        return value
    }

    /// Up to the next zero.
    func text(at offset: Int) -> String {
        guard bytes.indices.contains(offset) else { return "" }
        return String(decoding: bytes[offset...].prefix { $0 != 0 }, as: UTF8.self)
    }
}
