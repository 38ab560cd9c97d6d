import LabCore

/// What a reader has to know before comparing a run with a real night: what does not follow the compressed time, and
/// how pods were limited and restarted.
struct RunCaveats: Sendable, Hashable {
    var title: String
    /// What the sentences have in common; `nil` if nothing.
    var lead: String?
    var sentences: [String]

    /// - Returns: `nil` if time was not compressed and nobody was killed.
    init?(_ report: RunReport) {
        let isKilled = report.result.variants.contains { $0.oomKills > 0 }
        guard report.timeScale != 1 || isKilled else { return nil }
        title =
            report.timeScale != 1
            ? "What time compression does not compress" : "How pods were limited and restarted"
        sentences = []
        if report.timeScale != 1 {
            lead =
                "One second on the clock is \(Figure.number(report.timeScale)) seconds of the incident. "
                + "Load, phases, steps, back-off and the timers of handlers follow. These do not:"
            sentences = Self.compression(report)
        }
        if isKilled { sentences += [Self.control(report), Self.backOff(report)].compactMap(\.self) }
    }

    private static func compression(_ report: RunReport) -> [String] {
        let scale = report.timeScale
        let factor = Figure.number(scale)
        let lives = report.recording.variants.flatMap(\.pods).flatMap(\.lives)
        func both(_ wall: Double) -> String {
            "\(Figure.duration(wall)) of wall time, \(Figure.duration(wall * scale)) here"
        }
        let stalls = lives.compactMap { $0.series[.rebalanceStall]?.finitePoints.map(\.value).max() }.filter {
            $0 > 0
        }
        let starts = lives.compactMap { life -> Double? in
            life.series[.ready]?.finitePoints.first { $0.value > 0 }.map {
                (Double($0.time) - Double(life.start)) / 1e9
            }
        }
        .filter { $0 >= 0 }
        let stall = stalls.median.map { " (\(both($0 / 1_000)), median)" } ?? ""
        let start = starts.median.map { " (\(both($0)), median)" } ?? ""
        let busy = scale > 1 ? "\(factor) times as busy as" : "less busy than"
        return [
            "Stalls of a consumer group: joining and rebalancing take their seconds of wall time\(stall), so "
                + "they weigh \(factor) times as much.",
            "Starting a process: from the start of a pod until it can receive events\(start).",
            "CPU: an event, and a task that it leaves behind, cost the processor what they always do, so a "
                + "pod is \(busy) it would be in real time.",
        ]
    }

    private static func control(_ report: RunReport) -> String {
        let name = report.result.memoryControl ?? report.header.memoryControl
        if name == "watchdog" {
            return
                "Memory control: watchdog. It reads each pod's memory at an interval and kills from outside, "
                + "so a kill comes a little late, and the limit may be overshot."
        }
        guard name.hasPrefix("cgroup") else { return "Memory control: \(name.isEmpty ? "unknown" : name)." }
        return "Memory control: \(name). The kernel kills at the limit, as on a node of a cluster."
    }

    private static func backOff(_ report: RunReport) -> String? {
        let killed = report.result.variants.filter { $0.oomKills > 0 }.map(\.name)
        let settings = BackOff.allCases.compactMap { setting -> String? in
            let values = killed.compactMap { setting.value(of: $0, in: report.header.configuration) }
            guard let value = values.first(where: { Duration(parsing: $0) != setting.kubelet }) else {
                return nil
            }
            return "\(setting.words) \(value) instead of \(setting.kubelet.text)"
        }
        guard !settings.isEmpty else { return nil }
        return
            "Killed pods did not wait as they do with a kubelet: \(settings.joined(separator: ", ")), "
            + "incident time."
    }
}

/// The settings of a restart policy, by their keys in a scenario.
private enum BackOff: String, CaseIterable {
    case first = "backOff"
    case longest = "longestBackOff"
    case reset = "resetAfter"

    var words: String {
        switch self {
        case .first: "first back-off"
        case .longest: "longest back-off"
        case .reset: "reset after"
        }
    }

    /// Kubernetes, “Pod Lifecycle”, “Container restarts”: 10 s, doubling up to 300 s, reset after 10 minutes.
    var kubelet: Duration {
        switch self {
        case .first: .seconds(10)
        case .longest: .seconds(300)
        case .reset: .seconds(600)
        }
    }

    /// The variant's own setting, or that of all variants; `nil` if it was not recorded or cannot be read.
    func value(of variant: String, in configuration: [LabelledValue]) -> String? {
        let labels = ["variants.\(variant).pods.restart.\(rawValue)", "pods.restart.\(rawValue)"]
        let value = labels.lazy.compactMap { label in configuration.first { $0.label == label }?.value }.first
        return value.flatMap { Duration(parsing: $0) == nil ? nil : $0 }
    }
}
