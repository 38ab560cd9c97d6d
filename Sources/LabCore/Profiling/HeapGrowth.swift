/// Where the live heap of a variant grew: the difference of two profiles of one life, by the code that allocated.
package struct HeapGrowth: Codable, Hashable, Sendable {
    package var pod: String
    /// The number of the pod's life.
    package var life: Int
    package var from: HeapProfile.Moment
    package var to: HeapProfile.Moment
    /// That the life handled in between.
    package var events: Int
    package var bytesPerEvent: Double
    package var objectsPerEvent: Double
    /// Sampled allocations that the growth rests on.
    package var samples: Int
    /// The place that the growth has in common; `null` if there is none, or too little was sampled to say.
    @NullCoded package var site: Site?
    /// The outermost function of the handler's own code above it; `null` if that is the site itself.
    @NullCoded package var calledFrom: String?
    /// Own code between the two and below, from the outermost on: where most of the growth went.
    package var path: [String]
    /// By bytes below, largest first.
    package var sites: [Site]
    /// Live tasks by the code that created them, most first.
    package var tasks: [TaskSite]

    package struct Site: Codable, Hashable, Sendable {
        package var function: String
        /// Such as `IndexCache.swift:52`.
        @NullCoded package var place: String?
        /// Allocated below it, of all that grew.
        package var share: Double
        /// Allocated below it, of what there is for each event.
        package var bytesPerEvent: Double
        package var objectsPerEvent: Double
        /// Allocated by itself, or by the runtime for it.
        package var selfBytesPerEvent: Double

        package init(
            function: String,
            place: String?,
            share: Double,
            bytesPerEvent: Double,
            objectsPerEvent: Double,
            selfBytesPerEvent: Double
        ) {
            self.function = function
            self.place = place
            self.share = share
            self.bytesPerEvent = bytesPerEvent
            self.objectsPerEvent = objectsPerEvent
            self.selfBytesPerEvent = selfBytesPerEvent
        }
    }

    package struct TaskSite: Codable, Hashable, Sendable {
        /// The function that created them.
        package var function: String
        @NullCoded package var place: String?
        package var tasksPerEvent: Double
        package var bytesPerEvent: Double

        package init(function: String, place: String?, tasksPerEvent: Double, bytesPerEvent: Double) {
            self.function = function
            self.place = place
            self.tasksPerEvent = tasksPerEvent
            self.bytesPerEvent = bytesPerEvent
        }
    }

    package init(
        pod: String,
        life: Int,
        from: HeapProfile.Moment,
        to: HeapProfile.Moment,
        events: Int,
        bytesPerEvent: Double,
        objectsPerEvent: Double,
        samples: Int,
        site: Site?,
        calledFrom: String?,
        path: [String],
        sites: [Site],
        tasks: [TaskSite]
    ) {
        self.pod = pod
        self.life = life
        self.from = from
        self.to = to
        self.events = events
        self.bytesPerEvent = bytesPerEvent
        self.objectsPerEvent = objectsPerEvent
        self.samples = samples
        self.site = site
        self.calledFrom = calledFrom
        self.path = path
        self.sites = sites
        self.tasks = tasks
    }
}

extension HeapGrowth {
    /// The culprit in one sentence, such as `20.1 KiB/event; 98.6 % allocated below IndexCache.init (IndexCache.swift:52),
    /// called from ServicePerEventHandler.handle`.
    package var sentence: String {
        let amount = "\(ByteCount.describe(bytesPerEvent))/event"
        guard let site else {
            guard let first = sites.first, samples >= Self.leastSamples else {
                return "\(amount); \(samples) sampled allocations are too few to say where"
            }
            return "\(amount); no one place: most, \(percent(first.share, places: 1)), below \(first.name)"
        }
        let caller = calledFrom.map { ", called from \($0)" } ?? ""
        return "\(amount); \(percent(site.share, places: 1)) allocated below \(site.name)\(caller)"
    }

    /// Fewer sampled allocations name no place: each weighs more than a tenth then.
    package static let leastSamples = 10
}

extension HeapGrowth.Site {
    /// With its place where that is known.
    package var name: String { place.map { "\(function) (\($0))" } ?? function }
}
