/// Results by key in the order of their last use: a dictionary into a doubly linked list, whose freed nodes are used
/// again.
///
/// It knows no clock and no bound; both are its owner's.
struct RecentResults {
    enum Lookup {
        case found(ListResult)
        /// There was one, too old to be used; it is gone now.
        case expired
        case missing
    }

    private struct Node {
        let key: String
        let result: ListResult
        /// From then on the result is not used any more, nanoseconds.
        let expiry: UInt64
        var newer: Int?
        var older: Int?
    }

    private var nodes: [Node?] = []
    private var free: [Int] = []
    private var places: [String: Int] = [:]
    private var newest: Int?
    private var oldest: Int?
    /// Of all results together.
    private(set) var byteCount = 0

    /// Expired results included.
    var count: Int { places.count }

    /// Looks a result up, which makes it the newest; an expired one is removed.
    mutating func take(_ key: String, at now: UInt64) -> Lookup {
        guard let place = places[key], let node = nodes[place] else { return .missing }
        guard now < node.expiry else {
            remove(place)
            return .expired
        }
        unlink(place)
        link(place)
        return .found(node.result)
    }

    /// Puts a result in as the newest, in place of another one of that key.
    mutating func insert(_ result: ListResult, for key: String, expiry: UInt64) {
        if let place = places[key] { remove(place) }
        let node = Node(key: key, result: result, expiry: expiry)
        let place = free.popLast() ?? nodes.count
        if place == nodes.count { nodes.append(node) } else { nodes[place] = node }
        places[key] = place
        byteCount += result.count
        link(place)
    }

    /// Removes the result that was not used for the longest time; nothing happens if there is none.
    mutating func removeOldest() {
        if let oldest { remove(oldest) }
    }

    private mutating func remove(_ place: Int) {
        guard let node = nodes[place] else { return }
        unlink(place)
        nodes[place] = nil
        places[node.key] = nil
        free.append(place)
        byteCount -= node.result.count
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
