/// Items in the order of their last promotion: a doubly linked list in an array, whose freed nodes are used again.
///
/// It belongs to the worker alone and needs no lock. An item knows its node.
struct RecencyList: ~Copyable {
    private struct Node {
        var item: IndexItem?
        var newer: Int?
        var older: Int?
        /// Gets since the item was last moved to the front.
        var gets = 0
    }

    private var nodes: [Node] = []
    private var free: [Int] = []
    private var newest: Int?
    private var oldest: Int?
    private(set) var count = 0

    mutating func insert(_ item: IndexItem) {
        let node = free.popLast() ?? nodes.count
        if node == nodes.count { nodes.append(Node()) }
        nodes[node] = Node(item: item)
        item.node = node
        linkAsNewest(node)
        count += 1
    }

    /// Counts a get, and moves the item to the front if it is the `interval`th since it was last moved.
    mutating func countGet(ofNode node: Int, promotingEvery interval: Int) {
        nodes[node].gets += 1
        guard nodes[node].gets >= interval else { return }
        nodes[node].gets = 0
        unlink(node)
        linkAsNewest(node)
    }

    mutating func remove(node: Int) {
        unlink(node)
        nodes[node] = Node()
        free.append(node)
        count -= 1
    }

    mutating func removeOldest() -> IndexItem? {
        guard let oldest, let item = nodes[oldest].item else { return nil }
        remove(node: oldest)
        return item
    }

    private mutating func linkAsNewest(_ node: Int) {
        nodes[node].older = newest
        nodes[node].newer = nil
        if let newest { nodes[newest].newer = node } else { oldest = node }
        newest = node
    }

    private mutating func unlink(_ node: Int) {
        let (newer, older) = (nodes[node].newer, nodes[node].older)
        if let newer { nodes[newer].older = older } else { newest = older }
        if let older { nodes[older].newer = newer } else { oldest = newer }
    }
}
