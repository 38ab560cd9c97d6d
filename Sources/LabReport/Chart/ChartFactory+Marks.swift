import LabCore

extension ChartFactory {
    /// Every kill, and all else that was a warning; waiting after a kill is no news.
    static func marks(_ report: RunReport, _ styles: [String: SeriesStyle]) -> [ChartMark] {
        let kills = report.recording.variants.flatMap { variant in
            variant.pods.flatMap { pod in
                pod.lives.filter(\.wasOOMKilled).map { life in
                    ChartMark(
                        at: life.end ?? life.start,
                        text: "\(pod.name), life \(life.index), killed at its memory limit",
                        isKill: true,
                        style: styles[variant.header.name]
                    )
                }
            }
        }
        let known: Set<String> = kills.isEmpty ? ["BackOff"] : ["BackOff", "OOMKilled"]
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
}

extension RecordedLife {
    var wasOOMKilled: Bool { exit?.reason == "OOMKilled" }
}
