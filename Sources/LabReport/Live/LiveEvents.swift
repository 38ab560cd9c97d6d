import LabCore

/// The last events of a run below its variants, as `kubectl get events` tells them.
enum LiveEvents {
    private static let most = 5

    /// How many rows to keep for them: none if the variants would be squeezed below two rows each.
    static func rows(_ events: [TimelineEvent], beside variants: Int, in room: Int) -> Int {
        guard !events.isEmpty else { return 0 }
        let wanted = min(events.count, most) + 1
        return variants * Density.dense.linesPerVariant + wanted <= room ? wanted : 0
    }

    /// A heading and what happened last, newest last, in at most `rows` lines.
    static func lines(_ snapshot: LiveSnapshot, rows: Int) -> [StyledText] {
        let events = snapshot.events.suffix(max(0, min(most, rows - 1)))
        guard !events.isEmpty else { return [] }
        let reason = events.map { StyledText($0.reason).width }.max() ?? 0
        let object = events.map { StyledText($0.object).width }.max() ?? 0
        return [StyledText("last events", .muted)]
            + events.map { event in
                let tone: Tone = event.isWarning ? .warning : .plain
                return StyledText(age(event, in: snapshot), .muted).padded(to: 9, trailing: true)
                    + StyledText("  ")
                    + StyledText(event.reason, tone).padded(to: min(16, reason)) + StyledText("  ")
                    + StyledText(event.object).padded(to: min(28, object)) + StyledText("  ")
                    + StyledText(event.message, .muted)
            }
    }

    private static func age(_ event: TimelineEvent, in snapshot: LiveSnapshot) -> String {
        guard let elapsed = Figure.sane(snapshot.elapsed), elapsed < 1e12 else { return Figure.unknown }
        return Figure.duration(max(0, elapsed - Double(event.at) / 1e9).rounded())
    }
}
