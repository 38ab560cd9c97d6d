import LabCore
import Testing

@testable import Kafka
@testable import LabLoad

@Suite("Run writer")
struct RunWriterTests {
    private struct Written: Hashable {
        let partition: Int
        let keys: [String?]
        let values: [String]
        let dueTimes: [Int64]
    }

    private static func workload(
        keys: KeyDistribution = .uniform(count: 1_000),
        payload: PayloadSize = .fixed(ByteCount(150)),
        runLength: Int = 64
    ) -> Workload {
        Workload(
            topic: "events",
            partitions: 3,
            payload: payload,
            keys: keys,
            runLength: runLength,
            phases: []
        )
    }

    /// Fills again and again, until `events` are written; every event is due one microsecond after the one before.
    private static func write(
        _ events: Int,
        _ workload: Workload,
        seed: UInt64 = 1,
        epoch: UInt64 = 5_000
    ) throws -> [Written] {
        var writer = try RunWriter(workload, seed: seed)
        var fills: [Written] = []
        var done = 0
        while done < events {
            var next = done
            let partition = try writer.fill(from: UInt64(done), epoch: epoch) {
                guard next < events else { return nil }
                defer { next += 1 }
                return Int64(next) * 1_000
            }
            fills.append(read(writer, partition))
            done = next
        }
        return fills
    }

    private static func read(_ writer: borrowing RunWriter, _ partition: Int) -> Written {
        var keys: [String?] = []
        var values: [String] = []
        for record in writer.run.messages(from: 0) {
            withUnsafeBytes(of: record) { bytes in
                guard let start = bytes.baseAddress else { return }
                let message = Message(recordAt: start)
                keys.append(message.hasKey ? String(decoding: message.rawKey, as: UTF8.self) : nil)
                values.append(String(decoding: message.rawValue, as: UTF8.self))
            }
        }
        return Written(partition: partition, keys: keys, values: values, dueTimes: writer.dueTimes)
    }

    @Test("one partition gets a whole run of 64 events before the next partition's turn")
    func runs() throws {
        let fills = try Self.write(64 * 4, Self.workload())
        #expect(fills.map(\.partition) == [0, 1, 2, 0])
        #expect(fills.allSatisfy { $0.values.count == 64 })
    }

    @Test("a run longer than one call's records is written in pieces", arguments: [65, 100, 128])
    func longRuns(length: Int) throws {
        let fills = try Self.write(length * 2, Self.workload(runLength: length))
        let sizes = length == 128 ? [64, 64] : [64, length - 64]
        #expect(fills.map(\.values.count) == sizes + sizes)
        #expect(fills.map(\.partition) == [0, 0, 1, 1])
    }

    @Test("a run that is not wholly due is finished later, in the same partition")
    func notYetDue() throws {
        var writer = try RunWriter(Self.workload(), seed: 1)
        var due: [Int64] = Array(0..<10)
        var partitions: [Int] = []
        var counts: [Int] = []
        for (sequence, arriving) in [(0, []), (10, []), (10, Array(10..<100))] as [(UInt64, [Int64])] {
            due += arriving
            partitions.append(
                try writer.fill(from: sequence, epoch: 0) { due.isEmpty ? nil : due.removeFirst() }
            )
            counts.append(writer.run.count)
        }
        #expect(partitions == [0, 0, 0])
        #expect(counts == [10, 0, 54])
        #expect(writer.dueTimes == Array(10..<64))
        #expect(due == Array(64..<100))
    }

    @Test("each record tells its number and when it was due, in microseconds")
    func envelopes() throws {
        let fills = try Self.write(200, Self.workload())
        let envelopes = fills.flatMap(\.values).map { value in
            Array(value.utf8).withUnsafeBytes { EventEnvelope(readingFrom: $0.bytes) }
        }
        #expect(
            envelopes == (0..<200).map { EventEnvelope(sequence: $0, intendedMicroseconds: 5_000 + $0) }
        )
        #expect(fills.flatMap(\.dueTimes) == (0..<200).map { $0 * 1_000 })
    }

    @Test("an event that was due before the epoch counts as due then")
    func beforeEpoch() throws {
        var writer = try RunWriter(Self.workload(), seed: 1)
        var due: [Int64] = [-7_000]
        _ = try writer.fill(from: 0, epoch: 5_000) { due.popLast() }
        let value = Self.read(writer, 0).values[0]
        #expect(value.hasPrefix(#"{"seq":0,"at":5000,"#))
    }

    @Test("the same seed gives the same bytes, another seed others")
    func determinism() throws {
        let sizes = PayloadSize.uniform(minimum: ByteCount(100), maximum: ByteCount(900))
        let first = try Self.write(300, Self.workload(payload: sizes), seed: 3)
        #expect(try Self.write(300, Self.workload(payload: sizes), seed: 3) == first)
        #expect(try Self.write(300, Self.workload(payload: sizes), seed: 4) != first)
    }

    @Test("the key is the player, and an event without one has a player all the same")
    func keys() throws {
        for fill in try Self.write(128, Self.workload()) {
            for (key, value) in zip(fill.keys, fill.values) {
                #expect(key?.hasPrefix("p-") == true)
                #expect(value.contains(#""player":"\#(key ?? "")""#))
            }
        }
        for fill in try Self.write(128, Self.workload(keys: .none)) {
            #expect(fill.keys.allSatisfy { $0 == nil })
            #expect(fill.values.allSatisfy { $0.contains(#""player":"p-"#) })
        }
    }

    @Test("payloads far above the mean size grow the memory and stay whole")
    func growth() throws {
        let sizes = PayloadSize.logUniform(minimum: ByteCount(64), maximum: ByteCount(200_000))
        for value in try Self.write(256, Self.workload(payload: sizes)).flatMap(\.values) {
            #expect(value.hasPrefix(#"{"seq":"#) && value.hasSuffix(#""}"#))
        }
    }
}
