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
    /// Incident time, for whatever waits.
    package let clock: IncidentClock
    /// What the scenario's phases have changed.
    package let world: World
    /// The ports of the incident's companion on 127.0.0.1, by name.
    package let endpoints: [String: Int]
    /// For files of the handler's own; removed after the run, and there for every life of every pod of the variant.
    package let folder: String
    private let values: [String: ParameterValue]

    /// Parameters that `values` does not set have their defaults.
    package init(
        seed: UInt64 = 0,
        timeScale: TimeScale = .realTime,
        values: [String: ParameterValue] = [:],
        page: TelemetryPage = Census.page,
        now: @escaping @Sendable () -> UInt64 = { MonotonicClock.nanoseconds },
        clock: IncidentClock? = nil,
        world: World = .undisturbed,
        endpoints: [String: Int] = [:],
        folder: String = TemporaryFolder.path
    ) {
        self.seed = seed
        self.timeScale = timeScale
        self.page = page
        self.now = now
        self.clock = clock ?? IncidentClock(timeScale: timeScale, nanoseconds: now)
        self.world = world
        self.endpoints = endpoints
        self.folder = folder
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

    /// A duration in incident time; 0 if the parameter is of another kind.
    package func duration(_ parameter: IncidentParameter) -> Duration {
        guard case .duration(let duration) = value(of: parameter) else { return .zero }
        return duration
    }

    /// A number of bytes; 0 if the parameter is of another kind.
    package func byteCount(_ parameter: IncidentParameter) -> Int {
        guard case .bytes(let size) = value(of: parameter) else { return 0 }
        return Int(clamping: size.bytes)
    }

    /// A number; 0 if the parameter is of another kind.
    package func number(_ parameter: IncidentParameter) -> Double {
        guard case .number(let number) = value(of: parameter) else { return 0 }
        return number
    }

    /// One of several words; empty if the parameter is of another kind.
    package func choice(_ parameter: IncidentParameter) -> String {
        guard case .choice(let word) = value(of: parameter) else { return "" }
        return word
    }

    /// A switch; off if the parameter is of another kind.
    package func flag(_ parameter: IncidentParameter) -> Bool {
        guard case .flag(let isOn) = value(of: parameter) else { return false }
        return isOn
    }

    /// A port of the incident's companion on 127.0.0.1.
    /// - Throws: ``LabError`` if the companion has none of that name.
    package func port(of name: String) throws(LabError) -> Int {
        guard let port = endpoints[name] else {
            throw LabError(
                "companion: no endpoint “\(name)”",
                hint: "The lab starts an incident's companion before its pods."
            )
        }
        return port
    }

    /// A duration as the wall clock sees it; 0 if the parameter is of another kind.
    package func wallDuration(_ parameter: IncidentParameter) -> Duration {
        guard case .duration(let duration) = value(of: parameter) else { return .zero }
        return timeScale.wall(duration)
    }
}
