package import LabCore

extension HeapGrowth {
    /// A callee that keeps this much of its caller's growth is followed; where it divides is the site.
    static let followedShare = 0.95
    /// A site has at least this much of all growth, or there is no one place.
    static let leastShare = 0.5
    /// Rows of the tables.
    static let listedSites = 12

    /// Where a life grew, and the place that the growth has in common.
    ///
    /// From the outermost function with most of the growth the rule follows the callee as long as that has 95 % of its
    /// caller's. What it comes to is the last function that the growth went through before it divides. It is named if it has
    /// half of all growth, and if ten sampled allocations at least say so.
    package init(_ difference: ProfileDifference) {
        let tree = difference.tree
        let events = Double(max(1, difference.events))
        let path = Self.path(in: tree)
        // What shrank elsewhere makes no site more than the whole.
        let all = max(1, tree.bytes, tree.children.reduce(0) { $0 + max(0, $1.bytes) })
        let sites = Self.sites(of: difference, all: all, events: events)
        let common = path.last.flatMap { last in
            last.bytes >= Self.leastShare * all && last.samples >= Self.leastSamples && tree.bytes > 0
                ? last : nil
        }
        self.init(
            pod: difference.to.pod,
            life: difference.to.life,
            from: difference.from.moment,
            to: difference.to.moment,
            events: difference.events,
            bytesPerEvent: difference.bytes / events,
            objectsPerEvent: difference.objects / events,
            samples: max(0, difference.samples),
            site: common.map { Self.site(of: $0, all: all, events: events) },
            calledFrom: common != nil && path.count > 1 ? path.first?.name : nil,
            path: common == nil ? [] : path.map(\.name),
            sites: Array(sites.prefix(Self.listedSites)),
            tasks: Array(Self.tasks(of: difference, events: events).prefix(Self.listedSites))
        )
    }

    private static func path(in tree: CallTree) -> [CallTree] {
        guard var current = tree.children.first, current.bytes > 0 else { return [] }
        var path = [current]
        while let next = current.children.first, next.bytes >= followedShare * current.bytes {
            path.append(next)
            current = next
        }
        return path
    }

    private static func site(of tree: CallTree, all: Double, events: Double) -> Site {
        Site(
            function: tree.name,
            place: tree.place,
            share: tree.bytes / all,
            bytesPerEvent: tree.bytes / events,
            objectsPerEvent: tree.objects / events,
            selfBytesPerEvent: tree.selfBytes / events
        )
    }

    /// Functions by what was allocated below them, wherever they were called from; what shrank is left out.
    private static func sites(of difference: ProfileDifference, all: Double, events: Double) -> [Site] {
        var sites: [String: Site] = [:]
        var places: [String: [String: Double]] = [:]
        for stack in difference.stacks {
            let path = stack.folded
            for (index, frame) in path.enumerated()
            where !path[(index + 1)...].contains(where: frame.isSameFunction) {
                let empty = Site(
                    function: frame.title,
                    place: nil,
                    share: 0,
                    bytesPerEvent: 0,
                    objectsPerEvent: 0,
                    selfBytesPerEvent: 0
                )
                sites[frame.title, default: empty].add(stack, all, events, isLast: index == path.count - 1)
                if let place = frame.place {
                    places[frame.title, default: [:]][place, default: 0] += stack.bytes
                }
            }
        }
        return sites.values.map { site in
            var site = site
            site.place = places[site.function]?.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
            return site
        }
        .filter { $0.bytesPerEvent > 0 }
        .sorted { ($1.bytesPerEvent, $0.function) < ($0.bytesPerEvent, $1.function) }
    }

    private static func tasks(of difference: ProfileDifference, events: Double) -> [TaskSite] {
        var sites: [String: TaskSite] = [:]
        for stack in difference.stacks where stack.isOfTask {
            guard let frame = stack.folded.last else { continue }
            let empty = TaskSite(
                function: frame.title,
                place: frame.place,
                tasksPerEvent: 0,
                bytesPerEvent: 0
            )
            if stack.isTask { sites[frame.title, default: empty].tasksPerEvent += stack.objects / events }
            sites[frame.title, default: empty].bytesPerEvent += stack.bytes / events
        }
        return sites.values.filter { $0.tasksPerEvent > 0 }
            .sorted { ($1.tasksPerEvent, $0.function) < ($0.tasksPerEvent, $1.function) }
    }
}

extension HeapGrowth.Site {
    fileprivate mutating func add(
        _ stack: ProfileDifference.Stack,
        _ all: Double,
        _ events: Double,
        isLast: Bool
    ) {
        share += stack.bytes / all
        bytesPerEvent += stack.bytes / events
        objectsPerEvent += stack.objects / events
        if isLast { selfBytesPerEvent += stack.bytes / events }
    }
}
