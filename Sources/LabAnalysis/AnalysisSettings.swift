package import LabCore

/// The constants of the verdict, in one place.
///
/// docs/verdict.md gives the reasons.
package struct AnalysisSettings: Sendable, Hashable {
    /// Two-sided confidence of every interval.
    package var confidence = 0.98
    /// A life's usable time is cut into this many windows, of which the minima are regressed.
    package var windowsPerLife = 20
    /// What a level does in the course of a life is looked at in so many.
    package var finestWindows = 80
    /// No window is shorter, in wall seconds.
    package var shortestWindow = 0.5
    /// Fewer windows say nothing.
    package var fewestWindows = 8
    /// So many more live tasks or instances at the end are no leak, however few the events.
    package var countFloor = 3.0
    /// The same for file descriptors, of which the client library opens some on the way: connections to brokers.
    package var descriptorFloor = 16.0
    /// The same for threads: the runtime's pool has one for each core, and makes them when there is work for them.
    package var threadFloor = 64.0
    /// ``countFloor`` of tasks; a command's tasks are counted from outside and have one of their own.
    package var taskFloor = 3.0
    /// For tasks that a command tells itself: what serves its metrics comes and goes.
    package var toldTaskFloor = 16.0
    /// The growth of an exact count that is no leak, per event.
    package var countPerEvent = 0.00002
    /// The growth of memory that is no leak, bytes per event.
    package var bytesPerEvent = MemoryThresholds.standard.bytesPerEvent
    /// Live objects of one size that an event may keep.
    package var objectsPerEvent = MemoryThresholds.standardObjectsPerEvent
    /// A smaller rise of them in a whole life is the allocator's: a thread keeps up to two hundred small objects that were freed for its
    /// next allocations (jemalloc(3), `opt.tcache_nslots_small_max`), and counts them as live.
    package var leastObjects = 128.0
    /// A smaller rise of live heap in a whole life is the runtime's, bytes.
    package var leastHeapRise = Double(256 << 10)
    /// A smaller rise of resident memory in a whole life is the allocator's, bytes.
    package var leastResidentRise = Double(1 << 20)
    /// What can be kept in pages that are resident already, bytes: glibc asks for so much at once (`mallopt(3)`, M_TOP_PAD).
    package var unseenResidentBytes = Double(128 << 10)
    /// What a life may keep once without leaking, bytes: a rise that begins late must be larger.
    package var oneOffBytes = Double(MemoryThresholds.standard.oneOffBytes)
    /// A rise of memory that is worth telling of as a shape, bytes.
    package var leastRiseBytes = Double(4 << 20)
    /// Below this share of the scheduled events the run was not the one that was asked for.
    package var slowestPacing = 0.95
    /// What grows at less than this share of its earlier pace is filling up.
    package var slowingShare = 0.7
    /// A heap grew by much if the growth is this share of where it ended; ``leastRiseBytes`` at least.
    package var plateauGrowth = 0.25
    /// It stayed where it was if it moved by no more than this share of the growth.
    package var plateauBand = 0.1
    /// So many falls make a saw-tooth.
    package var fewestTeeth = 3
    /// A fall counts if it takes away this share of the heap's swing.
    package var toothOfSwing = 0.5
    /// A smaller swing is no saw-tooth: bytes, and the share of the highest reading.
    package var smallestTooth = Double(1 << 20)
    package var toothOfLevel = 0.1
    /// No distance between two falls may differ from their median by more than this share.
    package var toothIrregularity = 0.2
    /// The chance with which a leak of the smallest detectable size is found.
    package var power = 0.9

    package init() {}

    func floor(of metric: MetricName) -> Double {
        switch metric {
        case .descriptors: descriptorFloor
        case .threads: threadFloor
        case .tasks: taskFloor
        default: metric.isInBytes ? oneOffBytes : countFloor
        }
    }

    /// What may be kept of each event: bytes of a gauge of memory, else things.
    func allowance(of metric: MetricName) -> Double { metric.isInBytes ? bytesPerEvent : countPerEvent }

    package static let standard = AnalysisSettings()

    /// The same with the thresholds that a run was recorded with.
    func judging(_ header: RunHeader) -> AnalysisSettings {
        guard let thresholds = header.memoryThresholds else { return self }
        var settings = self
        settings.bytesPerEvent = thresholds.bytesPerEvent
        settings.oneOffBytes = Double(thresholds.oneOffBytes)
        settings.objectsPerEvent = thresholds.objectsPerEvent ?? MemoryThresholds.standardObjectsPerEvent
        return settings
    }

    /// The same with the confidence of the last look at a run that went on until its verdicts stood.
    func judging(_ until: UntilDecided?) -> AnalysisSettings {
        guard let confidence = until?.confidence else { return self }
        var settings = self
        settings.confidence = max(settings.confidence, confidence)
        return settings
    }

    /// The same for a variant whose pods run a command: its tasks are threads, or what it tells.
    package func judging(_ command: CommandHeader?) -> AnalysisSettings {
        guard let command else { return self }
        var settings = self
        settings.taskFloor = command.tasks == .threads ? threadFloor : toldTaskFloor
        return settings
    }
}
