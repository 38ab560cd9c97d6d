import CRdKafka

/// Up to `capacity` records, one after the other in one piece of memory that is used again for every run.
///
/// A generator writes each record's bytes in place; nothing is allocated unless the records outgrow the memory. The
/// array of messages that `rd_kafka_produce_batch` takes is kept beside them.
///
/// Not `Sendable`, because ``Producer/enqueue(_:from:to:partition:)`` writes to a run that it only borrows: the error
/// field of each message.
package struct RecordRun: ~Copyable {
    package let capacity: Int
    package private(set) var count = 0
    private let messages: UnsafeMutablePointer<rd_kafka_message_t>
    private var memory: UnsafeMutableRawBufferPointer
    private var used = 0
    /// Of each record's headers, in this order.
    let headerNames: [String]
    /// Where their values lie in the memory, record by record.
    private var headers: [Range<Int>] = []
    /// Whether records have partitions of their own.
    private(set) var hasPartitions = false

    /// - Parameters:
    ///   - capacity: records, at least 1.
    ///   - bytesPerRecord: what key, value and headers are expected to take together; the memory grows if they need more.
    ///   - headerNames: what the headers are called that every record has.
    package init(capacity: Int, bytesPerRecord: Int = 512, headerNames: [String] = []) {
        precondition(capacity > 0 && capacity <= Int(Int32.max) && bytesPerRecord >= 0)
        self.capacity = capacity
        self.headerNames = headerNames
        messages = .allocate(capacity: capacity)
        messages.initialize(repeating: rd_kafka_message_t(), count: capacity)
        memory = .allocate(byteCount: max(1, capacity * bytesPerRecord), alignment: 16)
    }

    deinit {
        messages.deallocate()
        memory.deallocate()
    }

    package var isEmpty: Bool { count == 0 }
    package var isFull: Bool { count == capacity }
    /// Bytes of keys and values.
    package var byteCount: Int { used }

    /// Adds a record whose value `write` fills in.
    ///
    /// The run must not be full.
    /// - Parameters:
    ///   - key: copied; `nil` for a record without key, which is not the same as an empty one.
    ///   - valueCapacity: the most that `write` will need.
    ///   - write: gets that many uninitialised bytes and returns how many of them it wrote. 0 makes an empty value,
    ///     not a tombstone.
    package mutating func append(
        key: UnsafeRawBufferPointer? = nil,
        valueCapacity: Int,
        write: (UnsafeMutableRawBufferPointer) -> Int
    ) {
        let keyStart = reserve(key: key, valueCapacity: valueCapacity)
        let valueStart = keyStart + (key?.count ?? 0)
        let target = UnsafeMutableRawBufferPointer(rebasing: memory[valueStart..<valueStart + valueCapacity])
        let written = write(target)
        precondition(written >= 0 && written <= valueCapacity, "wrote \(written) of \(valueCapacity) bytes")
        messages[count].payload = promised(memory.baseAddress, by: "allocate") + valueStart
        messages[count].len = written
        used = valueStart + written
        count += 1
    }

    /// Adds a record that is there already, for a partition of its own.
    ///
    /// The run must not be full, and have no records without a partition.
    /// - Parameters:
    ///   - key: copied; `nil` for a record without key, which is not the same as an empty one.
    ///   - value: copied; `nil` for a tombstone.
    ///   - partition: which one to write to.
    ///   - headers: the values of all headers, one after the other.
    ///   - ends: where each of them ends in `headers`, one for each name.
    package mutating func append(
        key: UnsafeRawBufferPointer?,
        value: UnsafeRawBufferPointer?,
        partition: Int32,
        headers: UnsafeRawBufferPointer,
        endingAt ends: [Int]
    ) {
        precondition(ends.count == headerNames.count, "\(ends.count) values for \(headerNames.count) headers")
        let valueSize = value?.count ?? 0
        let keyStart = reserve(key: key, valueCapacity: valueSize + headers.count)
        let base = promised(memory.baseAddress, by: "allocate")
        let valueStart = keyStart + (key?.count ?? 0)
        if let source = value?.baseAddress {
            (base + valueStart).copyMemory(from: source, byteCount: valueSize)
        }
        messages[count].payload = value == nil ? nil : base + valueStart
        messages[count].len = valueSize
        messages[count].partition = partition
        let headerStart = valueStart + valueSize
        if let source = headers.baseAddress {
            (base + headerStart).copyMemory(from: source, byteCount: headers.count)
        }
        var start = 0
        for end in ends {
            self.headers.append(headerStart + start..<headerStart + end)
            start = end
        }
        hasPartitions = true
        used = headerStart + headers.count
        count += 1
    }

    /// Adds a record with a null value, which compaction takes as “delete this key”.
    ///
    /// The run must not be full.
    package mutating func appendTombstone(key: UnsafeRawBufferPointer) {
        let keyStart = reserve(key: key, valueCapacity: 0)
        messages[count].payload = nil
        messages[count].len = 0
        used = keyStart + key.count
        count += 1
    }

    /// Forgets the records and keeps the memory.
    package mutating func removeAll() {
        count = 0
        used = 0
        headers.removeAll(keepingCapacity: true)
        hasPartitions = false
    }

    /// The value of a record's header, both by number; valid until the run changes.
    func header(_ number: Int, of record: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: memory[headers[record * headerNames.count + number]])
    }

    func messages(from start: Int) -> UnsafeMutableBufferPointer<rd_kafka_message_t> {
        precondition(start >= 0 && start <= count, "record \(start) of \(count)")
        return UnsafeMutableBufferPointer(start: messages + start, count: count - start)
    }

    /// Makes room, copies the key and points the next message to it; returns where the key starts.
    private mutating func reserve(key: UnsafeRawBufferPointer?, valueCapacity: Int) -> Int {
        precondition(count < capacity && valueCapacity >= 0, "a run takes \(capacity) records")
        let keySize = key?.count ?? 0
        if used + keySize + valueCapacity > memory.count { grow(by: keySize + valueCapacity) }
        let start = promised(memory.baseAddress, by: "allocate") + used
        messages[count].key = key == nil ? nil : start
        messages[count].key_len = keySize
        if let key, let bytes = key.baseAddress { start.copyMemory(from: bytes, byteCount: keySize) }
        return used
    }

    /// Moves the records to larger memory, and what points to them.
    private mutating func grow(by needed: Int) {
        let larger = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(memory.count * 2, used + needed),
            alignment: 16
        )
        let old = promised(memory.baseAddress, by: "allocate")
        let new = promised(larger.baseAddress, by: "allocate")
        new.copyMemory(from: old, byteCount: used)
        for index in 0..<count {
            if let key = messages[index].key {
                messages[index].key = new + (key - UnsafeMutableRawPointer(old))
            }
            if let value = messages[index].payload { messages[index].payload = new + (value - old) }
        }
        memory.deallocate()
        memory = larger
    }
}
