import Kafka
import LabCore
import LabPayload

/// Writes events with content of the scenario's own: values of files or templates, keys, headers, tombstones, malformed
/// ones.
///
/// The same seed gives the same events. What is drawn for one matter comes from a stream of its own.
final class ContentWriter {
    private let workload: Workload
    private let content: EventContent
    private let files: PayloadFiles?
    private var template: TemplateWriter?
    private let lab: EventPayload
    private let field: FieldKey?
    private var keys: TemplateWriter?
    private var headers: [TemplateWriter]
    private var shares: SplitMix64
    /// Events so far, by partition.
    private var placed: [UInt64]
    // Used again for each event.
    private var valueBytes: [UInt8] = []
    private var keyBytes: [UInt8] = []
    private var headerBytes: [UInt8] = []
    private var headerEnds: [Int] = []

    /// The names of the headers that each event has.
    let headerNames: [String]

    /// No text in UTF-8, and so none in JSON, has this byte.
    private static let impossibleByte: UInt8 = 0xFF

    /// - Throws: ``LabError`` if a file cannot be read, and what is wrong with a template.
    init(_ content: EventContent, of workload: Workload, seed: UInt64) throws {
        self.workload = workload
        self.content = content
        var streams = SplitMix64(seed: seed ^ 0x63_6f6e_7465_6e74)
        let filling = Filling(seed: seed)
        func writer(_ text: String, _ streams: inout SplitMix64) throws -> TemplateWriter {
            TemplateWriter(try EventTemplate(text), seed: streams.next(), filling: filling)
        }
        shares = SplitMix64(seed: streams.next())
        if case .template(let text) = content.source { template = try writer(text, &streams) }
        if case .template(let text) = content.key { keys = try writer(text, &streams) }
        headers = []
        for header in content.headers { headers.append(try writer(header.value, &streams)) }
        if case .files(let paths, let format) = content.source {
            files = try PayloadFiles(paths: paths, format: format)
        } else {
            files = nil
        }
        if case .field(let path) = content.key { field = FieldKey(path: path) } else { field = nil }
        headerNames = (content.isNumbered ? [EventContent.envelopeHeader] : []) + content.headers.map(\.label)
        lab = EventPayload(seed: seed)
        placed = Array(repeating: 0, count: workload.partitions)
    }

    /// Writes the next event, number `index` of the run, that was due at `time` in microseconds since 1970.
    /// - Throws: ``LabError`` with file and line if what stands there is no event.
    func append(
        _ event: WorkloadEvents.Element,
        index: UInt64,
        due time: UInt64,
        choice: UInt64,
        to run: inout RecordRun
    ) throws(LabError) {
        valueBytes.removeAll(keepingCapacity: true)
        keyBytes.removeAll(keepingCapacity: true)
        let isTombstone = shares.nextUnit() < content.tombstones
        let isMalformed = shares.nextUnit() < content.malformed
        let cut = shares.nextUnit()
        let line = try value(of: event, index: index, due: time, choice: choice)
        try writeKey(of: event, value: line, index: index, due: time)
        let hasKey = event.key != nil || content.key.decidesPartition
        let partition =
            content.key.decidesPartition
            ? KeyPartitioner.partition(of: keyBytes, among: workload.partitions) : event.partition
        writeHeaders(partition: partition, index: index, due: time)
        if isMalformed, !isTombstone { spoil(line, at: cut) }
        let isOwnMemory = line == nil || isMalformed
        keyBytes.withUnsafeBytes { key in
            headerBytes.withUnsafeBytes { headers in
                valueBytes.withUnsafeBytes { own in
                    run.append(
                        key: hasKey ? key : nil,
                        value: isTombstone ? nil : isOwnMemory ? own : line,
                        partition: Int32(partition),
                        headers: headers,
                        endingAt: headerEnds
                    )
                }
            }
        }
    }

    /// - Returns: the value where its file's reader has it; `nil` if it is in `valueBytes`.
    private func value(
        of event: WorkloadEvents.Element,
        index: UInt64,
        due time: UInt64,
        choice: UInt64
    ) throws(LabError) -> UnsafeRawBufferPointer? {
        if let files { return try files.next() }
        guard template == nil else {
            template?.append(to: &valueBytes, event: index, due: time)
            return nil
        }
        let capacity = max(event.payloadSize, EventPayload.fixedCapacity)
        valueBytes.append(contentsOf: repeatElement(0, count: capacity))
        let count = valueBytes.withUnsafeMutableBytes { memory in
            lab.write(
                into: memory,
                size: event.payloadSize,
                envelope: EventEnvelope(sequence: index, intendedMicroseconds: time),
                player: event.key ?? choice >> 40,
                choice: choice
            )
        }
        valueBytes.removeLast(capacity - count)
        return nil
    }

    private func writeKey(
        of event: WorkloadEvents.Element,
        value line: UnsafeRawBufferPointer?,
        index: UInt64,
        due time: UInt64
    ) throws(LabError) {
        if let field {
            if let line { return try field.append(from: line, to: &keyBytes, at: place(of: index)) }
            try field.append(from: valueBytes, to: &keyBytes, at: place(of: index))
        } else if keys != nil {
            keys?.append(to: &keyBytes, event: index, due: time)
        } else if let player = event.key {
            keyBytes += "p-".utf8
            keyBytes.append(decimal: Int64(bitPattern: player))
        }
    }

    private func place(of index: UInt64) -> String { files?.place ?? "event \(index)" }

    private func writeHeaders(partition: Int, index: UInt64, due time: UInt64) {
        headerBytes.removeAll(keepingCapacity: true)
        headerEnds.removeAll(keepingCapacity: true)
        if content.isNumbered {
            headerBytes.append(EventEnvelope.sequenceLabel)
            headerBytes.append(decimal: Int64(bitPattern: number(ofNextIn: partition)))
            headerBytes.append(EventEnvelope.timeLabel)
            headerBytes.append(decimal: Int64(bitPattern: time))
            headerBytes.append(UInt8(ascii: "}"))
            headerEnds.append(headerBytes.count)
        }
        for header in headers.indices {
            headers[header].append(to: &headerBytes, event: index, due: time)
            headerEnds.append(headerBytes.count)
        }
    }

    /// The number of the next event of a partition, as ledgers count: run after run, partition after partition.
    private func number(ofNextIn partition: Int) -> UInt64 {
        let (length, count) = (UInt64(workload.runLength), UInt64(workload.partitions))
        let (run, rest) = placed[partition].quotientAndRemainder(dividingBy: length)
        placed[partition] += 1
        return (run * count + UInt64(partition)) * length + rest
    }

    /// Makes `valueBytes` the beginning of the value, up to the share `cut` of it, and a byte that no text has.
    private func spoil(_ line: UnsafeRawBufferPointer?, at cut: Double) {
        let kept = Int(Double(line?.count ?? valueBytes.count) * cut)
        if let line {
            valueBytes += line[..<kept]
        } else {
            valueBytes.removeLast(valueBytes.count - kept)
        }
        valueBytes.append(Self.impossibleByte)
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ text: StaticString) {
        append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}
