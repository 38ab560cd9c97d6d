import LabCore

/// What a reader needs to repeat a run: all that was set, and where it ran.
struct RunFacts {
    /// The run itself.
    let run: [LabelledValue]
    let configuration: [LabelledValue]
    let environment: [LabelledValue]

    /// Those that a reader looks for first.
    let head: [LabelledValue]

    init(_ report: RunReport) {
        let header = report.header
        let started = UTCTime(nanosecondsSince1970: header.startedAt).text
        head = [
            LabelledValue("Run", header.id), LabelledValue("Started", started),
            LabelledValue("Duration", report.durationText), LabelledValue("Seed", "\(header.seed)"),
            LabelledValue("Broker", header.broker.kind), LabelledValue("Memory", header.memoryControl),
        ]
        var run = [
            LabelledValue("run", header.id), LabelledValue("scenario", header.scenario),
            LabelledValue("incident", header.incident), LabelledValue("started", started),
            LabelledValue("duration", report.durationText), LabelledValue("seed", "\(header.seed)"),
            LabelledValue("time scale", "\(Figure.number(header.timeScale))×"),
            LabelledValue("broker", "\(header.broker.kind) \(header.broker.bootstrapServers)"),
            LabelledValue("memory control", header.memoryControl),
            LabelledValue("sample interval", Figure.duration(header.sampleInterval)),
            LabelledValue("warm-up", RunFacts.warmUp(of: report)),
            LabelledValue(
                "state",
                report.recording.isCutOff ? "cut off: the lab ended first" : report.recording.state.rawValue
            ),
        ]
        run += report.result.variants.compactMap { variant in
            variant.runtime.map { LabelledValue("runtime of \(variant.name)", $0.facts) }
        }
        if let until = report.result.until { run.append(LabelledValue("until decided", until.facts)) }
        if !header.overrides.isEmpty {
            run.append(LabelledValue("overrides", header.overrides.joined(separator: " ")))
        }
        self.run = run
        configuration = header.configuration
        environment = header.environment + Self.footprint(report.result.lab)
    }

    var groups: [FactGroup] {
        [
            FactGroup(title: "Run", facts: run), FactGroup(title: "Configuration", facts: configuration),
            FactGroup(title: "Machine and versions", facts: environment),
        ]
        .filter { !$0.facts.isEmpty }
    }

    /// What was left out at the start of each life, and what would have had to be.
    private static func warmUp(of report: RunReport) -> String {
        let warmUps = report.result.variants.compactMap { variant in variant.warmUp.map { (variant.name, $0) }
        }
        guard report.header.findsWarmUp == true else {
            let longer = warmUps.compactMap { name, warmUp -> String? in
                guard let found = warmUp.foundSeconds, let given = warmUp.givenSeconds, found > given + 1,
                    found > 1.2 * given
                else { return nil }
                return "\(name) took \(Figure.duration(found))"
            }
            return ([Figure.duration(report.header.warmUp)] + longer).joined(separator: "; ")
        }
        let found = warmUps.map { name, warmUp in
            warmUp.foundSeconds.map { "\(name) \(Figure.duration($0))" }
                ?? "\(name) not over half-way (\(Figure.duration(warmUp.usedSeconds)) left out)"
        }
        return found.isEmpty ? "auto" : "auto: \(found.joined(separator: ", "))"
    }

    private static func footprint(_ lab: LabFootprint) -> [LabelledValue] {
        [
            LabelledValue("the lab’s own RSS, peak", Figure.bytes(lab.rss.peakBytes)),
            LabelledValue("the lab’s own CPU", Figure.duration(lab.cpuSeconds)),
        ]
    }
}
