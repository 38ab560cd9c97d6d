import LabCore
import LabIncidents
import LabTelemetry

/// What a handler is made with: the values of the incident's parameters, a clock, and places for its metrics.
public struct HandlerSetup: Sendable {
    private let context: IncidentContext
    /// By name; `nil` where every parameter counts as declared.
    private let declared: [String: IncidentParameter]?
    private let changes: [String: ParameterValue]

    init(_ context: IncidentContext, parameters: [IncidentParameter]) {
        self.context = context
        declared = Dictionary(parameters.map { ($0.name, $0) }) { first, _ in first }
        changes = [:]
    }

    /// A setup without a lab, for unit tests of a handler.
    ///
    /// Every parameter has its default unless ``setting(_:to:)`` changes it, incident time is wall time, the seed is 0,
    /// the folder is that of the system for temporary files (`TMPDIR`, else `/tmp`), and metrics are kept in the memory of
    /// this process, where those of other tests are too.
    public init() {
        self.init(IncidentContext(), declared: nil, changes: [:])
    }

    private init(
        _ context: IncidentContext,
        declared: [String: IncidentParameter]?,
        changes: [String: ParameterValue]
    ) {
        self.context = context
        self.declared = declared
        self.changes = changes
    }

    /// The same with another value of one parameter, for unit tests.
    ///
    /// - Parameters:
    ///   - parameter: the one to change.
    ///   - value: taken as it is, also out of the parameter's bounds.
    /// - Returns: a setup of its own; this one stays as it is.
    public func setting<Value>(_ parameter: Parameter<Value>, to value: Value) -> HandlerSetup {
        var changes = changes
        changes[parameter.name] = parameter.declared.write(value)
        return HandlerSetup(context, declared: declared, changes: changes)
    }

    /// The value that the scenario sets, else the default.
    ///
    /// - Throws: an error that says so, if the incident does not declare the parameter: no scenario could set it then.
    public subscript<Value>(parameter: Parameter<Value>) -> Value {
        get throws {
            if let changed = changes[parameter.name].flatMap(parameter.declared.read) { return changed }
            guard let declared else { return parameter.defaultValue }
            guard declared[parameter.name] == parameter.declared.declaration else {
                let names = declared.keys.sorted().joined(separator: ", ")
                throw LabError(
                    "the incident declares no such parameter “\(parameter.name)”",
                    hint: "Hand it to Incident(…, parameters:). Declared: \(names.isEmpty ? "none" : names)."
                )
            }
            return context[parameter.declared]
        }
    }

    /// Incident time, for whatever waits.
    public var clock: IncidentClock { IncidentClock(context.clock) }

    /// How many seconds of incident time pass in one second of wall time, above 0.
    public var timeScale: Double { context.timeScale.factor }

    /// The run's seed, for dice of the handler's own: the same seed gives the same events.
    public var seed: UInt64 { context.seed }

    /// A folder for files of the handler's own, which exists.
    ///
    /// It is the same for every life of every pod of the variant, and is removed after the run.
    public var folder: String { context.folder }
}

extension HandlerSetup {
    /// A number that only rises: what happened so often.
    ///
    /// Recorded ten times a second; `expect:` knows it as `VARIANT.metrics.NAME.end`, `.peak`, `.total` and `.perEvent`.
    /// The same name again gives the same counter. A pod has room for some 200 metrics and construction sites.
    ///
    /// - Parameters:
    ///   - name: begins with a letter and has letters, digits, dots, hyphens and underscores, 56 at most; none of the
    ///     lab's own, such as `heap` or `tasks`.
    ///   - unit: what its numbers are in.
    /// - Returns: the counter, which the handler keeps.
    /// - Throws: an error that says so, if the name cannot be had, or is another metric's already.
    public func counter(_ name: String, unit: MetricUnit = .count) throws -> Counter {
        let metric = try MetricRegistration(name, unit, .counter, context.page).made {
            $0.counter(name, unit: unit.unit, class: .incident)
        }
        return Counter(metric)
    }

    /// A level that rises and falls: how much there is now.
    ///
    /// As ``counter(_:unit:)``. A level of things that must not pile up can be judged as tasks are, with
    /// `verdict: {resources: [NAME]}`; one in bytes is best called `…Bytes`, by which findings know memory.
    ///
    /// - Parameters:
    ///   - name: as of ``counter(_:unit:)``.
    ///   - unit: what its numbers are in.
    /// - Returns: the gauge, which the handler keeps.
    /// - Throws: as ``counter(_:unit:)``.
    public func gauge(_ name: String, unit: MetricUnit = .count) throws -> Gauge {
        let metric = try MetricRegistration(name, unit, .gauge, context.page).made {
            $0.gauge(name, unit: unit.unit, class: .incident)
        }
        return Gauge(metric)
    }

    /// A distribution, of which the run knows `NAME.p50`, `NAME.p99` and `NAME.max` over all values so far.
    ///
    /// Quantiles are known to within 6.25 %, the maximum exactly; values lie below 2⁴⁰. A pod has room for some 40 of them.
    ///
    /// - Parameters:
    ///   - name: as of ``counter(_:unit:)``.
    ///   - unit: what its numbers are in.
    /// - Returns: the histogram, which the handler keeps.
    /// - Throws: as ``counter(_:unit:)``.
    public func histogram(_ name: String, unit: MetricUnit = .microseconds) throws -> Histogram {
        let metric = try MetricRegistration(name, unit, .histogram, context.page).made {
            $0.histogram(name, unit: unit.unit, class: .incident)
        }
        return Histogram(metric, unit: unit)
    }
}
