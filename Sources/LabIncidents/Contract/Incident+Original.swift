package import LabCore

extension Incident {
    /// What was measured on the real thing, to be shown beside a run's own figures.
    ///
    /// Labels that name a row of the comparison (`heap/event`) stand in that row.
    package var originalFigures: [LabelledValue] { Self.originalFigures[name] ?? [] }

    private static let originalFigures: [String: [LabelledValue]] = [
        // The original Go cache, instantiated 20,000 times without being stopped.
        "service-per-event": [
            LabelledValue("tasks/event", "1.000"),
            LabelledValue("heap/event", "21.0 KB"),
            LabelledValue("RSS/event", "6.0 KB"),
        ],
        // As its story tells them.
        "never-evicting-cache": [
            LabelledValue("RSS peak", "20 GB, then 40 GB"), LabelledValue("with clean-ups", "below 4 GB"),
            LabelledValue("zone", "1 GB"),
        ],
        "oversized-result-cache": [
            LabelledValue("entries", "1,000"), LabelledValue("RSS peak", "over 10 GB"),
        ],
        // One that reads and one that writes, in Go's `net/http`.
        "client-per-request": [LabelledValue("tasks/event", "2")],
        "orphaned-sessions": [
            LabelledValue("liveSessions", "about 12,000"), LabelledValue("copy buffer", "32 KiB"),
        ],
        "pinned-connection": [
            LabelledValue("busy machines", "1 of 2"), LabelledValue("answers after", "over 400 s"),
        ],
        "unbounded-workers": [
            LabelledValue("handlingP99", "over 400 s"), LabelledValue("normal to full CPU", "15 min"),
        ],
    ]
}
