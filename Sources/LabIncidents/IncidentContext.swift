package import LabCore
package import LabTelemetry

/// What a handler is made with.
package struct IncidentContext: Sendable {
    package let seed: UInt64
    package let timeScale: TimeScale
    /// Where the incident's own metrics go.
    package let page: TelemetryPage
    /// Nanoseconds of a clock that never goes back; incidents measure their timers by it.
    package let now: @Sendable () -> UInt64
    private let values: [String: ParameterValue]

    /// Parameters that `values` does not set have their defaults.
    package init(
        seed: UInt64 = 0,
        timeScale: TimeScale = .realTime,
        values: [String: ParameterValue] = [:],
        page: TelemetryPage = Census.page,
        now: @escaping @Sendable () -> UInt64 = { MonotonicClock.nanoseconds }
    ) {
        self.seed = seed
        self.timeScale = timeScale
        self.page = page
        self.now = now
        self.values = values
    }

    /// The value that was set; the default if there is none, or one that the parameter does not accept.
    package func value(of parameter: IncidentParameter) -> ParameterValue {
        guard let value = values[parameter.name], parameter.type.accepts(value) else {
            return parameter.defaultValue
        }
        return value
    }

    /// A whole number; 0 if the parameter is of another kind.
    package func wholeNumber(_ parameter: IncidentParameter) -> Int {
        guard case .wholeNumber(let number) = value(of: parameter) else { return 0 }
        return Int(clamping: number)
    }

    /// A duration as the wall clock sees it; 0 if the parameter is of another kind.
    package func wallDuration(_ parameter: IncidentParameter) -> Duration {
        guard case .duration(let duration) = value(of: parameter) else { return .zero }
        return timeScale.wall(duration)
    }
}
