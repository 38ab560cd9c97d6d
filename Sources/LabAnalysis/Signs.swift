import LabCore

/// All that speaks for or against a leak in a set of lives.
struct Signs: Sendable {
    /// A metric's growth; `verdict` is `nil` where it is reported only.
    struct Memory: Sendable, Hashable {
        var metric: MetricName
        /// `nil` if there were too few windows.
        var growth: Growth?
        /// `threshold`, or the name of the control.
        var against: String
        var verdict: Verdict?
    }

    /// Tasks, instances and events outlived by a task; without those that were not counted.
    var counts: [(metric: MetricName, growth: CountGrowth)]
    /// Descriptors, threads and what the scenario names; without those that were not recorded.
    var resources: [(metric: MetricName, growth: CountGrowth)]
    /// `nil` if live heap was not read.
    var heap: Memory?
    /// Whether live heap rose by more than is no leak and kept it, but too unevenly to be sure.
    ///
    /// Its interval begins below the threshold. It then does not speak against what resident memory says.
    var heapIsOpen: Bool
    var keptHeap: KeptHeap?
    /// What live heap does besides growing, which explains why resident memory does not follow it down.
    var shape: HeapShape?
    /// RSS and charge, as far as they were recorded.
    var resident: [Memory]

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
        shape = set.hasHeap ? HeapShape(of: set.lives, settings: settings) : nil
        keptHeap = set.hasHeap ? KeptHeap.over(set.lives, settings: settings) : nil
        heap = set.hasHeap ? Self.heap(of: set, kept: keptHeap, settings: settings) : nil
        heapIsOpen = shape == nil && heap?.growth?.isOpen(keptWhenIdle: keptHeap, settings) ?? false
        resident = [MetricName.rss, .charge].compactMap {
            Self.resident($0, of: set, against: control, settings: settings)
        }
    }

    private static func heap(
        of set: LifeSet,
        kept: KeptHeap?,
        settings: AnalysisSettings
    ) -> Memory {
        let growth = Growth.over(set.lives, of: .heap, settings: settings)
        var verdict = growth?.verdict(settings) ?? .inconclusive
        if verdict == .leaking, let growth, let kept, kept.showsReturn(of: growth) { verdict = .bounded }
        return Memory(metric: .heap, growth: growth, against: "threshold", verdict: verdict)
    }

    private static func resident(
        _ metric: MetricName,
        of set: LifeSet,
        against control: ControlComparison?,
        settings: AnalysisSettings
    ) -> Memory? {
        guard set.lives.contains(where: { !$0[metric].isEmpty }) else { return nil }
        guard let control else {
            let growth = Growth.over(set.lives, of: metric, settings: settings)
            // Nothing else speaks for the memory of a command that there is no control for.
            let verdict = set.isForeign ? growth?.verdict(settings) ?? .inconclusive : nil
            return Memory(metric: metric, growth: growth, against: "threshold", verdict: verdict)
        }
        let growth = control.growth(of: metric, in: set.lives, settings: settings)
        var verdict = growth?.verdict(settings) ?? .inconclusive
        if verdict == .bounded, control.isLeaking { verdict = .inconclusive }
        return Memory(metric: metric, growth: growth, against: control.name, verdict: verdict)
    }
}

extension Signs {
    /// The rule of docs/verdict.md: one exact count is enough; live heap is enough; resident memory decides only
    /// where live heap says nothing or too little, and then RSS and charge must agree.
    var verdict: Verdict {
        if (counts + resources).contains(where: { $0.growth.verdict == .leaking }) { return .leaking }
        if heap?.verdict == .leaking { return .leaking }
        let isOpen = heapIsOpen && residentVerdict == .leaking
        let memory = heap?.verdict == .bounded && !isOpen ? .bounded : residentVerdict
        if memory == .leaking { return .leaking }
        if counts.contains(where: { $0.growth.verdict == .inconclusive }) { return .inconclusive }
        if heap?.verdict == .inconclusive { return .inconclusive }
        return memory ?? (counts.isEmpty ? .inconclusive : .bounded)
    }

    /// `nil` if it was not compared with a control.
    var residentVerdict: Verdict? {
        let verdicts = Set(resident.compactMap(\.verdict))
        return verdicts.count > 1 ? .inconclusive : verdicts.first
    }

    func evidence(_ settings: AnalysisSettings) -> [Evidence] {
        let memory = [heap].compactMap(\.self) + resident
        return (counts + resources).map { $0.growth.evidence(for: $0.metric) }
            + memory.map { $0.evidence(settings) }
            + [keptHeap?.evidence].compactMap(\.self)
    }
}

extension Signs.Memory {
    func evidence(_ settings: AnalysisSettings) -> Evidence {
        Evidence(
            metric: metric.rawValue,
            against: against,
            unit: "B/event",
            n: growth?.windows ?? 0,
            windowSeconds: growth?.windowSeconds,
            estimate: growth?.estimate,
            threshold: growth?.threshold(settings) ?? settings.bytesPerEvent,
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
