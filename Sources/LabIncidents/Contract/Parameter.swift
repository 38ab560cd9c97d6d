package import LabCore

/// A parameter of an incident: what scenarios set by its name, and the type in which the handlers' code has it.
///
/// Declare it once, hand it to the ``Incident``, and ask a context for its value: `context[Self.capacity]`.
package struct Parameter<Value: Sendable>: Sendable {
    /// As scenarios know it.
    package let declaration: IncidentParameter
    /// What it is where no scenario says anything.
    package let defaultValue: Value
    package let write: @Sendable (Value) -> ParameterValue
    /// `nil` for a value of another kind.
    package let read: @Sendable (ParameterValue) -> Value?

    fileprivate init(
        _ name: String,
        _ type: ParameterType,
        _ defaultValue: Value,
        _ help: String,
        write: @escaping @Sendable (Value) -> ParameterValue,
        read: @escaping @Sendable (ParameterValue) -> Value?
    ) {
        self.defaultValue = defaultValue
        self.write = write
        self.read = read
        declaration = IncidentParameter(name: name, type: type, defaultValue: write(defaultValue), help: help)
    }
}

/// Parameters of any types as scenarios know them, in their order.
package func declarations<each Value>(_ parameters: repeat Parameter<each Value>) -> [IncidentParameter] {
    var declared: [IncidentParameter] = []
    for parameter in repeat each parameters { declared.append(parameter.declaration) }
    return declared
}

extension Parameter where Value == Int {
    /// A whole number, written `10000`, `10_000` or `10k`; bounds are included, as in all others.
    package static func count(
        _ name: String,
        default defaultValue: Int,
        in bounds: ClosedRange<Int>,
        _ help: String
    ) -> Parameter {
        Parameter(
            name,
            .wholeNumber(Int64(bounds.lowerBound)...Int64(bounds.upperBound)),
            defaultValue,
            help,
            write: { .wholeNumber(Int64($0)) },
            read: { if case .wholeNumber(let number) = $0 { Int(clamping: number) } else { nil } }
        )
    }

    /// A number of bytes, written `300B`, `64KiB` or `1.5GiB`.
    package static func bytes(
        _ name: String,
        default defaultValue: Int,
        in bounds: ClosedRange<Int>,
        _ help: String
    ) -> Parameter {
        Parameter(
            name,
            .bytes(ByteCount(Int64(bounds.lowerBound))...ByteCount(Int64(bounds.upperBound))),
            defaultValue,
            help,
            write: { .bytes(ByteCount(Int64($0))) },
            read: { if case .bytes(let size) = $0 { Int(clamping: size.bytes) } else { nil } }
        )
    }
}

extension Parameter where Value == Double {
    /// A number, written `1.5` or `2k`.
    package static func number(
        _ name: String,
        default defaultValue: Double,
        in bounds: ClosedRange<Double>,
        _ help: String
    ) -> Parameter {
        Parameter(
            name,
            .number(bounds),
            defaultValue,
            help,
            write: { .number($0) },
            read: { if case .number(let number) = $0 { number } else { nil } }
        )
    }
}

extension Parameter where Value == Duration {
    /// A duration in incident time, written `250ms`, `90s` or `1h30m`.
    package static func duration(
        _ name: String,
        default defaultValue: Duration,
        in bounds: ClosedRange<Duration>,
        _ help: String
    ) -> Parameter {
        Parameter(
            name,
            .duration(bounds),
            defaultValue,
            help,
            write: { .duration($0) },
            read: { if case .duration(let duration) = $0 { duration } else { nil } }
        )
    }
}

extension Parameter where Value == Bool {
    /// A switch, written `true` or `false`.
    package static func flag(_ name: String, default defaultValue: Bool, _ help: String) -> Parameter {
        Parameter(
            name,
            .flag,
            defaultValue,
            help,
            write: { .flag($0) },
            read: { if case .flag(let isOn) = $0 { isOn } else { nil } }
        )
    }
}

extension Parameter where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
    /// One of several words: the raw values of an enumeration.
    package static func choice(_ name: String, default defaultValue: Value, _ help: String) -> Parameter {
        Parameter(
            name,
            .choice(Value.allCases.map(\.rawValue)),
            defaultValue,
            help,
            write: { .choice($0.rawValue) },
            read: { if case .choice(let word) = $0 { Value(rawValue: word) } else { nil } }
        )
    }
}

/// The values of an incident's parameters as a scenario sets them.
package struct ParameterValues: Sendable {
    private let values: [String: ParameterValue]

    package init(_ values: [String: ParameterValue] = [:]) { self.values = values }

    /// The value that was set; the default if there is none, or one that the parameter does not accept.
    private func value(of parameter: IncidentParameter) -> ParameterValue {
        guard let value = values[parameter.name], parameter.type.accepts(value) else {
            return parameter.defaultValue
        }
        return value
    }

    package subscript<Value>(parameter: Parameter<Value>) -> Value {
        parameter.read(value(of: parameter.declaration)) ?? parameter.defaultValue
    }
}
