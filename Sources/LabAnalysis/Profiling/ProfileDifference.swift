package import LabCore

/// What grew between two profiles of one life, stack by stack.
package struct ProfileDifference: Sendable, Hashable {
    package struct Stack: Sendable, Hashable {
        /// The one that allocated first.
        package var frames: [ProfileFrame]
        package var samples: Int
        package var objects: Double
        package var bytes: Double
    }

    package let from: HeapProfile
    package let to: HeapProfile
    /// Stacks of which there is more or less than before, in a fixed order.
    package let stacks: [Stack]

    package init(from: HeapProfile, to: HeapProfile) {
        self.from = from
        self.to = to
        var stacks: [[ProfileFrame]: Stack] = [:]
        for (profile, sign) in [(from, -1), (to, 1)] {
            for stack in profile.stacks {
                let frames = stack.frames.map { profile.frames[$0] }
                let empty = Stack(frames: frames, samples: 0, objects: 0, bytes: 0)
                stacks[frames, default: empty].samples += sign * stack.samples
                stacks[frames, default: empty].objects += Double(sign) * stack.objects
                stacks[frames, default: empty].bytes += Double(sign) * stack.bytes
            }
        }
        self.stacks = stacks.values.filter { $0.samples != 0 || abs($0.bytes) >= 1 }.sorted { one, other in
            (other.bytes, one.name) < (one.bytes, other.name)
        }
    }

    /// That the life handled in between.
    package var events: Int { max(0, to.events - from.events) }

    package var bytes: Double { stacks.reduce(0) { $0 + $1.bytes } }
    package var objects: Double { stacks.reduce(0) { $0 + $1.objects } }
    package var samples: Int { stacks.reduce(0) { $0 + $1.samples } }

    /// Of the profiles of a variant's pods the two to compare: of the life that handled most events between its first and its
    /// last, these two.
    ///
    /// - Returns: `nil` if no life has two profiles with events in between.
    package static func longest(among profiles: [HeapProfile]) -> ProfileDifference? {
        let lives = Dictionary(grouping: profiles) { "\($0.pod)/\($0.life)" }
        let ends = lives.values.compactMap { life -> (HeapProfile, HeapProfile)? in
            let ordered = life.sorted { $0.number < $1.number }
            guard let first = ordered.first(where: { $0.moment == .warm }) ?? ordered.first,
                let last = ordered.last,
                last.events > first.events, last.number > first.number
            else { return nil }
            return (first, last)
        }
        let longest = ends.max { one, other in
            let (left, right) = (one.1.events - one.0.events, other.1.events - other.0.events)
            return (left, other.0.pod, other.0.life) < (right, one.0.pod, one.0.life)
        }
        return longest.map { ProfileDifference(from: $0.0, to: $0.1) }
    }
}

extension ProfileDifference {
    /// By call path, folded to what a reader looks for.
    package var tree: CallTree {
        var tree = CallTree("all")
        for stack in stacks {
            let path = stack.folded.map { (name: $0.title, place: $0.place) }
            tree.add(along: path[...], samples: stack.samples, objects: stack.objects, bytes: stack.bytes)
        }
        return tree.sorted
    }
}

extension ProfileDifference.Stack {
    fileprivate var name: String {
        frames.map { "\($0.library) \($0.function) \($0.line ?? 0)" }.joined(separator: ";")
    }

    /// What a reader looks for, the outermost function first: the handler's own code without what the language, the
    /// allocator and the lab add; where none of it is on the stack, that of a library, else of the lab.
    package var folded: [ProfileFrame] {
        let order: [ProfileFrame.Owner] = [.own, .library, .harness]
        let kept =
            order.lazy.map { owner in self.frames.filter { $0.owner == owner } }.first { !$0.isEmpty } ?? []
        guard !kept.isEmpty else {
            return [ProfileFrame(function: "(runtime)", library: "", owner: .runtime)]
        }
        return kept.reversed().reduce(into: []) { path, frame in
            if let last = path.last, last.isSameFunction(as: frame) { path.removeLast() }
            path.append(frame)
        }
    }

    /// Whether it is the allocation of a task that lives: the concurrency runtime makes each by one function.
    package var isTask: Bool { frames.first { !$0.isAllocator }?.createsTasks == true }

    /// Whether it belongs to a task from the start: the task itself, or the first room for its frames.
    package var isOfTask: Bool { frames.contains { $0.createsTasks } }
}

extension ProfileFrame {
    /// What stands between whoever needs memory and the allocator's own code.
    fileprivate var isAllocator: Bool {
        library.hasPrefix("libjemalloc") || library.hasPrefix("libc.") || Self.allocators.contains(function)
    }

    private static let allocators: Set<String> = [
        "malloc", "calloc", "posix_memalign", "aligned_alloc", "swift_slowAlloc", "swift_slowAllocTyped",
    ]

    fileprivate var createsTasks: Bool { owner == .runtime && function.hasPrefix("swift_task_create") }

    func isSameFunction(as other: ProfileFrame) -> Bool {
        function == other.function && module == other.module && library == other.library
    }

    /// As it is shown: a library's with the library.
    package var title: String { owner == .library ? "\(function) (\(library))" : function }
}
