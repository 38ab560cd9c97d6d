/// What things cost on the heap, as the allocator counts them.
enum AllocatedBytes {
    /// A piece of so many bytes: 8 more for the chunk's head, in steps of 16 (glibc's `malloc.c`, `request2size`).
    static func chunk(of bytes: Int) -> Int { (bytes + 8 + 15) / 16 * 16 }

    /// An array of so many bytes, made at once.
    static func array(ofBytes count: Int) -> Int { chunk(of: arrayHead + count) }

    /// An array that has grown to `count` elements one by one: it doubles.
    static func array<Element>(of _: Element.Type, count: Int) -> Int {
        chunk(of: arrayHead + powerOfTwo(from: count) * MemoryLayout<Element>.stride)
    }

    /// A dictionary that has grown to `count` keys: its slots are a power of two, and at most three
    /// quarters of them are used.
    static func dictionary<Key, Value>(of _: (Key, Value).Type, count: Int) -> Int {
        let slots = powerOfTwo(from: (count * 4 + 2) / 3)
        let pair = MemoryLayout<Key>.stride + MemoryLayout<Value>.stride
        return chunk(of: 64 + slots / 8 + slots * pair)
    }

    private static let arrayHead = 32

    /// The first one that is not below `number`.
    private static func powerOfTwo(from number: Int) -> Int {
        number <= 1 ? 1 : 1 << (Int.bitWidth - (number - 1).leadingZeroBitCount)
    }
}
