#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Pieces of heap in a chain, each with the address of the one before it in its first word.
///
/// A chain and not an array, since an array that doubles would grow in steps.
struct ZooHeap: ZooMedium, Sendable {
    /// As the allocator counts them, its own eight bytes for each piece included (glibc's `malloc.c`, `CHUNK_HDR_SZ`).
    static let smallest = 32
    private static let head = 8

    private let usable: Int
    private var last: UInt = 0

    /// - Parameter bytes: of each piece as the allocator counts them; ``smallest`` at least.
    init(bytes: Int) { usable = max(Self.smallest, bytes) - Self.head }

    mutating func take() -> Bool {
        guard let piece = unsafe malloc(usable) else { return false }
        // Pages that nobody has written to are not resident.
        unsafe memset(piece, 0xA5, usable)
        unsafe piece.storeBytes(of: last, as: UInt.self)
        last = UInt(bitPattern: piece)
        return true
    }

    mutating func giveBack() {
        guard let piece = unsafe UnsafeMutableRawPointer(bitPattern: last) else { return }
        last = unsafe piece.load(as: UInt.self)
        unsafe free(piece)
    }
}
