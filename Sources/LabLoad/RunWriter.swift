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

    /// Records in one call to the client, at most.
    private static let capacity = 64

    init(_ workload: Workload, seed: UInt64) {
        self.workload = workload
        payload = EventPayload(seed: seed)
        events = WorkloadEvents(workload, seed: seed)
        choices = SplitMix64(seed: seed &+ 1)
        run = RecordRun(
            capacity: Self.capacity,
            bytesPerRecord: Int(workload.payload.mean) + EventPayload.fixedCapacity + 32
        )
    }

    /// Writes events from number `sequence` on, as long as they are due, belong to the same partition's run, and fit.
    /// - Returns: the partition.
    mutating func fill(from sequence: UInt64, epoch: UInt64, nextDue: () -> Int64?) -> Int {
        run.removeAll()
        dueTimes.removeAll(keepingCapacity: true)
        let runLength = UInt64(max(1, workload.runLength))
        let end = (sequence / runLength + 1) * runLength
        let payload = payload
        var next = sequence
        while !run.isFull, next < end, let due = nextDue() {
            guard let event = events.next() else { break }
            let time = epoch &+ UInt64(max(0, due) / 1_000)
            append(event, EventEnvelope(sequence: next, intendedMicroseconds: time), payload)
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
