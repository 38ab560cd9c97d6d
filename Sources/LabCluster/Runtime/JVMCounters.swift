/// What a JVM writes of itself into a file that it maps, and that `jstat` reads: `/tmp/hsperfdata_USER/PID`.
///
/// The layout is that of HotSpot's `perfMemory.hpp` and `PerfDataBuffer` of the JDK: a prologue of 32 bytes, then entries
/// with their names. How full a space is, is written at the end of a collection, so that it is what the collection left.
package struct JVMCounters: Hashable, Sendable {
    private let numbers: [String: Int64]
    private let texts: [String: String]

    /// HotSpot's default is 32 KiB.
    private static let largest = 1 << 20

    /// - Returns: `nil` for a process that is no JVM, or was told to write none (`-XX:-UsePerfData`).
    package init?(of pid: Int32) {
        let temporary = "/proc/\(pid)/root/tmp"
        let own = ProcessText.ownPID(of: pid)
        let folders = Folder.entries(of: temporary).filter { $0.hasPrefix("hsperfdata_") }
        let files = folders.lazy.compactMap {
            TextFile.beginning(of: "\(temporary)/\($0)/\(own)", limit: Self.largest)
        }
        guard let counters = files.compactMap({ JVMCounters($0) }).first else { return nil }
        self = counters
    }

    /// - Returns: `nil` for anything else than such a file.
    init?(_ bytes: [UInt8]) {
        let file = PerformanceFile(bytes: bytes)
        guard file.isReadable else { return nil }
        (numbers, texts) = file.entries
    }

    // MARK: - Heap

    /// The largest heap that the JVM's settings allow, bytes.
    package var heapCeiling: Int64? {
        let sizes = (0..<2).compactMap { numbers["sun.gc.generation.\($0).maxCapacity"] }.filter { $0 > 0 }
        guard let largest = sizes.max() else { return nil }
        // Where generations are regions of one heap, each may have all of it.
        let sum = isRegional ? largest : sizes.reduce(0) { $0 &+ $1 }
        // G1 adds a few bytes to each size.
        return sum / Self.granularity * Self.granularity
    }

    private static let granularity: Int64 = 1_024

    private var isRegional: Bool { texts["sun.gc.collector.0.name"]?.hasPrefix("G1") ?? false }

    /// Bytes in all spaces when the last collection had ended.
    package var used: Int64 {
        numbers.filter { $0.key.hasPrefix("sun.gc.generation.") && $0.key.hasSuffix(".used") }.values
            .reduce(0) { $0 &+ max(0, $1) }
    }

    // MARK: - Collections

    /// Of the whole heap: what is used after one of them is what lives.
    ///
    /// - Returns: `nil` for a collector that does not count them apart, such as ZGC.
    package var fullCollections: Int64? { numbers["sun.gc.collector.1.invocations"] }

    /// Of young objects alone; what was promoted and died since stays.
    package var youngCollections: Int64? { numbers["sun.gc.collector.0.invocations"] }

    /// Of every kind.
    package var collections: Int64? { sum(of: "invocations") }

    /// For which the program stood still, seconds.
    package var pauseSeconds: Double? {
        guard let ticks = sum(of: "time"), let frequency = numbers["sun.os.hrt.frequency"], frequency > 0
        else {
            return nil
        }
        return Double(ticks) / Double(frequency)
    }

    private func sum(of what: String) -> Int64? {
        let values = (0..<4).compactMap { numbers["sun.gc.collector.\($0).\(what)"] }
        return values.isEmpty ? nil : values.reduce(0) { $0 &+ max(0, $1) }
    }
}

/// The bytes of such a file, read without trust.
private struct PerformanceFile {
    let bytes: [UInt8]

    private static let magic: [UInt8] = [0xCA, 0xFE, 0xC0, 0xC0]
    private static let prologue = 32
    private static let longType = UInt8(ascii: "J")
    private static let byteType = UInt8(ascii: "B")

    /// Little-endian, of the second version of the layout, and finished being made.
    var isReadable: Bool {
        bytes.count >= Self.prologue && bytes.starts(with: Self.magic) && bytes[4] == 1 && bytes[5] == 2
            && bytes[7] == 1
    }

    var entries: (numbers: [String: Int64], texts: [String: String]) {
        var (numbers, texts) = ([String: Int64](), [String: String]())
        var start = number(at: 24)
        for _ in 0..<max(0, min(number(at: 28), 10_000)) {
            let length = number(at: start)
            guard length >= 20, start + length <= bytes.count else { break }
            let (name, data) = (start + number(at: start + 4), start + number(at: start + 16))
            let vector = number(at: start + 8)
            let end = start + length
            if name > start, name < end, data > start, data < end {
                let key = text(from: name, to: end)
                if vector == 0, bytes[start + 12] == Self.longType, data + 8 <= end {
                    numbers[key] = (0..<8).reduce(Int64(0)) { $0 | Int64(bytes[data + $1]) << Int64(8 * $1) }
                } else if vector > 0, bytes[start + 12] == Self.byteType {
                    texts[key] = text(from: data, to: min(end, data + vector))
                }
            }
            start = end
        }
        return (numbers, texts)
    }

    /// Four bytes; 0 beyond the end, and for what is negative.
    private func number(at offset: Int) -> Int {
        guard offset >= 0, offset + 4 <= bytes.count else { return 0 }
        let value = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[offset + $1]) << UInt32(8 * $1) }
        return value < 1 << 31 ? Int(value) : 0
    }

    private func text(from start: Int, to end: Int) -> String {
        String(decoding: bytes[start..<max(start, end)].prefix { $0 != 0 }, as: UTF8.self)
    }
}
