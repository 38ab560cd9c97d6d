import LabCluster
import LabCore
import LabScenario
import LabTelemetry

/// Asks the pods of a command for their metrics, once a second and one after the other, on a thread of its own.
///
/// What does not answer, or not well, is counted in ``failed`` and reported once in the timeline; nobody waits for it.
final class CommandScraper: Sendable {
    /// Questions that were asked in a life, and those without a good answer.
    static let asked = MetricName("scrapes")
    static let failed = MetricName("scrapesFailed")

    private let variant: VariantPlan
    private let source: MetricsSource
    private let template: PodTemplate
    private let recorder: StageRecorder
    private let thread = PeriodicThread("scraper", every: CommandScraper.interval)

    private static let interval = Duration.seconds(1)

    init(_ variant: VariantPlan, _ source: MetricsSource, template: PodTemplate, recorder: StageRecorder) {
        self.variant = variant
        self.source = source
        self.template = template
        self.recorder = recorder
    }

    func start() {
        thread.start { [self] thread in
            var counts: [Int: Count] = [:]
            repeat { askAll(&counts) } while thread.rest()
        }
    }

    /// Ends after the question that is under way, which takes a second at most; nobody needs to wait for that.
    func stop() { thread.stop() }

    private struct Count {
        var asked = 0
        var failed = 0
    }

    private func askAll(_ counts: inout [Int: Count]) {
        let lives = recorder.lives(of: variant.name)
        counts = counts.filter { count in lives.contains { $0.target == count.key } }
        for life in lives where !thread.isStopping {
            ask(life, &counts[life.target, default: Count()])
        }
    }

    private func ask(_ life: CommandLife, _ count: inout Count) {
        guard let port = source.port ?? template.commands.port(of: life.pod, life: life.life) else { return }
        var values = template.values(pod: life.ordinal, life: life.life)
        values[.port] = String(port)
        let names = Set(source.names)
        var problem: String?
        do {
            let text = try MetricsRequest(port: port, path: source.path.filled(values)).answer()
            let reading = PrometheusText.values(of: names, in: text)
            let now = MonotonicClock.nanoseconds
            for (name, value) in reading.values where !reading.malformed.contains(name) {
                recorder.described(MetricName(name), as: reading.description(of: name), target: life.target)
                recorder.sampled(value, of: MetricName(name), target: life.target, at: now)
            }
            problem = Self.problem(with: reading, names)
        } catch {
            problem = error.description
        }
        // While a program starts, nobody answers yet.
        if problem != nil, count.asked == 0, life.age < life.startup { return }
        count.asked += 1
        if let problem { note(problem, life, &count) }
        let now = MonotonicClock.nanoseconds
        for metric in [Self.asked, Self.failed] {
            let description = MetricDescription(kind: .counter, unit: .count)
            recorder.described(metric, as: description, target: life.target)
        }
        recorder.sampled(Double(count.asked), of: Self.asked, target: life.target, at: now)
        recorder.sampled(Double(count.failed), of: Self.failed, target: life.target, at: now)
    }

    private static func problem(with reading: PrometheusText.Reading, _ names: Set<String>) -> String? {
        if let name = reading.malformed.min() { return "“\(name)” has a line that cannot be read" }
        return names.subtracting(reading.values.keys).min().map { "“\($0)” is not among the metrics" }
    }

    private func note(_ problem: String, _ life: CommandLife, _ count: inout Count) {
        count.failed += 1
        guard count.failed == 1 else { return }
        recorder.note("MetricsUnread", of: "pod/\(life.pod)", "\(source.text): \(problem)", isWarning: true)
    }
}
