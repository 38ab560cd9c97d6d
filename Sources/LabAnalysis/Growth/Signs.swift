import LabCore

/// All that speaks for or against a leak in a set of lives.
struct Signs: Sendable {
    /// Tasks, instances and events outlived by a task; without those that were not counted.
    var counts: [(metric: MetricName, growth: CountGrowth)]
    /// Descriptors, threads and what the scenario names; without those that were not recorded.
    var resources: [(metric: MetricName, growth: CountGrowth)]
    /// `nil` if live objects were not counted by size.
    var census: ObjectCensus?
    /// `nil` if live heap was not read.
    var heap: MemorySign?
    /// Live heap is a command's, as the agent in it reads it.
    var isOfForeignHeap: Bool
    /// Memory that no allocator holds, of a command that the agent reads; `nil` where it was not read.
    var outside: MemorySign?
    var keptHeap: KeptHeap?
    /// What live heap does besides growing, which explains why resident memory does not follow it down.
    var shape: HeapShape?
    /// What the collector of a command's runtime may leave; `nil` where there is none.
    var garbage: GarbageRoom?
    /// RSS and charge by themselves; without those that were not recorded.
    var resident: [MemorySign]
    /// The same as the difference from the control; empty without one that is sound.
    var compared: [MemorySign]

    /// - Parameters:
    ///   - set: the lives that are judged.
    ///   - control: `nil` for the control itself, and in a run without one.
    ///   - names: what is judged as tasks are.
    ///   - settings: the thresholds.
    init(
        of set: LifeSet,
        against control: ControlComparison?,
        resources names: [MetricName] = MetricName.standardResources,
        settings: AnalysisSettings
    ) {
        let counted: [MetricName] = set.isLabelled ? [.tasks, .instances, .outliving] : [.outliving]
        counts = counted.compactMap { metric in
            CountGrowth.over(set.lives, of: metric, settings: settings).map { (metric, $0) }
        }
        resources = names.compactMap { metric in
            CountGrowth.over(set.lives, of: metric, settings: settings).map { (metric, $0) }
        }
        census = ObjectCensus.over(set.lives, against: control, settings: settings)
        isOfForeignHeap = set.isForeign && set.hasHeap && set.lives.contains(where: \.hasAgent)
        let readsOutside = isOfForeignHeap && set.lives.contains { !$0[.heapOutside].isEmpty }
        outside = readsOutside ? Self.sign(.heapOutside, of: set, settings: settings) : nil
        shape = set.hasHeap ? HeapShape(of: set.lives, settings: settings) : nil
        keptHeap = set.hasHeap ? KeptHeap.over(set.lives, settings: settings) : nil
        heap = set.hasHeap ? Self.sign(.heap, of: set, settings: settings) : nil
        garbage = GarbageRoom(of: set)
        let recorded = [MetricName.rss, .charge].filter { metric in
            set.lives.contains { !$0[metric].isEmpty }
        }
        resident = recorded.map { Self.sign($0, of: set, settings: settings) }
        compared =
            control.map { control in
                control.isLeaking ? [] : recorded.map { control.sign($0, of: set.lives, settings: settings) }
            } ?? []
    }

    private static func sign(_ metric: MetricName, of set: LifeSet, settings: AnalysisSettings) -> MemorySign
    {
        Courses(set.lives, of: metric, settings: settings) { life, windows in
            windows.minima(of: life[metric], in: life)
        }.sign(metric)
    }
}

extension Signs {
    /// The rule of docs/verdict.md.
    ///
    /// One exact count is enough, and so is live heap; resident memory must grow by itself and against the control, RSS and charge
    /// alike. Bounded is what one of them shows to be.
    var verdict: Verdict {
        let counted = counts + resources
        if counted.contains(where: { $0.growth.verdict == .leaking }) { return .leaking }
        if census?.verdict == .leaking { return .leaking }
        if heap?.verdict == .leaking || residentVerdict == .leaking { return .leaking }
        if counted.contains(where: { $0.growth.verdict == .inconclusive }) { return .inconclusive }
        guard let heap else { return residentVerdict ?? (counts.isEmpty ? .inconclusive : .bounded) }
        return heap.verdict == .bounded && !isDisputed && !isPartial ? .bounded : .inconclusive
    }

    /// A command's runtime may map memory past the allocator: then its live heap is not all that it holds, and shows nothing unless the
    /// rest is shown too.
    var isPartial: Bool {
        isOfForeignHeap && outside?.verdict != .bounded && residentVerdict != .bounded
    }

    /// What RSS and charge come to; `nil` if neither was recorded.
    ///
    /// Where live heap is bounded, both must leak, and no shape of it explain that the allocator keeps pages.
    var residentVerdict: Verdict? {
        guard !resident.isEmpty else { return nil }
        let own = Self.common(resident)
        let difference = compared.isEmpty ? nil : Self.common(compared)
        if own == .leaking, difference ?? .leaking != .bounded, !isExplained { return .leaking }
        if own == .bounded || (own != .leaking && difference == .bounded) { return .bounded }
        return .inconclusive
    }

    /// Live heap explains what resident memory does: a collector had room for garbage, it is level and had ups and downs, of which the allocator keeps pages, or it rose as
    /// resident memory did, and paused or slowed down.
    private var isExplained: Bool {
        if let garbage, garbage.explainsRise { return heap?.verdict != .leaking }
        guard let heap else { return false }
        switch heap.verdict {
        case .bounded:
            return shape != nil || heap.shape.isRise || !resident.allSatisfy { $0.verdict == .leaking }
        case .inconclusive: return heap.shape.isFading
        case .leaking, nil: return false
        }
    }

    /// Leaking if one of them is and none bounded, bounded if one of them is and none leaks.
    private static func common(_ signs: [MemorySign]) -> Verdict {
        let verdicts = Set(signs.compactMap(\.verdict))
        switch (verdicts.contains(.leaking), verdicts.contains(.bounded)) {
        case (true, false): return .leaking
        case (false, true): return .bounded
        default: return .inconclusive
        }
    }

    /// Resident memory rose by much, steadily, and live heap did not: too little to call it a leak, and too much to pass.
    private var isDisputed: Bool { Self.common(resident) == .leaking && !isExplained }

    func evidence(_ settings: AnalysisSettings) -> [Evidence] {
        let memory = [heap, outside].compactMap(\.self) + resident + compared
        return (counts + resources).map { $0.growth.evidence(for: $0.metric) }
            + (census?.evidence ?? [])
            + memory.map { $0.evidence(settings) }
            + [keptHeap?.evidence].compactMap(\.self)
    }
}

extension Course.Shape {
    /// It rose, and gave back what rose or stopped.
    var isRise: Bool {
        switch self {
        case .settled, .returned, .teeth: true
        case .line, .late, .slowing, .paused, .unread, .unclear: false
        }
    }
}

extension Course.Shape {
    /// It rose, and whether it goes on is open.
    var isFading: Bool {
        switch self {
        case .slowing, .paused: true
        case .line, .late, .settled, .returned, .teeth, .unread, .unclear: false
        }
    }
}

extension MemorySign {
    func evidence(_ settings: AnalysisSettings) -> Evidence {
        Evidence(
            metric: metric.rawValue,
            against: against,
            unit: "B/event",
            n: growth?.windows ?? 0,
            windowSeconds: growth?.windowSeconds,
            estimate: growth?.estimate,
            threshold: settings.bytesPerEvent,
            says: verdict?.rawValue ?? "reported"
        )
    }
}

extension Growth {
    /// Of the metric itself, as opposed to its difference from another life's.
    static func over(_ lives: [Life], of metric: MetricName, settings: AnalysisSettings) -> Growth? {
        over(lives, settings: settings) { life, windows in windows.minima(of: life[metric], in: life) }
    }
}
