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
    private let values: ParameterValues

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
        self.values = ParameterValues(values)
    }

    /// The value that the scenario sets, else the default.
    package subscript<Value>(parameter: Parameter<Value>) -> Value { values[parameter] }

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
}
