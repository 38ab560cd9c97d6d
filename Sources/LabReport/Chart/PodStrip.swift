import LabCore

/// When each pod ran, was killed and waited to be restarted: a row for each pod, over the time of the run.
struct PodStrip: Sendable, Hashable {
    /// Nanoseconds of wall time.
    typealias Span = Range<Int64>

    struct Row: Sendable, Hashable {
        var name: String
        var running: [Span] = []
        /// From the end of a life to the start of the pod's next one.
        var waiting: [Span] = []
        /// Ends of lives with an exit code other than 0.
        var killed: [Int64] = []
    }

    /// A stretch of time in which a variant did not keep up.
    struct Lateness: Sendable, Hashable {
        var span: Span
        var status: LagStatus
    }

    struct Group: Sendable, Hashable {
        var name: String
        var style: SeriesStyle?
        var rows: [Row]
        var late: [Lateness]

        /// Such as `16 pods, 112 lives, 96 of them killed`.
        var words: String {
            let lives = rows.reduce(0) { $0 + $1.running.count }
            let kills = rows.reduce(0) { $0 + $1.killed.count }
            let pods = rows.count == 1 ? "1 pod" : "\(grouped(rows.count)) pods"
            let killed = kills == 0 ? "none killed" : "\(grouped(kills)) killed"
            return "\(pods), \(grouped(lives)) \(lives == 1 ? "life" : "lives"), \(killed)"
        }
    }

    var groups: [Group]
    var bands: [ChartBand]
    var steps: [ChartStep]
    var end: Int64
    var timeScale: Double

    init(_ report: RunReport) {
        let end = report.end
        let styles = report.styles
        groups = report.recording.variants.filter { !$0.pods.isEmpty }.map { variant in
            Group(
                name: variant.header.name,
                style: styles[variant.header.name],
                rows: variant.pods.map { Row($0, of: variant.header.name, end: end) },
                late: Lateness.spans(of: variant.series[.lagStatus] ?? Series(), end: end)
            )
        }
        bands = report.header.phases.map { ChartBand(name: $0.name, start: $0.start, end: $0.end) }
        steps = report.steps
        self.end = end
        timeScale = report.timeScale
    }

    /// The strip in words, for those who cannot see it.
    var summary: String { groups.map { "\($0.name): \($0.words)" }.joined(separator: "; ") + "." }
}

extension PodStrip.Row {
    /// - Parameters:
    ///   - pod: whose lives are shown.
    ///   - variant: the name that the pods' names begin with, and which is left out.
    ///   - end: of the run, for lives that have none.
    fileprivate init(_ pod: RecordedPod, of variant: String, end: Int64) {
        let suffix = pod.name.hasPrefix(variant + "-") ? pod.name.dropFirst(variant.count + 1) : pod.name[...]
        name = suffix.isEmpty ? pod.name : String(suffix)
        let lives = pod.lives.sorted { $0.start < $1.start }
        for (life, next) in zip(lives, lives.dropFirst().map(Optional.some) + [nil]) {
            let lifeEnd = life.end ?? end
            if lifeEnd > life.start { running.append(life.start..<lifeEnd) }
            if let exit = life.exit, exit.code != 0 { killed.append(lifeEnd) }
            if let next, next.start > lifeEnd { waiting.append(lifeEnd..<next.start) }
        }
    }
}

extension PodStrip.Lateness {
    /// Readings of the same status that follow one another, as one stretch.
    fileprivate static func spans(of series: Series, end: Int64) -> [PodStrip.Lateness] {
        let points = series.finitePoints
        var spans: [PodStrip.Lateness] = []
        for (index, point) in points.enumerated() {
            let next = index + 1 < points.count ? points[index + 1].time : end
            guard let status = LagStatus(severity: point.value), status != .ok, next > point.time else {
                continue
            }
            if let last = spans.last, last.status == status, last.span.upperBound == point.time {
                spans[spans.count - 1].span = last.span.lowerBound..<next
            } else {
                spans.append(PodStrip.Lateness(span: point.time..<next, status: status))
            }
        }
        return spans
    }
}
