import Foundation
import LabCore
import Testing

@testable import LabLoad

@Suite("Event payloads")
struct EventPayloadTests {
    /// The fields of one payload, as a consumer would decode them.
    private struct Fields: Decodable {
        let seq: UInt64
        let at: UInt64
        let player: String
        let feature: String
        let index: String
        let items: String
    }

    private let envelope = EventEnvelope(sequence: 42, intendedMicroseconds: 1_700_000_000_000_000)

    private let payload = EventPayload(seed: 1)

    /// Writes into memory with a border, and checks the border.
    private func bytes(
        size: Int,
        envelope: EventEnvelope? = nil,
        player: UInt64 = 12,
        choice: UInt64 = 0x1234_5678_9abc_def0,
        payload: EventPayload? = nil
    ) -> [UInt8] {
        let room = max(size, EventPayload.fixedCapacity)
        var memory = [UInt8](repeating: 0xee, count: room + 64)
        let count = memory.withUnsafeMutableBytes { memory in
            (payload ?? self.payload).write(
                into: UnsafeMutableRawBufferPointer(rebasing: memory[..<room]),
                size: size,
                envelope: envelope ?? self.envelope,
                player: player,
                choice: choice
            )
        }
        #expect(memory[count...].allSatisfy { $0 == 0xee })
        return Array(memory[..<count])
    }

    @Test(
        "a payload of any size is JSON with its envelope in front",
        arguments: [0, 1, 63, 64, 120, 130, 140, 191, 192, 193, 300, 5_000, 65_535, 65_536, 70_000, 983_040]
    )
    func isJSON(size: Int) throws {
        let bytes = bytes(size: size)
        let fields = try JSONDecoder().decode(Fields.self, from: Data(bytes))
        #expect(fields.seq == 42 && fields.at == 1_700_000_000_000_000)
        #expect(fields.player == "p-12")
        #expect(fields.index == "features-\(fields.feature)-12")
        let read = bytes.withUnsafeBytes { EventEnvelope(readingFrom: $0.bytes) }
        #expect(read == envelope)
    }

    @Test("a payload has exactly the size asked for, or that of the fixed fields if they need more")
    func size() {
        let fixed = bytes(size: 0).count
        #expect((64..<EventPayload.fixedCapacity).contains(fixed))
        for size in 0...(fixed + 300) { #expect(bytes(size: size).count == max(size, fixed)) }
    }

    @Test("the largest numbers fit into the fixed fields' room")
    func largestNumbers() throws {
        let largest = EventEnvelope(sequence: .max, intendedMicroseconds: .max)
        for choice in (0..<12).map({ UInt64.max - $0 }) {
            let bytes = bytes(size: 64, envelope: largest, player: .max, choice: choice)
            #expect(bytes.count <= EventPayload.fixedCapacity)
            let fields = try JSONDecoder().decode(Fields.self, from: Data(bytes))
            #expect(fields.seq == .max && fields.at == .max && fields.player == "p-\(UInt64.max)")
        }
    }

    @Test("every feature occurs, and a player's events of a feature meet the same index")
    func features() throws {
        let all = try (0..<24).map { choice in
            try JSONDecoder().decode(Fields.self, from: Data(bytes(size: 200, player: 35, choice: choice)))
        }
        #expect(Set(all.map(\.feature)).count == 12)
        #expect(all.allSatisfy { $0.index == "features-\($0.feature)-3" })
    }

    @Test("the same seed gives the same bytes, another seed or choice other ones of the same size")
    func determinism() {
        let first = bytes(size: 300)
        #expect(bytes(size: 300, payload: EventPayload(seed: 1)) == first)
        for other in [
            bytes(size: 300, payload: EventPayload(seed: 2)), bytes(size: 300, choice: 0x9999_9999_9abc_def0),
        ] {
            #expect(other != first && other.count == first.count)
        }
    }

    @Test("what does not fit into memory that is too small is left out")
    func smallMemory() {
        var memory = [UInt8](repeating: 0, count: 10)
        let count = memory.withUnsafeMutableBytes { memory in
            EventPayload(seed: 1).write(into: memory, size: 300, envelope: envelope, player: 1, choice: 1)
        }
        #expect(count == 10)
        #expect(String(decoding: memory, as: UTF8.self) == #"{"seq":42,"#)
    }
}

@Suite("Byte writer")
struct ByteWriterTests {
    @Test(
        "numbers are written in decimal",
        arguments: [
            0, 1, 9, 10, 11, 99, 100, 101, 909, 1_000, 1_234_567_890, 12_345_678_901, UInt64.max - 1, .max,
        ] as [UInt64]
    )
    func numbers(number: UInt64) {
        var memory = [UInt8](repeating: 0, count: 20)
        let count = memory.withUnsafeMutableBytes { memory in
            var writer = ByteWriter(memory)
            writer.append(number)
            return writer.count
        }
        #expect(String(decoding: memory[..<count], as: UTF8.self) == String(number))
    }

    @Test("filling that is asked for beyond its end begins anew", arguments: [0, 1, 4, 6, 23])
    func wrapping(count: Int) {
        let filling = Array("abcde".utf8)
        var memory = [UInt8](repeating: 0, count: 32)
        memory.withUnsafeMutableBytes { memory in
            var writer = ByteWriter(memory)
            writer.append(filling, from: 3, count: count)
        }
        #expect(Array(memory[..<count]) == (0..<count).map { filling[(3 + $0) % 5] })
        #expect(memory[count...].allSatisfy { $0 == 0 })
    }
}
