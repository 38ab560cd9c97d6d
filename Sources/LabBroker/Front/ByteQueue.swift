/// Bytes that came from a socket or are to go to one, first in, first out.
struct ByteQueue {
    private var storage: [UInt8] = []
    private var start = 0

    var count: Int { storage.count - start }
    var isEmpty: Bool { count == 0 }
    var readable: ArraySlice<UInt8> { storage[start...] }

    mutating func append(_ bytes: some Collection<UInt8>) { storage.append(contentsOf: bytes) }

    mutating func append(_ bytes: UnsafeRawBufferPointer) { storage.append(contentsOf: bytes) }

    mutating func removeFirst(_ count: Int) {
        start += count
        if start == storage.count {
            storage.removeAll(keepingCapacity: storage.capacity <= 1 << 20)
            start = 0
        } else if start > 64 << 10, start > storage.count / 2 {
            storage.removeFirst(start)
            start = 0
        }
    }

    /// The first whole message, its length included; `nil` as long as it is not all there.
    /// - Throws: ``WireError`` for a length that cannot be, or is above `limit`.
    func message(atMost limit: Int) throws(WireError) -> ArraySlice<UInt8>? {
        guard count >= 4 else { return nil }
        var reader = WireReader(storage[start..<start + 4])
        let length = Int(try reader.int32())
        guard (4...limit).contains(length) else {
            throw WireError(description: "a message of \(length) bytes")
        }
        return count >= 4 + length ? storage[start..<start + 4 + length] : nil
    }

    func withReadable<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        storage.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[start...])) }
    }
}
