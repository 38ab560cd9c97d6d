/// What a unit is.
enum ZooMediumKind: String, CaseIterable, Sendable {
    /// A piece of heap, every byte of it written.
    case malloc
    /// Pages of its own, written, that the allocator knows nothing of.
    case mmap
    /// A task that waits for good, made as anybody makes one.
    case task
    /// The same without its creator's task-local values.
    case detached
    /// The same, counted at a site of the census.
    case labelled
    /// A socket: one descriptor.
    case descriptor
    /// A thread that waits for good.
    case thread

    /// Whether each unit has a size.
    var hasBytes: Bool {
        switch self {
        case .malloc, .mmap, .task, .detached, .labelled: true
        case .descriptor, .thread: false
        }
    }
}

/// Units of one kind.
///
/// Not for several threads at once.
protocol ZooMedium {
    /// Holds one unit more.
    /// - Returns: `false` if the system has none.
    mutating func take() -> Bool

    /// Gives one unit back; nothing if there is none.
    mutating func giveBack()
}

extension ZooMediumKind {
    /// - Parameters:
    ///   - bytes: of each unit that has a size.
    ///   - isForGood: nothing will be given back, so nothing needs to be remembered.
    /// - Returns: a medium of which nothing is held yet.
    func make(bytes: Int, isForGood: Bool) -> any ZooMedium & Sendable {
        switch self {
        case .malloc: ZooHeap(bytes: bytes)
        case .mmap: ZooPages(bytes: bytes)
        case .task, .detached, .labelled: ZooTasks(self, bytes: bytes, isForGood: isForGood)
        case .descriptor: ZooDescriptors(isForGood: isForGood)
        case .thread: ZooThreads()
        }
    }
}
