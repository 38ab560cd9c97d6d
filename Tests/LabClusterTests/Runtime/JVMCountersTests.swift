import LabCore
import LabTesting
import Testing

@testable import LabCluster

@Suite("What a JVM writes of itself") struct JVMCountersTests {
    /// A file as HotSpot lays it out: a prologue of 32 bytes, then entries.
    private static func file(_ numbers: [(String, Int64)], _ texts: [(String, String)] = []) -> [UInt8] {
        func four(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
        func entry(_ name: String, type: Character, vector: Int, _ data: [UInt8]) -> [UInt8] {
            let named = Array(name.utf8) + [0]
            let start = (20 + named.count + 7) / 8 * 8
            let length = (start + data.count + 7) / 8 * 8
            let head = four(length) + four(20) + four(vector) + [type.asciiValue ?? 0, 0, 2, 3] + four(start)
            let body = head + named + Array(repeating: 0, count: start - 20 - named.count) + data
            return body + Array(repeating: 0, count: length - body.count)
        }
        let entries =
            numbers.map { name, value in
                entry(
                    name,
                    type: "J",
                    vector: 0,
                    (0..<8).map { UInt8(truncatingIfNeeded: value >> Int64(8 * $0)) }
                )
            } + texts.map { entry($0, type: "B", vector: $1.utf8.count + 1, Array($1.utf8) + [0]) }
        let prologue: [UInt8] = [0xCA, 0xFE, 0xC0, 0xC0, 1, 2, 0, 1] + Array(repeating: 0, count: 16)
        return prologue + four(32) + four(entries.count) + entries.flatMap(\.self)
    }

    private static let serial: [(String, Int64)] = [
        ("sun.gc.generation.0.maxCapacity", 102_424), ("sun.gc.generation.1.maxCapacity", 409_608),
        ("sun.gc.generation.0.space.0.used", 1), ("sun.gc.generation.0.space.1.used", 2),
        ("sun.gc.generation.1.space.0.used", 40), ("sun.gc.collector.0.invocations", 7),
        ("sun.gc.collector.1.invocations", 3), ("sun.gc.collector.0.time", 30),
        ("sun.gc.collector.1.time", 20),
        ("sun.os.hrt.frequency", 100),
    ]

    @Test("is what each collection left, how many there were and what they took")
    func reads() throws {
        let counters = try #require(JVMCounters(Self.file(Self.serial)))
        #expect(counters.used == 43 && counters.heapCeiling == 500 << 10)
        #expect(counters.fullCollections == 3 && counters.youngCollections == 7 && counters.collections == 10)
        #expect(counters.pauseSeconds == 0.5)
    }

    @Test("knows that generations of G1 share one heap")
    func regional() throws {
        let name = [("sun.gc.collector.0.name", "G1 young collection pauses")]
        #expect(try #require(JVMCounters(Self.file(Self.serial, name))).heapCeiling == 400 << 10)
    }

    @Test("is nothing where the file is another one")
    func others() {
        let whole = Self.file(Self.serial)
        #expect(JVMCounters([]) == nil && JVMCounters(Array(whole.prefix(31))) == nil)
        for index in [0, 4, 5, 7] {
            var damaged = whole
            damaged[index] ^= 0xFF
            #expect(JVMCounters(damaged) == nil, "byte \(index)")
        }
    }

    @Test("is read without trust: any byte may be anything")
    func damaged() {
        let whole = Self.file(Self.serial, [("sun.gc.collector.0.name", "G1")])
        for index in 8..<whole.count {
            for value in [0, 0x7F, 0x80, 0xFF] as [UInt8] {
                var damaged = whole
                damaged[index] = value
                _ = JVMCounters(damaged)?.used
            }
            _ = JVMCounters(Array(whole.prefix(index)))?.collections
        }
    }
}
