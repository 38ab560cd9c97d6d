/// Entries by key in the order of their last use: a dictionary into a doubly linked list, whose freed nodes are used
/// again.
///
/// It knows no clock and no bound; both are its owner's.
struct RecentEntries<Value: Sendable>: Sendable {
    private struct Node {
        let key: String
        let value: Value
        let weight: Int
        var newer: Int?
        var older: Int?
    }

    private var nodes: [Node?] = []
    private var free: [Int] = []
    private var places: [String: Int] = [:]
    private var newest: Int?
    private var oldest: Int?
    /// Of all entries together, in whatever the owner weighs them by.
    private(set) var weight = 0

    var count: Int { places.count }

    /// Bytes of an entry's place in the list, its key and value included as far as they lie in it.
    static var nodeSize: Int { MemoryLayout<Node?>.stride }

    /// Bytes of list and dictionary after they have grown to so many entries one by one, what the values refer to left
    /// out.
    static func tableSize(of count: Int) -> Int {
        AllocatedBytes.array(of: Node?.self, count: count)
            + AllocatedBytes.dictionary(of: (String, Int).self, count: count)
    }

    /// Looks an entry up, which makes it the newest.
    mutating func use(_ key: String) -> Value? {
        guard let place = places[key], let node = nodes[place] else { return nil }
        unlink(place)
        link(place)
        return node.value
    }

    /// Puts an entry in as the newest, in place of another one of that key.
    mutating func insert(_ value: Value, weighing weight: Int, for key: String) {
        remove(key)
        let node = Node(key: key, value: value, weight: weight)
        let place = free.popLast() ?? nodes.count
        if place == nodes.count { nodes.append(node) } else { nodes[place] = node }
        places[key] = place
        self.weight += weight
        link(place)
    }

    /// Removes the entry of that key; nothing happens if there is none.
    mutating func remove(_ key: String) {
        if let place = places[key] { remove(at: place) }
    }

    /// Removes the entry that was not used for the longest time; nothing happens if there is none.
    mutating func removeOldest() {
        if let oldest { remove(at: oldest) }
    }

    private mutating func remove(at place: Int) {
        guard let node = nodes[place] else { return }
        unlink(place)
        nodes[place] = nil
        places[node.key] = nil
        free.append(place)
        weight -= node.weight
    }

    private mutating func link(_ place: Int) {
        nodes[place]?.older = newest
        nodes[place]?.newer = nil
        if let newest { nodes[newest]?.newer = place } else { oldest = place }
        newest = place
    }

    private mutating func unlink(_ place: Int) {
        let (newer, older) = (nodes[place]?.newer, nodes[place]?.older)
        if let newer { nodes[newer]?.older = older } else { newest = older }
        if let older { nodes[older]?.newer = newer } else { oldest = newer }
    }
}
