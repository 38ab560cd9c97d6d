import Foundation
import LabCore
import LabScenario
import Testing

/// Holds the keys that expectations can use against a result as it is encoded.
@Suite struct ResultSchemaTests {
    /// Lists, and what is not known before the expectations are looked at.
    private static let leftOut: Set<String> = [
        "schema", "invalidBecause", "variants", "expectations", "exitStatus", "exitBecause",
        "tasks.sites", "pods",
        "findings", "because",
        "evidence", "undecided", "events.partitions", "segments", "metrics", "resources",
    ]

    /// What says which run it is; there is nothing to expect of it.
    private static let labels: Set<String> = ["kind", "title", "startedAt", "durationSeconds", "environment"]

    /// A result in which every number is different and nothing is missing.
    private static func filledResult() throws -> RunResult {
        var outcome = VariantResult(name: "a", role: .mitigation, control: true)
        outcome.flagged = true
        outcome.command = "./consumer"
        outcome.warmUp = .init(givenSeconds: 0, foundSeconds: 0, usedSeconds: 0)
        outcome.drain = Drain(outcome: .cutOff, left: 0, seconds: 0)
        outcome.runtime = .init(
            name: .jvm,
            heapCeilingBytes: 0,
            heapReadings: 0,
            collections: 0,
            pauseSeconds: 0,
            pauseShare: 0
        )
        outcome.verdict = .bounded
        outcome.timeToOOM.observed = true
        outcome.heap.bytesPerEvent = Estimate(estimate: 0, low: 0, high: 0)
        outcome.rss.bytesPerEvent = outcome.heap.bytesPerEvent
        outcome.charge.bytesPerEvent = outcome.heap.bytesPerEvent
        outcome.tasks.perEvent = outcome.heap.bytesPerEvent
        outcome.lag.status = .lagging
        outcome.lag.worstStatus = .stopped
        outcome.segments = [filledSegment]
        outcome.metrics = [
            .init(name: "entries", kind: .counter, unit: .bytes, peak: 0, end: 0, total: 0, perEvent: 0)
        ]
        outcome.findings = [
            Finding(
                kind: .pileUp,
                metric: "m",
                value: 0,
                limit: 0,
                times: 0,
                predicted: 0,
                rising: true,
                note: "n"
            )
        ]
        outcome.resources = [
            .init(name: "r", peak: 0, end: 0, perEvent: outcome.heap.bytesPerEvent, verdict: .bounded)
        ]
        let footprint = LabFootprint(rss: .init(startBytes: 0, peakBytes: 0, endBytes: 0), cpuSeconds: 0)
        var result = RunResult(
            run: "r",
            scenario: "s",
            timeScale: 0,
            seed: 0,
            valid: true,
            invalidBecause: [],
            broker: BrokerDescription(kind: "external", bootstrapServers: "b"),
            lab: footprint,
            variants: [outcome],
            expectations: [],
            exitStatus: 0,
            memoryControl: "watchdog"
        )
        (result.title, result.startedAt, result.durationSeconds) = ("t", "2026-03-01T12:34:56Z", 0)
        result.environment = ["system": "s"]
        // Through the document, so that no number is forgotten here.
        var number = 0.0
        let document = try JSONValue(encoding: result).numbered(from: &number)
        return try JSONDecoder().decode(RunResult.self, from: JSONEncoder().encode(document))
    }

    private static var filledSegment: VariantResult.Segment {
        var segment = VariantResult.Segment(name: "start", handler: "h", replicas: 0, memoryLimitBytes: 0)
        segment.tasksPerEvent = Estimate(estimate: 0, low: 0, high: 0)
        segment.heapBytesPerEvent = segment.tasksPerEvent
        segment.chargeBytesPerEvent = segment.tasksPerEvent
        segment.waves.ratio = .init(against: "a.start", observed: 0, predicted: 0)
        return segment
    }

    private static func document(
        of value: some Encodable,
        except others: Set<String> = []
    ) throws -> [String: String] {
        try JSONValue(encoding: value).leaves(except: leftOut.union(others))
    }

    @Test("The table has exactly the keys of the run's document")
    func runKeys() throws {
        let document = try Self.document(of: Self.filledResult(), except: Self.labels)
        #expect(Set(ResultSchema.runKeys.map(\.name)) == Set(document.keys))
    }

    @Test("The table has exactly the keys of a variant's document, lists apart")
    func variantKeys() throws {
        let outcome = try #require(try Self.filledResult().variants.first)
        let table = ResultSchema.variantKeys.filter { !$0.isDerived }.map(\.name)
        #expect(Set(table) == Set(try Self.document(of: outcome).keys))
        #expect(Set(table).count == table.count)
    }

    @Test("The table has exactly the keys of a segment's document, lists apart")
    func segmentKeys() throws {
        let segment = try #require(try Self.filledResult().variants.first?.segments.first)
        let table = ResultSchema.segmentKeys.map(\.name)
        #expect(Set(table) == Set(try Self.document(of: segment).keys))
        #expect(Set(table).count == table.count)
    }

    @Test("The table has exactly the keys of a metric's document")
    func metricKeys() throws {
        let metric = try #require(try Self.filledResult().variants.first?.metrics.first)
        let table = ResultSchema.metricKeys.map(\.name)
        #expect(Set(table) == Set(try Self.document(of: metric).keys))
        #expect(Set(table).count == table.count)
    }

    @Test("The tables have exactly the keys of a finding's and of a resource's document")
    func itemKeys() throws {
        let outcome = try #require(try Self.filledResult().variants.first)
        let findings = ResultSchema.findingKeys(in: .count).filter { !$0.isDerived }
        #expect(Set(findings.map(\.name)) == Set(try Self.document(of: outcome.findings.first).keys))
        let resources = ResultSchema.resourceKeys.map(\.name)
        #expect(Set(resources) == Set(try Self.document(of: outcome.resources.first).keys))
    }

    @Test("Every key of a finding and of a resource reads the value that the document has under it")
    func itemValues() throws {
        let outcome = try #require(try Self.filledResult().variants.first)
        let (finding, resource) = (
            try #require(outcome.findings.first), try #require(outcome.resources.first)
        )
        let findingDocument = try Self.document(of: finding)
        for key in ResultSchema.findingKeys(in: .count) where !key.isDerived {
            #expect(key.value(in: finding)?.description == findingDocument[key.name], "\(key.name)")
        }
        let resourceDocument = try Self.document(of: resource)
        for key in ResultSchema.resourceKeys {
            #expect(key.value(in: resource)?.description == resourceDocument[key.name], "\(key.name)")
        }
    }

    @Test("Every key reads the value that the document has under it")
    func values() throws {
        let result = try Self.filledResult()
        let outcome = try #require(result.variants.first)
        let document = try Self.document(of: result)
        for key in ResultSchema.runKeys {
            #expect(key.value(in: result)?.description == document[key.name], "\(key.name)")
        }
        let variantDocument = try Self.document(of: outcome)
        for key in ResultSchema.variantKeys where !key.isDerived {
            #expect(key.value(in: outcome)?.description == variantDocument[key.name], "\(key.name)")
        }
        let segment = try #require(outcome.segments.first)
        let segmentDocument = try Self.document(of: segment)
        for key in ResultSchema.segmentKeys {
            #expect(key.value(in: segment)?.description == segmentDocument[key.name], "\(key.name)")
        }
        let metric = try #require(outcome.metrics.first)
        let metricDocument = try Self.document(of: metric)
        for key in ResultSchema.metricKeys {
            #expect(key.value(in: metric)?.description == metricDocument[key.name], "\(key.name)")
        }
    }

    /// The unit that the last part of a key's name tells.
    private func unit(promisedBy path: [String]) -> ResultUnit {
        let (name, last) = (path.joined(separator: "."), path.last ?? "")
        if last.hasSuffix("Bytes") || name.lowercased().contains("bytesperevent") { return .bytes }
        if last.hasSuffix("Millis") { return .milliseconds }
        if last.lowercased().contains("seconds") || ["from", "to"].contains(last) { return .seconds }
        return last.hasSuffix("PerHour") ? .perHour : .plain
    }

    @Test("The types have the units that the names of the keys promise")
    func units() {
        let keys =
            ResultSchema.runKeys.map { ($0.path, $0.type) }
            + ResultSchema.variantKeys.map { ($0.path, $0.type) }
            + ResultSchema.segmentKeys.map { ($0.path, $0.type) }
            + ResultSchema.metricKeys.map { ($0.path, $0.type) }
        for (path, type) in keys {
            guard case .number(let unit) = type else { continue }
            #expect(unit == self.unit(promisedBy: path), "\(path.joined(separator: "."))")
        }
    }

    @Test("A state of the lag is one of its words, and unknown at first")
    func lagStatus() throws {
        let key = try #require(ResultSchema.variantKeys.first { $0.name == "lag.worstStatus" })
        #expect(key.type == .word(["ok", "lagging", "stalled", "stopped"]))
        #expect(key.value(in: VariantResult(name: "a", role: .fix, control: true)) == nil)
    }
}

/// A JSON document that keeps flags and numbers apart.
private enum JSONValue: Codable {
    case null
    case flag(Bool)
    case number(Double)
    case text(String)
    case list([JSONValue])
    case mapping([String: JSONValue])

    init(encoding value: some Encodable) throws {
        self = try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(value))
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        self =
            if container.decodeNil() { .null } else if let flag = try? container.decode(Bool.self) {
                .flag(flag)
            } else if let number = try? container.decode(Double.self) {
                .number(number)
            } else if let text = try? container.decode(String.self) {
                .text(text)
            } else if let list = try? container.decode([JSONValue].self) { .list(list) } else {
                .mapping(try container.decode([String: JSONValue].self))
            }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .flag(let flag): try container.encode(flag)
        case .number(let number): try container.encode(number)
        case .text(let text): try container.encode(text)
        case .list(let list): try container.encode(list)
        case .mapping(let mapping): try container.encode(mapping)
        }
    }

    /// 1, 2, 3 … in the place of every number and `null`.
    func numbered(from number: inout Double) -> JSONValue {
        switch self {
        case .flag, .text:
            return self
        case .null, .number:
            number += 1
            return .number(number)
        case .list(let list):
            var copy: [JSONValue] = []
            for item in list { copy.append(item.numbered(from: &number)) }
            return .list(copy)
        case .mapping(let mapping):
            var copy: [String: JSONValue] = [:]
            for (key, value) in mapping.sorted(by: { $0.key < $1.key }) {
                copy[key] = value.numbered(from: &number)
            }
            return .mapping(copy)
        }
    }

    /// Every single value by the keys that lead to it, as an expectation would tell it.
    func leaves(except leftOut: Set<String>, below path: [String] = []) -> [String: String] {
        let name = path.joined(separator: ".")
        if leftOut.contains(name) { return [:] }
        switch self {
        case .null: return [name: "null"]
        case .flag(let flag): return [name: flag ? "true" : "false"]
        case .number(let number): return [name: ResultValue.number(number).description]
        case .text(let text): return [name: text]
        case .list: return [name: "a list"]
        case .mapping(let mapping):
            return mapping.reduce(into: [:]) { all, entry in
                all.merge(entry.value.leaves(except: leftOut, below: path + [entry.key])) { first, _ in first
                }
            }
        }
    }
}
