/// Growth by call path: each function with what was allocated below it.
package struct CallTree: Sendable, Hashable {
    package var name: String
    /// Where most of it was called from in the function; `nil` without debug information.
    package private(set) var place: String?
    package private(set) var samples = 0
    package private(set) var objects = 0.0
    package private(set) var bytes = 0.0
    /// By bytes, largest first, once ``sorted`` was asked for.
    package private(set) var children: [CallTree] = []
    private var places: [String: Double] = [:]

    package init(_ name: String) { self.name = name }

    /// Adds what a path of functions allocated, the outermost one first.
    package mutating func add(
        along path: ArraySlice<(name: String, place: String?)>,
        samples: Int,
        objects: Double,
        bytes: Double
    ) {
        self.samples += samples
        self.objects += objects
        self.bytes += bytes
        guard let frame = path.first else { return }
        let index = children.firstIndex { $0.name == frame.name } ?? children.count
        if index == children.count { children.append(CallTree(frame.name)) }
        if let place = frame.place { children[index].places[place, default: 0] += bytes }
        children[index].add(along: path.dropFirst(), samples: samples, objects: objects, bytes: bytes)
    }

    /// In a fixed order, with the places that weigh most.
    package var sorted: CallTree {
        var tree = self
        tree.place = places.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
        tree.children = children.map(\.sorted).sorted { ($1.bytes, $0.name) < ($0.bytes, $1.name) }
        return tree
    }

    /// Allocated by itself, or by what was folded below it.
    package var selfBytes: Double { children.reduce(bytes) { $0 - $1.bytes } }

    /// How many functions the longest path has.
    package var depth: Int { 1 + (children.map(\.depth).max() ?? 0) }
}
