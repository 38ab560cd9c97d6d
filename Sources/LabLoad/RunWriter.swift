import Kafka
import LabCore

/// Turns the workload's events into records: one partition's run at a time, in memory that is used again.
struct RunWriter: ~Copyable {
    private(set) var run: RecordRun
    /// When each record of the run was due, nanoseconds since the schedule's zero.
    private(set) var dueTimes: [Int64] = []
    private let workload: Workload
    private let payload: EventPayload
    private var events: WorkloadEvents
    private var choices: SplitMix64
    /// `nil` if all is the lab's own.
    private let content: ContentWriter?

    /// Records in one call to the client, at most.
    private static let capacity = 64

    /// - Throws: ``LabError`` if the workload's content cannot be had.
    init(_ workload: Workload, seed: UInt64) throws {
        self.workload = workload
        payload = EventPayload(seed: seed)
        events = WorkloadEvents(workload, seed: seed)
        choices = SplitMix64(seed: seed &+ 1)
        content = try workload.content.map { try ContentWriter($0, of: workload, seed: seed) }
        run = RecordRun(
            capacity: Self.capacity,
            bytesPerRecord: Int(workload.payload.mean) + EventPayload.fixedCapacity + 32,
            headerNames: content?.headerNames ?? []
        )
    }

    /// Writes events from number `sequence` on, as long as they are due, belong to the same partition's run, and fit.
    /// - Returns: the partition, unless the records have partitions of their own.
    /// - Throws: ``LabError`` if the workload's content has no more events.
    mutating func fill(from sequence: UInt64, epoch: UInt64, nextDue: () -> Int64?) throws -> Int {
        run.removeAll()
        dueTimes.removeAll(keepingCapacity: true)
        let runLength = UInt64(max(1, workload.runLength))
        let end = (sequence / runLength + 1) * runLength
        let payload = payload
        var next = sequence
        while !run.isFull, next < end, let due = nextDue() {
            guard let event = events.next() else { break }
            let time = epoch &+ UInt64(max(0, due) / 1_000)
            if let content {
                try content.append(event, index: next, due: time, choice: choices.next(), to: &run)
            } else {
                append(event, EventEnvelope(sequence: next, intendedMicroseconds: time), payload)
            }
            dueTimes.append(due)
            next += 1
        }
        return workload.partition(ofEvent: sequence)
    }

    private mutating func append(
        _ event: WorkloadEvents.Element,
        _ envelope: EventEnvelope,
        _ payload: borrowing EventPayload
    ) {
        let choice = choices.next()
        let player = event.key ?? choice >> 40
        let capacity = max(event.payloadSize, EventPayload.fixedCapacity)
        withUnsafeTemporaryAllocation(byteCount: 24, alignment: 1) { keyMemory in
            var keyWriter = ByteWriter(keyMemory)
            if event.key != nil {
                keyWriter.append("p-")
                keyWriter.append(player)
            }
            let key = event.key == nil ? nil : UnsafeRawBufferPointer(rebasing: keyMemory[..<keyWriter.count])
            run.append(key: key, valueCapacity: capacity) { memory in
                payload.write(
                    into: memory,
                    size: event.payloadSize,
                    envelope: envelope,
                    player: player,
                    choice: choice
                )
            }
        }
    }
}
