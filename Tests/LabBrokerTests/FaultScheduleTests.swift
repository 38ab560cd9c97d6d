import Testing

@testable import LabBroker

@Suite("Faults over time")
struct FaultScheduleTests {
    private typealias Fate = FaultSchedule.Verdict.Fate
    private let place = [RequestPlace(topic: "events", partition: 2)]

    private func fates(_ faults: [BrokerFault], _ request: KafkaRequest = .produce, times: Int) -> [Fate] {
        var schedule = FaultSchedule(faults)
        return (0..<times).map { _ in schedule.verdict(on: request, about: place, at: .seconds(1)).fate }
    }

    @Test("the first so many, every n-th, and a share of all")
    func occurrences() {
        #expect(fates([BrokerFault(.cut, occurrence: .first(2))], times: 4) == [.cut, .cut, .pass, .pass])
        #expect(
            fates([BrokerFault(.cut, occurrence: .every(3))], times: 6) == [
                .pass, .pass, .cut, .pass, .pass, .cut,
            ]
        )
        let share = BrokerFault(.cut, occurrence: .share(0.05, seed: 7))
        let cuts = fates([share], times: 10_000).count { $0 == .cut }
        #expect((400...600).contains(cuts))
        #expect(fates([share], times: 200) == fates([share], times: 200), "the same for a seed")
    }

    @Test("only what is meant is hit, and counted")
    func meaning() {
        let fault = BrokerFault(
            .error(6),
            requests: [.produce, .fetch],
            topic: "events",
            partitions: [2],
            occurrence: .first(1)
        )
        var schedule = FaultSchedule([fault])
        let others = [RequestPlace(topic: "events", partition: 1), RequestPlace(topic: "more", partition: 2)]
        #expect(schedule.asksForPlaces)
        #expect(schedule.verdict(on: .produce, about: others, at: .zero).fate == .pass)
        #expect(schedule.verdict(on: .heartbeat, about: nil, at: .zero).fate == .pass)
        #expect(schedule.verdict(on: .fetch, about: others + place, at: .zero).fate == .error(6, fault))
        #expect(schedule.verdict(on: .fetch, about: place, at: .zero).fate == .pass)
    }

    @Test("delays add up, and the first fate in the list has it")
    func together() {
        let faults = [
            BrokerFault(.delay(.milliseconds(300))), BrokerFault(.dropAnswer),
            BrokerFault(.delay(.seconds(1))),
            BrokerFault(.cut),
        ]
        var schedule = FaultSchedule(faults)
        let verdict = schedule.verdict(on: .fetch, about: nil, at: .zero)
        #expect(verdict == FaultSchedule.Verdict(fate: .dropAnswer, delay: .milliseconds(1_300)))
    }

    @Test("every answer that is hit loses another bit, the same ones for the same seed")
    func bits() {
        func flips(_ seed: UInt64) -> [Fate] { fates([BrokerFault(.flipBit(seed: seed))], .fetch, times: 20) }
        #expect(flips(1) == flips(1) && flips(1) != flips(2))
        #expect(Set(flips(1)).count == 20 && !flips(1).contains(.pass))
        #expect(fates([BrokerFault(.truncate, occurrence: .first(1))], times: 2) == [.truncate, .pass])
    }

    @Test("one bit is turned, never one of those by which a client knows its answer")
    func turned() {
        let bytes: [UInt8] = [0, 0, 0, 7, 1, 2, 3]
        var seen: Set<Int> = []
        for number in UInt64(0)..<500 {
            let turned = AnswerTreatment.turn(number, in: bytes)
            let changed = bytes.indices.filter { turned[$0] != bytes[$0] }
            #expect(changed.count == 1 && changed[0] >= 4 && turned.count == bytes.count)
            #expect((turned[changed[0]] ^ bytes[changed[0]]).nonzeroBitCount == 1)
            seen.insert(changed[0])
        }
        #expect(seen == [4, 5, 6])
        #expect(AnswerTreatment.turn(5, in: [0, 0, 0, 7]) == [0, 0, 0, 7])
    }

    @Test("each has its time, and the next change is known")
    func times() {
        let schedule = FaultSchedule([
            BrokerFault(.down, from: .seconds(2), to: .seconds(5)),
            BrokerFault(.throttle(bytesPerSecond: 9), to: .seconds(3)),
            BrokerFault(.throttle(bytesPerSecond: 4), from: .seconds(1)),
        ])
        #expect([1.9, 2, 4.9, 5].map { schedule.isDown(at: .seconds($0)) } == [false, true, true, false])
        #expect([0, 1, 4].map { schedule.throttle(at: .seconds($0)) } == [9, 4, 4])
        #expect(schedule.nextChange(after: .zero) == .seconds(1))
        #expect(schedule.nextChange(after: .seconds(3)) == .seconds(5))
        #expect(schedule.nextChange(after: .seconds(5)) == nil)
    }
}

@Suite("Errors in the place of answers")
struct ErrorAnswerTests {
    /// A request about partitions 0 and 1 of “events”, as a client sends it.
    private func sample(_ request: KafkaRequest, version: Int16) -> [UInt8] {
        var writer = Sample.head(request, version: version)
        switch request {
        case .produce:
            if version >= 3 { writer.string(nil) }
            writer.int16(-1)
            writer.int32(1_000)
        case .fetch:
            let size = 12 + (version >= 3 ? 4 : 0) + (version >= 4 ? 1 : 0) + (version >= 7 ? 8 : 0)
            writer.raw([UInt8](repeating: 0, count: size))
        case .listOffsets: writer.raw([UInt8](repeating: 0, count: version >= 2 ? 5 : 4))
        case .offsetCommit:
            writer.string("group")
            if version >= 1 {
                writer.int32(1)
                writer.string("member")
            }
            if version >= 7 { writer.string(nil) }
            if (2...4).contains(version) { writer.int64(-1) }
        default: writer.string("group")
        }
        writer.array(["events"]) { writer, topic in
            writer.string(topic)
            writer.array([0, 1] as [Int32]) { writer, partition in
                writer.int32(partition)
                writePlace(request, version, &writer)
            }
        }
        return writer.bytes
    }

    private func writePlace(_ request: KafkaRequest, _ version: Int16, _ writer: inout WireWriter) {
        switch request {
        case .produce:
            writer.int32(3)
            writer.raw([1, 2, 3])
        case .fetch:
            writer.raw([UInt8](repeating: 0, count: (version >= 9 ? 4 : 0) + 12 + (version >= 5 ? 8 : 0)))
        case .listOffsets: writer.raw([UInt8](repeating: 0, count: version == 0 ? 12 : 8))
        case .offsetCommit:
            writer.int64(5)
            if version >= 6 { writer.int32(-1) }
            if version == 1 { writer.int64(-1) }
            writer.string(nil)
        default: break
        }
    }

    private static let cases: [(KafkaRequest, Int16)] = KafkaRequest.supported.flatMap { entry in
        [.produce, .fetch, .listOffsets, .offsetCommit, .offsetFetch].contains(entry.request)
            ? entry.versions.map { (entry.request, $0) } : []
    }

    @Test("the partitions of a request are read in every version that is taken", arguments: cases)
    func places(request: KafkaRequest, version: Int16) throws {
        let bytes = sample(request, version: version)
        var reader = WireReader(bytes)
        let head = try RequestHead(&reader)
        let places = try RequestPlaces.of(head, reader)
        #expect(
            places == [
                RequestPlace(topic: "events", partition: 0), RequestPlace(topic: "events", partition: 1),
            ]
        )
        for length in 12..<bytes.count {
            var cut = WireReader(bytes[..<length])
            #expect(throws: WireError.self) {
                let head = try RequestHead(&cut)
                _ = try RequestPlaces.of(head, cut)
            }
        }
    }

    @Test("an answer with an error has every field of its version", arguments: cases)
    func answers(request: KafkaRequest, version: Int16) throws {
        let head = RequestHead(request, version: version, correlation: 7)
        let places = [0, 1].map { RequestPlace(topic: "events", partition: $0) }
        let answer = ErrorAnswer(head: head, code: 6, places: places.map { ($0, $0.partition == 1) })
        var reader = WireReader(try #require(answer.bytes))
        #expect(try reader.int32() == 7)
        let throttleFirst: Bool =
            switch request {
            case .fetch: version >= 1
            case .listOffsets: version >= 2
            case .offsetCommit, .offsetFetch: version >= 3
            default: false
            }
        if throttleFirst { #expect(try reader.int32() == 0) }
        if request == .fetch, version >= 7 { _ = try reader.raw(6) }
        let codes = try reader.array { reader throws(WireError) in
            #expect(try reader.string() == "events")
            return try reader.array { reader throws(WireError) in
                let partition = try reader.int32()
                return (partition, try code(request, version, &reader))
            }
        }.flatMap { $0 }
        if request == .offsetFetch, version >= 2 { #expect(try reader.int16() == 6) }
        if request == .produce, version >= 1 { #expect(try reader.int32() == 0) }
        #expect(reader.remaining == 0)
        #expect(codes.map(\.0) == [0, 1] && codes[1].1 == 6)
        #expect(codes[0].1 == ([.fetch, .offsetCommit].contains(request) ? 0 : 6))
    }

    private func code(
        _ request: KafkaRequest,
        _ version: Int16,
        _ reader: inout WireReader
    ) throws(WireError) -> Int16 {
        if request == .offsetFetch {
            _ = try reader.raw(8 + (version >= 5 ? 4 : 0))
            _ = try reader.nullableString()
            return try reader.int16()
        }
        let code = try reader.int16()
        switch request {
        case .produce: _ = try reader.raw(8 + (version >= 2 ? 8 : 0) + (version >= 5 ? 8 : 0))
        case .fetch:
            _ = try reader.raw(8 + (version >= 4 ? 8 : 0) + (version >= 5 ? 8 : 0))
            if version >= 4 { #expect(try reader.int32() == -1) }
            _ = try reader.raw((version >= 11 ? 4 : 0) + 4)
        case .listOffsets: _ = try reader.raw(version == 0 ? 4 : 16)
        default: break
        }
        return code
    }

    @Test("requests of a group have their error where clients look for it")
    func groups() throws {
        for (request, version, before) in [
            (.joinGroup, 5, 4), (.syncGroup, 3, 4), (.heartbeat, 3, 4), (.leaveGroup, 1, 4),
            (.findCoordinator, 2, 4),
            (.heartbeat, 0, 0), (.initProducerID, 1, 4),
        ] as [(KafkaRequest, Int16, Int)] {
            let head = RequestHead(request, version: version, correlation: 7)
            var reader = WireReader(try #require(ErrorAnswer(head: head, code: 16, places: []).bytes))
            _ = try reader.raw(4 + before)
            #expect(try reader.int16() == 16)
        }
        let head = RequestHead(.createTopics, version: 4, correlation: 7)
        #expect(ErrorAnswer(head: head, code: 16, places: []).bytes == nil)
    }
}
