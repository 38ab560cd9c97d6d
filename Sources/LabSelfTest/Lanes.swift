/// Works on several things at a time, and on those that need the machine to themselves alone.
package struct Lanes: Sendable {
    /// At least 1.
    private let count: Int

    package init(_ count: Int) { self.count = max(1, count) }

    /// Works on all items in their order: first those that can share the machine, then the others, one after another.
    ///
    /// When the task is cancelled or `work` throws, nothing new begins, and what goes on is cancelled and awaited.
    /// - Throws: the first error of `work`.
    package func run<Item: Sendable>(
        _ items: [Item],
        isExclusive: (Item) -> Bool,
        work: @escaping @Sendable (Item) async throws -> Void
    ) async throws {
        try await run(items.filter { !isExclusive($0) }, at: count, work)
        try await run(items.filter(isExclusive), at: 1, work)
    }

    /// Works on all items in their order, as many at a time as there is room for.
    ///
    /// When the task is cancelled or `work` throws, nothing new begins, and what goes on is cancelled and awaited.
    /// - Parameters:
    ///   - items: to be worked on.
    ///   - weight: how many lanes one takes; one that takes more than there are runs alone.
    ///   - work: on one of them.
    /// - Throws: the first error of `work`.
    package func run<Item: Sendable>(
        _ items: [Item],
        weight: (Item) -> Int,
        work: @escaping @Sendable (Item) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Int.self) { group in
            var taken = 0
            for item in items {
                let weight = max(1, weight(item))
                while taken > 0, taken + weight > count { taken -= try await group.next() ?? 0 }
                guard !Task.isCancelled else { break }
                taken += weight
                group.addTask {
                    try await work(item)
                    return weight
                }
            }
            try await group.waitForAll()
        }
    }

    private func run<Item: Sendable>(
        _ items: [Item],
        at width: Int,
        _ work: @escaping @Sendable (Item) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, item) in items.enumerated() {
                if index >= width { try await group.next() }
                guard !Task.isCancelled else { break }
                group.addTask { try await work(item) }
            }
            try await group.waitForAll()
        }
    }
}
