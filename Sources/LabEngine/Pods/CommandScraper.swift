import LabCluster
import LabCore
import LabScenario
import LabTelemetry

/// Asks the pods of a command for their metrics and their runtimes for their heaps, one after the other, on a thread of its own.
///
/// What does not answer, or not well, is counted in ``failed`` and reported once in the timeline; nobody waits for it.
final class CommandScraper: Sendable {
    /// Questions that were asked in a life, and those without a good answer.
    static let asked = MetricName("scrapes")
    static let failed = MetricName("scrapesFailed")

    private let variant: VariantPlan
    private let command: ScenarioCommand
    private let template: PodTemplate
    private let recorder: StageRecorder
    private let thread: PeriodicThread

    private static let standardInterval = Duration.seconds(1)
    /// Good answers after which a name that none of them had is missing.
    private static let enoughAnswers = 3

    init(_ variant: VariantPlan, _ command: ScenarioCommand, template: PodTemplate, recorder: StageRecorder) {
        self.variant = variant
        self.command = command
        self.template = template
        self.recorder = recorder
        thread = PeriodicThread("scraper", every: command.metrics?.interval ?? Self.standardInterval)
    }

    func start() {
        thread.start { [self] thread in
            var state = State()
            repeat { askAll(&state) } while thread.rest()
        }
    }

    /// Ends after the question that is under way; nobody needs to wait for that.
    func stop() { thread.stop() }

    /// What is known of the variant's pods, on the thread alone.
    private struct State {
        var lives: [Int: LifeState] = [:]
        /// By name, good answers of any pod that did not have it, as long as none had.
        var missing: [MetricSelector: Int] = [:]
        var seen: Set<MetricSelector> = []
    }

    private struct LifeState {
        var asked = 0
        var failed = 0
        var runtime: RuntimeWatch
    }

    private func askAll(_ state: inout State) {
        let lives = recorder.lives(of: variant.name)
        state.lives = state.lives.filter { known in lives.contains { $0.target == known.key } }
        for life in lives where !thread.isStopping {
            var own = state.lives[life.target] ?? LifeState(runtime: watch(life))
            own.runtime.look()
            own.runtime.collectIfDue()
            let reading = command.metrics.flatMap { ask(life, $0, &own, &state) }
            own.runtime.read(reading)
            state.lives[life.target] = own
        }
    }

    private func watch(_ life: CommandLife) -> RuntimeWatch {
        RuntimeWatch(
            life,
            settings: command.runtime,
            hasOwnHeap: command.metrics?.heap != nil || agentReadsHeap,
            warmUp: template.plan.scenario.verdict.warmUp,
            recorder: recorder
        ) { [self] endpoint in address(of: endpoint, in: life) }
    }

    /// Two readings of one heap would be neither.
    private var agentReadsHeap: Bool {
        template.allocation.jemalloc?.agent != nil && !command.runtime.readsHeap
    }

    private func address(of endpoint: PodEndpoint, in life: CommandLife) -> (port: Int, path: String)? {
        guard let port = endpoint.port ?? template.commands.port(of: life.pod, life: life.life) else {
            return nil
        }
        var values = template.values(pod: life.ordinal, life: life.life)
        values[.port] = String(port)
        return (port, endpoint.path.filled(values))
    }

    // MARK: - Metrics

    /// - Returns: `nil` without a good answer.
    private func ask(
        _ life: CommandLife,
        _ source: MetricsSource,
        _ own: inout LifeState,
        _ state: inout State
    ) -> PrometheusText.Reading? {
        guard let (port, path) = address(of: source.endpoint, in: life) else { return nil }
        var problem: String?
        var reading: PrometheusText.Reading?
        do {
            let text = try MetricsRequest(port: port, path: path).answer()
            let read = PrometheusText.values(of: source.wanted.union(RuntimeWatch.metrics), in: text)
            record(read, source, life)
            problem = Self.problem(with: read, source)
            count(read, source, &state)
            reading = read
        } catch {
            problem = error.description
        }
        // While a program starts, nobody answers yet.
        if problem != nil, own.asked == 0, life.age < life.startup { return reading }
        own.asked += 1
        if let problem { note(problem, source, life, &own) }
        let now = MonotonicClock.nanoseconds
        for metric in [Self.asked, Self.failed] {
            let description = MetricDescription(kind: .counter, unit: .count)
            recorder.described(metric, as: description, target: life.target)
        }
        recorder.sampled(Double(own.asked), of: Self.asked, target: life.target, at: now)
        recorder.sampled(Double(own.failed), of: Self.failed, target: life.target, at: now)
        return reading
    }

    private func record(_ reading: PrometheusText.Reading, _ source: MetricsSource, _ life: CommandLife) {
        let now = MonotonicClock.nanoseconds
        for selector in source.selectors where !reading.malformed.contains(selector.name) {
            guard let value = reading.value(of: selector) else { continue }
            let name = MetricName(selector.description)
            recorder.described(name, as: reading.description(of: selector.name), target: life.target)
            recorder.sampled(value, of: name, target: life.target, at: now)
        }
        guard let latency = source.latency, let histogram = PrometheusHistogram(latency, in: reading) else {
            return
        }
        recorder.commandLatency(histogram.snapshot, target: life.target)
    }

    private static func problem(with reading: PrometheusText.Reading, _ source: MetricsSource) -> String? {
        if let name = reading.malformed.intersection(source.wanted).min() {
            return "“\(name)” has a line that cannot be read"
        }
        let missing = source.selectors.filter { reading.value(of: $0) == nil }.map(\.description)
        return missing.min().map { "“\($0)” is not among the metrics" }
    }

    private func note(_ problem: String, _ source: MetricsSource, _ life: CommandLife, _ own: inout LifeState)
    {
        own.failed += 1
        guard own.failed == 1 else { return }
        let message = "\(source.endpoint.text): \(problem)"
        recorder.note("MetricsUnread", of: "pod/\(life.pod)", message, isWarning: true)
    }

    /// A name that no pod ever had is most likely misspelt.
    private func count(_ reading: PrometheusText.Reading, _ source: MetricsSource, _ state: inout State) {
        for selector in source.everything where !state.seen.contains(selector) {
            let isThere =
                source.isHistogram(selector)
                ? PrometheusHistogram(selector, in: reading) != nil
                : reading.value(of: selector) != nil || reading.malformed.contains(selector.name)
            guard !isThere else {
                state.seen.insert(selector)
                continue
            }
            state.missing[selector, default: 0] += 1
            guard state.missing[selector] == Self.enoughAnswers else { continue }
            let near = suggestion(
                for: selector.name,
                among: reading.names.subtracting([selector.name]).sorted()
            )
            recorder.note(
                MissingMetric.reason,
                of: "variant/\(variant.name)",
                MissingMetric.message(
                    selector.description,
                    among: reading.names.count,
                    near: reading.names.contains(selector.name) ? nil : near
                ),
                isWarning: true
            )
        }
    }
}

extension MetricsSource {
    /// What is looked for on a page.
    fileprivate var wanted: Set<String> {
        Set(selectors.map(\.name) + (latency.map { PrometheusHistogram.names(of: $0) } ?? []))
    }

    fileprivate var everything: [MetricSelector] { selectors + [latency].compactMap(\.self) }

    fileprivate func isHistogram(_ selector: MetricSelector) -> Bool { selector == latency }
}
