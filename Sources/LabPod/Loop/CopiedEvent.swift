import Kafka
import LabCore

/// One event's bytes, out of librdkafka's hands, for a handler that runs while the batch is long gone.
///
/// Safety: the memory is written in `init`, only read afterwards, and freed by the last owner.
final class CopiedEvent: @unchecked Sendable {
    let partition: Int32
    let offset: Int64
    private let keySize: Int
    /// Key and value, one after the other.
    private let memory: UnsafeMutableRawBufferPointer

    init(_ message: borrowing Message) {
        partition = message.partition
        offset = message.offset
        keySize = message.keySize
        memory = .allocate(byteCount: message.keySize + message.valueSize, alignment: 1)
        UnsafeMutableRawBufferPointer(rebasing: memory[..<keySize]).copyMemory(from: message.rawKey)
        UnsafeMutableRawBufferPointer(rebasing: memory[keySize...]).copyMemory(from: message.rawValue)
    }

    deinit { memory.deallocate() }

    /// The event as handlers take it; valid as long as this object.
    var event: Event {
        Event(
            partition: partition,
            offset: offset,
            key: UnsafeRawBufferPointer(rebasing: memory[..<keySize]),
            value: UnsafeRawBufferPointer(rebasing: memory[keySize...])
        )
    }
}
