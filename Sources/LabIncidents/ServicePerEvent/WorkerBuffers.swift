/// Two queues of fixed capacity, side by side in one block of memory.
///
/// Nobody touches a slot until something is put there, as with a Go channel's buffer: the operating system
/// gives the pages only then.
///
/// Safety: of each queue, the slots that its ring names are initialised and all others are not; every method keeps it
/// so. The block belongs to this value alone, which cannot be copied.
@safe
struct WorkerBuffers<Element>: ~Copyable {
    enum Queue {
        case promotions
        case deletions
    }

    /// Which slots of a queue are in use: `count` from `first` on, around the end.
    private struct Ring {
        /// Of the queue's first slot in the block.
        let base: Int
        let capacity: Int
        var first = 0
        var count = 0

        func slot(_ index: Int) -> Int { base + (first + index) % capacity }

        /// The slot for one more element; `nil` if there is no room.
        mutating func grow() -> Int? {
            guard count < capacity else { return nil }
            count += 1
            return slot(count - 1)
        }

        /// The slot whose element leaves; `nil` if there is none.
        mutating func shrink() -> Int? {
            guard count > 0 else { return nil }
            let slot = slot(0)
            first = (first + 1) % capacity
            count -= 1
            return slot
        }
    }

    private let slots: UnsafeMutablePointer<Element>
    private var promotions: Ring
    private var deletions: Ring

    /// - Parameter capacity: of each queue; at least 1 is used.
    init(capacity: Int) {
        let capacity = max(1, capacity)
        promotions = Ring(base: 0, capacity: capacity)
        deletions = Ring(base: capacity, capacity: capacity)
        unsafe slots = .allocate(capacity: 2 * capacity)
    }

    deinit {
        for index in 0..<promotions.count { unsafe (slots + promotions.slot(index)).deinitialize(count: 1) }
        for index in 0..<deletions.count { unsafe (slots + deletions.slot(index)).deinitialize(count: 1) }
        unsafe slots.deallocate()
    }

    /// - Returns: false, and nothing happens, if there is no room.
    mutating func append(_ element: Element, to queue: Queue) -> Bool {
        let slot = queue == .promotions ? promotions.grow() : deletions.grow()
        guard let slot else { return false }
        unsafe (slots + slot).initialize(to: element)
        return true
    }

    mutating func popFirst(of queue: Queue) -> Element? {
        let slot = queue == .promotions ? promotions.shrink() : deletions.shrink()
        guard let slot else { return nil }
        return unsafe (slots + slot).move()
    }

    func count(of queue: Queue) -> Int { queue == .promotions ? promotions.count : deletions.count }

    func isFull(_ queue: Queue) -> Bool { count(of: queue) == promotions.capacity }
}
