import LabCore

/// One variant on a page: its verdict as the judge gives it at this instant, and its last values.
package struct PageVariant: Sendable, Hashable, Encodable {
    struct Value: Sendable, Hashable, Encodable {
        var label: String
        var text: String
    }

    /// A step’s part of the run, with its own verdict.
    struct Segment: Sendable, Hashable, Encodable {
        var name: String
        var verdict: String
        var sign: String
        var tone: String
    }

    package var name: String
    var role: String
    var style: Int
    /// The step that it has reached; `nil` if it takes none.
    var segment: String?
    /// Those that it has reached, in order; empty if it takes no steps.
    var segments: [Segment]
    /// `leaking`, `bounded`, `not yet`, `inconclusive`, or `measuring` before it was judged first.
    package var verdict: String
    var sign: String
    /// `good`, `warning`, `bad` or `muted`.
    var tone: String
    /// What the verdict waits for, or what would decide it; `nil` if it stands.
    package var open: String?
    /// What speaks against it besides: findings beyond their limit, kills.
    var against: [String]
    var because: [String]
    var pods: String
    var restarts: Int
    var kills: Int
    var values: [Value]

    init(
        _ recorded: RecordedVariant,
        in report: RunReport,
        at time: Int64,
        isOver: Bool,
        live snapshot: LiveSnapshot?
    ) {
        let judged = report.result.variants.first { $0.name == recorded.header.name }
        var live = LiveVariant(recorded, judged, in: report, at: time)
        if let shown = snapshot?.variants.first(where: { $0.name == live.name }), !isOver {
            (live.pods, live.segment, live.lagStatus) = (shown.pods, shown.segment, shown.lagStatus)
            (live.drainSeconds, live.open) = (shown.drainSeconds, shown.open ?? live.open)
        }
        name = live.name
        role = live.roleText
        style = report.styles[live.name]?.index ?? 0
        segment = live.segment
        segments = Self.segments(judged, in: recorded.header, at: time, isOver: isOver)
        let isFlagged = !live.findings.isEmpty || live.oomKills > 0
        if isOver, let judged {
            verdict = judged.verdict.rawValue
            sign = isFlagged && judged.verdict == .bounded ? "!" : judged.verdict.sign
            tone = judged.verdict.tone(flagged: isFlagged).word
            open = judged.verdict == .inconclusive ? judged.undecided.first : nil
        } else {
            let word = live.word(isLong: false)
            (verdict, sign, tone) = (word.text, word.sign.isEmpty ? "!" : word.sign, word.tone.word)
            open = live.verdict == .inconclusive ? live.open : nil
        }
        against = live.marks
        because = judged?.because ?? []
        pods = live.podsText
        restarts = live.restarts
        kills = live.oomKills
        values = Self.values(live)
    }

    private static func segments(
        _ judged: VariantResult?,
        in header: VariantHeader,
        at time: Int64,
        isOver: Bool
    ) -> [Segment] {
        let reached = Set(header.segments.filter { isOver || $0.start <= time }.map(\.name))
        return (judged?.segments ?? []).filter { reached.contains($0.name) }.map { segment in
            let isOpen = segment.verdict == .inconclusive && !isOver
            return Segment(
                name: segment.name,
                verdict: isOpen ? "not yet" : segment.verdict.rawValue,
                sign: isOpen ? "…" : segment.verdict.sign,
                tone: isOpen ? "muted" : segment.verdict.tone(flagged: segment.flagged).word
            )
        }
    }

    private static func values(_ live: LiveVariant) -> [Value] {
        var values = [
            Value(label: "RSS", text: Figure.bytes(live.rss)),
            Value(label: "live heap", text: Figure.bytes(live.heap)),
            Value(label: "tasks", text: live.tasks.map { grouped($0) } ?? Figure.unknown),
            Value(label: "lag", text: live.lag.map { grouped($0) } ?? Figure.unknown),
            Value(label: "restarts", text: grouped(live.restarts)),
            Value(label: "OOM kills", text: grouped(live.oomKills)),
            Value(label: "events", text: grouped(live.processed)),
            Value(label: "tasks/event", text: Figure.perEvent(live.tasksPerEvent)),
        ]
        if let status = live.lagStatus, status != .ok {
            values[3].text += " \(status.rawValue)"
        }
        if let drain = live.drainSeconds {
            values.append(Value(label: "drained in", text: Figure.duration(drain)))
        }
        return values
    }
}

extension LiveVariant {
    /// A variant as its recording shows it at a time, nanoseconds of wall time.
    init(_ recorded: RecordedVariant, _ judged: VariantResult?, in report: RunReport, at time: Int64) {
        let factory = PodTotals(variant: recorded, coalescing: 500_000_000)
        let sum = { (metric: MetricName) in factory.sum(of: metric).finitePoints.last?.value }
        let live = recorded.pods.filter { $0.lives.last?.end == nil }
        let firstStart = live.compactMap { $0.lives.last?.start }.min() ?? time
        let load = report.header.phases.map(\.end).max() ?? 0
        let wait = VerdictWait(
            warmUp: report.header.warmUp - Double(time - max(0, firstStart)) / 1e9,
            load: Double(load - time) / 1e9
        )
        let counted = factory.cumulative(of: .processed).finitePoints.last?.value
        self.init(
            name: recorded.header.name,
            role: recorded.header.role,
            isControl: recorded.header.isControl,
            processed: recorded.ledger.processed > 0
                ? recorded.ledger.processed : Int(Figure.sane(counted) ?? 0),
            lag: Figure.sane(recorded.series[.lag]?.finitePoints.last?.value).map { Int($0) },
            rss: sum(.rss),
            heap: sum(.heap),
            tasks: Figure.sane(sum(.tasks)).map { Int($0) },
            tasksPerEvent: judged?.tasks.perEvent?.estimate,
            verdict: judged?.verdict,
            open: judged.map { wait.text(undecided: $0.undecided) },
            findings: judged?.findings.filter(\.isBeyondLimit).map(\.kind) ?? [],
            pods: recorded.pods.map { $0.word(in: report.recording.timeline) },
            restarts: judged?.pods.reduce(0) { $0 + $1.restarts } ?? 0,
            oomKills: judged?.pods.reduce(0) { $0 + $1.oomKills } ?? 0,
            lagStatus: judged?.lag.status,
            segment: recorded.header.segments.count > 1
                ? recorded.header.segments.last { $0.start <= time }?.name : nil
        )
    }
}

extension RecordedPod {
    /// As `kubectl get pods` has it.
    fileprivate func word(in timeline: [TimelineEvent]) -> String {
        guard let life = lives.last, let end = life.end else { return "Running" }
        let isBackingOff = timeline.last { $0.object == "pod/\(name)" && $0.at >= end }?.reason == "BackOff"
        return isBackingOff ? "CrashLoopBackOff" : life.exit?.reason ?? "Ended"
    }
}

extension Tone {
    /// As style sheets call it.
    fileprivate var word: String {
        switch self {
        case .good: "good"
        case .warning: "warning"
        case .bad: "bad"
        default: "muted"
        }
    }
}
