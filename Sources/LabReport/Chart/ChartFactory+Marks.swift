import LabCore

extension ChartFactory {
    /// Every kill, and all else that was a warning; waiting after a kill is no news.
    static func marks(_ report: RunReport, _ styles: [String: SeriesStyle]) -> [ChartMark] {
        let kills = report.recording.variants.flatMap { variant in
            variant.pods.flatMap { pod in
                pod.lives.flatMap { killMarks(of: $0, in: pod, styles[variant.header.name]) }
            }
        }
        let known: Set<String> = kills.isEmpty ? ["BackOff"] : ["BackOff", "OOMKilled", "OOMKilling"]
        let others = report.recording.timeline.filter { $0.isWarning && !known.contains($0.reason) }.map {
            event in
            ChartMark(
                at: event.at,
                text: "\(event.reason) \(event.object): \(event.message)",
                isKill: event.reason == "OOMKilled",
                style: nil
            )
        }
        return kills + others
    }

    private static func killMarks(
        of life: RecordedLife,
        in pod: RecordedPod,
        _ style: SeriesStyle?
    ) -> [ChartMark] {
        let name = "\(pod.name), life \(life.index)"
        let ofWorkers = life.processKills.map {
            ($0, "another process of \(name), killed at its memory limit")
        }
        let own = life.wasOOMKilled ? [(life.end ?? life.start, "\(name), killed at its memory limit")] : []
        return (ofWorkers + own).map { ChartMark(at: $0, text: $1, isKill: true, style: style) }
    }
}

extension RecordedLife {
    var wasOOMKilled: Bool { exit?.reason == "OOMKilled" }
}
