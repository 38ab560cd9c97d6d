import Foundation
import LabCore
import LabTelemetry
import Testing

@testable import Kafka
@testable import LabLoad

/// One record as a consumer would have it.
private struct WrittenRecord: Hashable {
    let partition: Int32
    let key: [UInt8]?
    /// `nil` for a tombstone.
    let value: [UInt8]?
    let headers: [[UInt8]]

    var text: String? { value.map { String(decoding: $0, as: UTF8.self) } }
    var keyText: String? { key.map { String(decoding: $0, as: UTF8.self) } }
    /// What the header that numbers events says.
    var envelope: EventEnvelope? { headers.first?.withUnsafeBytes { EventEnvelope(readingFrom: $0.bytes) } }
}

@Suite("Content of the scenario's own")
struct ContentWriterTests {
    private static let partitions = 3
    private static let runLength = 16

    private static func write(
        _ events: Int,
        _ content: EventContent,
        keys: KeyDistribution = .uniform(count: 1_000),
        seed: UInt64 = 1
    ) throws -> [WrittenRecord] {
        let workload = Workload(
            topic: "events",
            partitions: partitions,
            payload: .fixed(ByteCount(150)),
            content: content,
            keys: keys,
            runLength: runLength,
            phases: []
        )
        var writer = try RunWriter(workload, seed: seed)
        var records: [WrittenRecord] = []
        while records.count < events {
            var next = records.count
            _ = try writer.fill(from: UInt64(records.count), epoch: 5_000) {
                guard next < events else { return nil }
                defer { next += 1 }
                return Int64(next) * 1_000
            }
            records += read(writer)
        }
        return records
    }

    private static func read(_ writer: borrowing RunWriter) -> [WrittenRecord] {
        var records: [WrittenRecord] = []
        for (index, record) in writer.run.messages(from: 0).enumerated() {
            withUnsafeBytes(of: record) { bytes in
                guard let start = bytes.baseAddress else { return }
                let message = Message(recordAt: start)
                records.append(
                    WrittenRecord(
                        partition: message.partition,
                        key: message.hasKey ? Array(message.rawKey) : nil,
                        value: message.isTombstone ? nil : Array(message.rawValue),
                        headers: writer.run.headerNames.indices.map {
                            Array(writer.run.header($0, of: index))
                        }
                    )
                )
            }
        }
        return records
    }

    private static func file(_ lines: [String], in folder: ScratchFolder) throws -> EventContent.Source {
        let path = folder.file("events.jsonl")
        try lines.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
        return .files(paths: [path], format: .json)
    }

    private static let orders = (0..<100).map { #"{"id": \#($0), "customer": {"id": "c-\#($0 % 7)"}}"# }

    @Test(
        "values are the file's bytes, in its order, and again from the start; keys and runs are the workload's"
    )
    func files() throws {
        let folder = try ScratchFolder()
        let content = EventContent(source: try Self.file(Self.orders, in: folder))
        let records = try Self.write(250, content)
        #expect(records.compactMap(\.text) == (0..<250).map { Self.orders[$0 % 100] })
        #expect(records.allSatisfy { $0.keyText?.hasPrefix("p-") == true && $0.headers.isEmpty })
        #expect(records.map(\.partition) == (0..<250).map { Int32($0 / Self.runLength % Self.partitions) })
        #expect(try Self.write(3, content, keys: .none).allSatisfy { $0.key == nil })
    }

    @Test("a template's values are deterministic by the seed, and count events")
    func templates() throws {
        let content = EventContent(
            source: .template(#"{"n":{{sequence}},"u":"{{uuid}}","at":{{timestamp micros}}}"#)
        )
        let records = try Self.write(100, content)
        #expect(records.enumerated().allSatisfy { $1.text?.hasPrefix(#"{"n":\#($0),"u":""#) == true })
        #expect(records.enumerated().allSatisfy { $1.text?.hasSuffix(#","at":\#(5_000 + $0)}"#) == true })
        #expect(try Self.write(100, content) == records)
        #expect(try Self.write(100, content, seed: 2) != records)
    }

    @Test("a key of a field or a template goes to the partition that Kafka's own client would choose")
    func keys() throws {
        let folder = try ScratchFolder()
        let source = try Self.file(Self.orders, in: folder)
        let records = try Self.write(300, EventContent(source: source, key: .field(["customer", "id"])))
        #expect(records.map(\.keyText) == (0..<300).map { "c-\($0 % 100 % 7)" })
        let made = try Self.write(300, EventContent(source: source, key: .template("c-{{sequence}}")))
        #expect(made.map(\.keyText) == (0..<300).map { "c-\($0)" })
        for record in records + made {
            let partition = KeyPartitioner.partition(of: record.key ?? [], among: Self.partitions)
            #expect(record.partition == Int32(partition))
        }
        #expect(Set(made.map(\.partition)) == [0, 1, 2])
    }

    @Test(
        "keys are hashed as Kafka's own client does",
        arguments: [
            ("21", -973_932_308), ("foobar", -790_332_482), ("a-little-bit-long-string", -985_981_536),
            ("a-little-bit-longer-string", -1_486_304_829),
            ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971), ("abc", 479_470_107),
        ] as [(String, Int32)]
    )
    func murmur(key: String, hash: Int32) {
        #expect(Int32(bitPattern: KeyPartitioner.murmur2(Array(key.utf8))) == hash)
    }

    @Test("the number in the header is that which the ledger expects, whoever chose the partition")
    func numbers() throws {
        let folder = try ScratchFolder()
        let source = try Self.file(Self.orders, in: folder)
        let runs = try Self.write(200, EventContent(source: source, isNumbered: true))
        let expected = (0..<200).map { EventEnvelope(sequence: $0, intendedMicroseconds: 5_000 + $0) }
        #expect(runs.map(\.envelope) == expected)
        for content in [
            EventContent(source: source, isNumbered: true),
            EventContent(source: source, key: .field(["id"]), isNumbered: true),
        ] {
            let ledger = try Ledger.create(
                at: folder.file("ledger"),
                bases: [0, 0, 0],
                capacityPerPartition: 1_000,
                runLength: Self.runLength
            )
            var offsets: [Int64] = [0, 0, 0]
            for record in try Self.write(1_000, content) {
                let (partition, offset) = (record.partition, offsets[Int(record.partition)])
                ledger.markProduced(partition, offset)
                ledger.markRead(partition, offset, sequence: record.envelope?.sequence)
                ledger.markProcessed(partition, offset)
                offsets[Int(partition)] += 1
            }
            let counts = ledger.counts()
            #expect(counts.produced == 1_000 && counts.processed == 1_000)
            #expect(counts.corrupt + counts.outOfOrder + counts.wrongPartition + counts.unexpected == 0)
            #expect(counts.duplicated == 0 && counts.lost == 0)
        }
    }

    @Test("headers are texts and generators, in their order, behind the number")
    func headers() throws {
        let content = EventContent(
            source: .lab,
            headers: [
                LabelledValue("source", "shop"), LabelledValue("n", "{{sequence 10}}"),
                LabelledValue("e", ""),
            ],
            isNumbered: true
        )
        let records = try Self.write(40, content)
        for (index, record) in records.enumerated() {
            #expect(record.headers.dropFirst() == [Array("shop".utf8), Array("\(index + 10)".utf8), []])
            #expect(record.text?.hasPrefix(#"{"seq":\#(index),"at":"#) == true)
            #expect(record.value?.count == 150)
        }
    }

    @Test(
        "tombstones and malformed values have their share, the same ones for a seed, and the others are whole"
    )
    func shares() throws {
        let folder = try ScratchFolder()
        for source in [try Self.file(Self.orders, in: folder), .template(#"{"n":"{{text 80B}}"}"#), .lab] {
            let content = EventContent(source: source, tombstones: 0.2, malformed: 0.25)
            let records = try Self.write(4_000, content)
            let tombstones = records.count { $0.value == nil }
            let malformed = records.count { $0.value?.last == 0xFF }
            #expect(abs(tombstones - 800) < 120)
            #expect(abs(malformed - 800) < 120)
            #expect(records.allSatisfy { $0.key != nil })
            for record in records {
                guard let value = record.value else { continue }
                let isJSON = (try? JSONSerialization.jsonObject(with: Data(value))) != nil
                #expect(isJSON == (value.last != 0xFF))
            }
            #expect(try Self.write(4_000, content) == records)
        }
    }

    @Test("a line that was not there before the run ends the production, with its number")
    func badLine() throws {
        let folder = try ScratchFolder()
        let source = try Self.file(["{}", "{}", "{"], in: folder)
        let error = #expect(throws: LabError.self) { try Self.write(4, EventContent(source: source)) }
        #expect(
            error?.description.hasSuffix("events.jsonl, line 3: no JSON: it ends too early (byte 2)") == true
        )
    }
}

@Suite("Production with content")
struct ContentProductionTests {
    @Test(
        "a broker holds values, headers and tombstones as they were made, and each record is confirmed once"
    )
    func wholeWay() throws {
        let fixture = try ProductionFixture(topics: ["own"])
        var configuration = fixture.configuration(.flatOut(events: 500), ledgers: true)
        _ = try Ledger.create(at: fixture.folder.file("own"), bases: [0, 0, 0, 0], capacityPerPartition: 500)
        configuration.workload.content = EventContent(
            source: .template(#"{"n":{{sequence}}}"#),
            key: .template("k-{{zipf 50}}"),
            headers: [LabelledValue("trace", "t-{{sequence}}")],
            tombstones: 0.1,
            isNumbered: true
        )
        var generator = try LoadGenerator(configuration.passedThroughJSON())
        let outcome = try generator.run(until: .never)
        #expect(outcome.sent == 500 && outcome.undelivered == 0)
        let records = try fixture.records(of: "own")
        let values = records.filter { !$0.value.isEmpty }
        #expect(abs(records.count - values.count - 50) < 25 && records.count == 500)
        for record in records {
            let partition = KeyPartitioner.partition(of: Array(record.key.utf8), among: 4)
            #expect(record.partition == Int32(partition))
            #expect(record.header("trace")?.hasPrefix("t-") == true)
            #expect(record.header("other") == nil)
        }
        for record in values {
            let number = record.header("trace")?.dropFirst(2) ?? ""
            #expect(record.value == #"{"n":\#(number)}"#)
        }
        let ledger = try Ledger.open(at: fixture.folder.file("own"))
        #expect(ledger.counts().produced == 500)
    }

    @Test("records without headers go to partitions of their own in one call")
    func ownPartitions() throws {
        let fixture = try ProductionFixture(topics: ["own"])
        var configuration = fixture.configuration(.flatOut(events: 3_000))
        configuration.workload.content = EventContent(
            source: .template(#"{"n":{{sequence}}}"#),
            key: .template("{{zipf 50}}")
        )
        var generator = try LoadGenerator(configuration)
        _ = try generator.run(until: .never)
        let records = try fixture.records(of: "own")
        #expect(records.count == 3_000)
        var last: [Int32: Int] = [:]
        for record in records {
            #expect(
                record.partition == Int32(KeyPartitioner.partition(of: Array(record.key.utf8), among: 4))
            )
            let number = Int(record.value.dropFirst(5).dropLast()) ?? -1
            #expect(number > last[record.partition, default: -1])
            last[record.partition] = number
        }
    }
}
