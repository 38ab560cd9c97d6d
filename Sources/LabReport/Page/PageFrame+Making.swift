package import LabCore

extension PageFrame {
    /// Marks closer to each other than a 250th of the time axis are one, with their number.
    private static let markColumns = 250.0
    private static let mostEvents = 60

    /// - Parameters:
    ///   - report: the run so far with what the judge makes of it.
    ///   - state: whether it goes on; a state that is an end makes the last frame.
    ///   - now: nanoseconds of wall time since the run's zero.
    ///   - length: of the whole recording, where `now` is not its end.
    ///   - live: what the terminal shows at this instant, in the process that runs it; its words are used.
    package init(
        _ report: RunReport,
        state: State,
        now: Int64? = nil,
        length: Int64? = nil,
        live: LiveSnapshot? = nil
    ) {
        let time = now ?? report.end
        let planned = report.header.phases.map(\.end).max() ?? 0
        let isOver = state != .running && state != .replaying
        let end = isOver ? report.end : max(planned, time, length ?? 0)
        let charts = PageCharts(report)
        run = report.header.id
        title = report.header.title
        scenario = report.header.scenario
        self.state = state
        isFinal = isOver
        ending = isOver ? Self.ending(of: report, state) : nil
        self.now = PageChart.seconds(time)
        self.end = PageChart.seconds(max(end, 1_000_000_000))
        self.length = PageChart.seconds(length ?? max(time, isOver ? 0 : planned))
        timeScale = report.timeScale
        phase = isOver ? "" : live?.phase ?? Self.phase(of: report, at: time)
        next = isOver ? nil : Self.next(of: report, after: time)
        rate = live.map(Self.rate) ?? ""
        warnings = live?.warnings ?? report.recording.invalidBecause
        variants = report.recording.variants.map {
            PageVariant($0, in: report, at: time, isOver: isOver, live: live)
        }
        self.charts = charts.all
        bands = report.header.phases.map {
            Band(name: $0.name, start: PageChart.seconds($0.start), end: PageChart.seconds($0.end))
        }
        steps = report.steps.filter { $0.at > 0 }.map(Step.init)
        marks = Self.marks(charts.marks, span: max(1, end))
        events = report.recording.timeline.sorted { $0.at < $1.at }.suffix(Self.mostEvents).map(Event.init)
        acts = report.header.acts.filter { $0.at / report.timeScale * 1e9 <= Double(time) + 1e8 }.map {
            Act(
                number: $0.number,
                at: $0.at / report.timeScale,
                text: VisibleText.line($0.act),
                afterMilliseconds: $0.afterMilliseconds
            )
        }
        expectations = report.result.expectations.map {
            Expectation(
                text: $0.text,
                met: $0.met,
                observed: $0.observedText,
                notApplicable: $0.notApplicable
            )
        }
    }

    static func phase(of report: RunReport, at time: Int64) -> String {
        report.header.phases.first { $0.start <= time && time < $0.end }?.name
            ?? (time < 0 ? "starting" : "draining")
    }

    private static func next(of report: RunReport, after time: Int64) -> Step? {
        let phases = report.header.phases
        let later = phases.dropFirst().map {
            ChartStep(at: $0.start, name: $0.name, detail: $0.summary, style: nil)
        }
        let end = phases.map(\.end).max().map {
            ChartStep(at: $0, name: "end of the load", detail: "", style: nil)
        }
        let all = report.steps + later + [end].compactMap(\.self)
        return all.filter { $0.at > time }.min { $0.at < $1.at }.map(Step.init)
    }

    private static func rate(_ live: LiveSnapshot) -> String {
        [live.achieved, live.target].map { Figure.rate(perHour: $0.perHour, in: live.rateUnit) }.joined(
            separator: " of "
        )
    }

    private static func ending(of report: RunReport, _ state: State) -> String {
        let how =
            switch state {
            case .interrupted: "The run was ended early; this is what there is."
            case .failed: "The lab ended the run."
            case .cutOff: "The lab was killed before it could end the run; this is what it had recorded."
            default: "The run has ended."
            }
        guard report.result.valid else { return "\(how) It proves nothing." }
        let unmet = report.result.expectations.count { !$0.isHeld }
        let applicable = report.result.expectations.count { $0.notApplicable == nil }
        guard applicable > 0, state == .finished else { return how }
        let all =
            applicable < report.result.expectations.count
            ? "All expectations that apply are met." : "All expectations are met."
        return unmet == 0 ? "\(how) \(all)" : "\(how) \(unmet) of its expectations are not met."
    }

    private static func marks(_ marks: [ChartMark], span: Int64) -> [Mark] {
        struct Key: Hashable {
            var column: Int
            var style: Int?
            var isKill: Bool
        }
        var found: [Key: Mark] = [:]
        for mark in marks where Series.reportableTimes.contains(mark.at) {
            let column = Int(Double(mark.at) / Double(span) * markColumns)
            let key = Key(column: column, style: mark.style?.index, isKill: mark.isKill)
            if found[key] != nil {
                found[key]?.count += 1
            } else {
                found[key] = Mark(
                    at: PageChart.seconds(mark.at),
                    text: VisibleText.line(mark.text),
                    isKill: mark.isKill,
                    style: mark.style?.index,
                    count: 1
                )
            }
        }
        return found.values.sorted { ($0.at, $0.style ?? -1) < ($1.at, $1.style ?? -1) }
    }
}

extension PageFrame.Step {
    init(_ step: ChartStep) {
        at = PageChart.seconds(step.at)
        text = step.text(letters: 80)
        style = step.style?.index
    }
}

extension PageFrame.Event {
    init(_ event: TimelineEvent) {
        at = Double(event.at / 1_000_000) / 1_000
        isWarning = event.isWarning
        reason = VisibleText.line(event.reason)
        object = VisibleText.line(event.object)
        message = VisibleText.line(event.message)
    }
}
