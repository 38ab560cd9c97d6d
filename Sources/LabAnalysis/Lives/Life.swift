import LabCore

/// One life of a pod as the verdict sees it: its series in wall seconds since the start of the run, and the part of
/// it that counts.
struct Life: Sendable {
    /// From the end of warm-up to the last event handled: memory read here belongs to a number of events.
    struct Usable: Sendable, Hashable {
        var from: Double
        var to: Double
    }

    let start: Double
    /// `nil` while the life goes on, or if its end was not recorded.
    let end: Double?
    /// The time of the last sample of any metric.
    let lastSample: Double
    /// Ended neither by its own completion nor by the lab, which stops lives to replace them and at the end of a run.
    let hasCrashed: Bool
    let wasOOMKilled: Bool
    /// Times that the kernel killed another process of the pod for memory.
    let workerKills: Int
    /// When the limit was reached first: this process or another one of the pod was killed for memory; `nil` if none was.
    let firstKill: Double?
    let quiescentFrom: Double?
    let sites: [VariantResult.Site]
    /// A program of the user's own, seen from outside only.
    let isForeign: Bool
    /// Somebody in its first process counts what the allocator holds.
    let hasAgent: Bool
    let processed: Track
    /// When the pod was last seen without having handled an event, and first seen to have handled one.
    let idleUntil: Double?
    let firstEvent: Double?
    /// Where the warm-up ended by itself; `nil` for a life too short to look.
    let warmUpSearch: WarmUpSearch?
    /// From where on the life is looked at, wall seconds since the start of the run.
    let warmUpEnd: Double
    /// `nil` if the life was over before its warm-up was.
    let usable: Usable?
    private let tracks: [MetricName: Track]

    /// - Parameters:
    ///   - life: as it was recorded.
    ///   - warmUp: wall seconds from the start of the life; what is not a positive number counts as none.
    ///   - findsWarmUp: as much more as it took.
    ///   - settings: give the time that a life cut short must have left after its warm-up.
    ///   - watched: what is looked at besides.
    ///   - isForeign: it is of a command.
    ///   - limit: about so many samples of each series are looked at, evenly spread.
    init(
        _ life: RecordedLife,
        warmUp: Double,
        findsWarmUp: Bool = false,
        settings: AnalysisSettings,
        watched: WatchedMetrics = .standard,
        isForeign: Bool = false,
        thinnedTo limit: Int = .max
    ) {
        var tracks: [MetricName: Track] = [:]
        for (metric, series) in life.series
        where metric.isJudged || watched.contains(metric) || metric.isOfIncident || metric.sizeClass != nil {
            tracks[metric] = Track(series, thinnedTo: limit)
        }
        hasAgent = life.series[.agentTime].map { !$0.times.isEmpty } ?? false
        if isForeign, hasAgent, Self.hasWorkers(life, after: warmUp) {
            // An agent reads the first process alone: the rest of the pod would pass unseen.
            for metric in tracks.keys where metric == .heap || metric.sizeClass != nil {
                tracks[metric] = nil
            }
        }
        let processed = Track.counter(life.series[.processed], thinnedTo: limit)
        self.tracks = tracks
        self.processed = processed
        start = Double(life.start) / 1e9
        end = life.end.map { Double($0) / 1e9 }
        lastSample = (tracks.values.compactMap(\.times.last) + [processed.times.last ?? start]).max() ?? start
        hasCrashed = life.exit.map { !["Completed", "Stopped"].contains($0.reason) } ?? false
        wasOOMKilled = life.exit?.reason == "OOMKilled"
        workerKills = life.processKills.count
        let ownKill = life.exit?.reason == "OOMKilled" ? life.end : nil
        firstKill = (life.processKills + [ownKill].compactMap(\.self)).min().map { Double($0) / 1e9 }
        quiescentFrom = life.quiescentFrom.map { Double($0) / 1e9 }
        sites = life.sites
        self.isForeign = isForeign

        let first = processed.values.firstIndex { $0 > 0 }
        firstEvent = first.map { processed.times[$0] }
        idleUntil = first.map { processed.times[max(0, $0 - 1)] }
        let lastEvent = processed.values.last.flatMap(processed.values.firstIndex).map { processed.times[$0] }
        let events = idleUntil.flatMap { first in lastEvent.flatMap { first < $0 ? first...$0 : nil } }
        let search = events.flatMap { events in
            WarmUpSearch(
                [MetricName.heap, .rss, .tasks].compactMap { tracks[$0] },
                from: events.lowerBound,
                to: events.upperBound
            )
        }
        warmUpSearch = search
        warmUpEnd = WarmUpRule(warmUp, isFound: findsWarmUp).end(from: start, search, events: events)
        usable = Self.usable(
            from: idleUntil,
            to: lastEvent,
            warmUpEnd: warmUpEnd,
            hasCrashed: hasCrashed,
            settings: settings
        )
    }

    /// There was more than one process in the pod once it had warmed up.
    private static func hasWorkers(_ life: RecordedLife, after warmUp: Double) -> Bool {
        let processes = Track(life.series[.processes])
        let start = Double(life.start) / 1e9 + (warmUp.isFinite ? max(0, warmUp) : 0)
        return (processes.maximum(from: start, to: .infinity) ?? 0) > 1
    }

    /// The samples of a metric; empty if it was not recorded.
    subscript(metric: MetricName) -> Track { tracks[metric] ?? Track() }

    /// Those that were recorded and are looked at.
    var metrics: [MetricName] { Array(tracks.keys) }

    /// Events handled up to `time`; between samples, on the line that joins them.
    func events(at time: Double) -> Double { processed.interpolated(at: time) ?? 0 }

    /// Events handled in the whole life.
    var handled: Double { processed.values.last ?? 0 }

    /// What a count came to; `nil` if it was not read.
    ///
    /// Of what the harness itself holds, the last readings of a pod that was asked to stop fall as it takes itself apart:
    /// there it is the median of the later half of its idle time.
    func final(_ metric: MetricName) -> Double? {
        let track = self[metric]
        guard MetricName.standardResources.contains(metric), let quiescentFrom else {
            return track.values.last
        }
        let middle = quiescentFrom + (lastSample - quiescentFrom) / 2
        return median(track.values(from: middle, to: .infinity)) ?? track.values.last
    }

    /// A life that was killed before its warm-up was well over counts from its first event: waiting would leave out
    /// the very lives that a leak makes short.
    ///
    /// One that the lab stopped was not made short by a leak.
    private static func usable(
        from first: Double?,
        to last: Double?,
        warmUpEnd: Double,
        hasCrashed: Bool,
        settings: AnalysisSettings
    ) -> Usable? {
        guard let first, let last else { return nil }
        var from = max(first, warmUpEnd)
        let needed = settings.shortestWindow * Double(settings.fewestWindows)
        if hasCrashed, last - from < needed { from = first }
        return last > from ? Usable(from: from, to: last) : nil
    }
}
