/// A piece of heap of a chosen size that holds on to the one before it.
///
/// A chain and not an array, since an array that doubles would leak in steps.
final class LeakedChunk: ManagedBuffer<LeakedChunk?, UInt8> {
    /// Of an object with no elements, as glibc counts it: the object's head, the reference, the chunk's own head.
    static let smallest = objectHead + chunkHead
    /// Of the object's metadata and reference counts, and of the reference to the one before.
    private static let objectHead = 24
    /// What the allocator keeps beside the usable bytes of a chunk (glibc's `malloc.c`, `CHUNK_HDR_SZ`).
    private static let chunkHead = 8

    /// - Parameters:
    ///   - size: bytes as the allocator counts them, at least ``smallest``.
    ///   - previous: is held on to.
    /// - Returns: a piece of which every byte was written.
    static func make(size: Int, after previous: LeakedChunk?) -> LeakedChunk? {
        let count = max(0, size - smallest)
        let made = create(minimumCapacity: count) { _ in previous }
        // Pages that nobody has written to are not resident.
        unsafe made.withUnsafeMutablePointerToElements { unsafe $0.initialize(repeating: 0xA5, count: count) }
        return made as? LeakedChunk
    }

    /// Bytes as the allocator counts them: it is asked for the usable ones, which may be more than were wanted.
    var allocatedSize: Int { capacity + Self.smallest }

    /// Lets go of the one before.
    /// - Returns: the one before.
    func cutOff() -> LeakedChunk? {
        defer { header = nil }
        return header
    }
}
