import LabCore
import LabIncidents

/// A knob of an incident, which scenarios turn by its name.
///
/// Declare it once, where the code that needs it stands, hand it to the ``Incident``, and ask the ``HandlerSetup`` for its
/// value:
///
/// ```swift
/// static let capacity = Parameter.count("capacity", default: 10_000, in: 1...1_000_000, "prices that are kept at most")
/// ```
///
/// ```yaml
/// parameters: {capacity: 500}
/// ```
///
/// `check` refuses a value of another kind, or out of bounds, with line and column. Bounds are included. A name begins with a
/// letter and has letters and digits, 40 at most; the default is within the bounds.
public struct Parameter<Value: Sendable>: Sendable {
    /// As scenarios name it.
    public let name: String
    /// What it is where no scenario says anything.
    public let defaultValue: Value
    let declaration: IncidentParameter
    let write: @Sendable (Value) -> ParameterValue
    let read: @Sendable (ParameterValue) -> Value?

    private init(
        _ name: String,
        _ type: ParameterType,
        _ defaultValue: Value,
        _ help: String,
        write: @escaping @Sendable (Value) -> ParameterValue,
        read: @escaping @Sendable (ParameterValue) -> Value?
    ) {
        self.name = name
        self.defaultValue = defaultValue
        self.write = write
        self.read = read
        declaration = IncidentParameter(named: name, type, default: write(defaultValue), help: help)
    }
}

extension Parameter where Value == Int {
    /// A whole number, written `10000`, `10_000` or `10k`.
    ///
    /// - Parameters:
    ///   - name: as scenarios name it.
    ///   - defaultValue: within `bounds`.
    ///   - bounds: the smallest and the largest value that a scenario may set.
    ///   - help: a fragment that states the effect, for `incidents NAME`.
    /// - Returns: the parameter, to be handed to the ``Incident`` and asked for in the ``HandlerSetup``.
    public static func count(
        _ name: String,
        default defaultValue: Int,
        in bounds: ClosedRange<Int> = 0...1_000_000_000,
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
    ///
    /// - Parameters:
    ///   - name: as scenarios name it.
    ///   - defaultValue: bytes, within `bounds`.
    ///   - bounds: bytes, from 0 on.
    ///   - help: a fragment that states the effect.
    /// - Returns: the parameter, to be handed to the ``Incident`` and asked for in the ``HandlerSetup``.
    public static func bytes(
        _ name: String,
        default defaultValue: Int,
        in bounds: ClosedRange<Int> = 0...(1 << 40),
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
    ///
    /// - Parameters:
    ///   - name: as scenarios name it.
    ///   - defaultValue: within `bounds`.
    ///   - bounds: the smallest and the largest value that a scenario may set.
    ///   - help: a fragment that states the effect.
    /// - Returns: the parameter, to be handed to the ``Incident`` and asked for in the ``HandlerSetup``.
    public static func number(
        _ name: String,
        default defaultValue: Double,
        in bounds: ClosedRange<Double> = 0...1e12,
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
    ///
    /// Wait for it on the ``HandlerSetup/clock``, which goes as fast as the scenario's `timeScale`.
    ///
    /// - Parameters:
    ///   - name: as scenarios name it.
    ///   - defaultValue: within `bounds`.
    ///   - bounds: the shortest and the longest value that a scenario may set.
    ///   - help: a fragment that states the effect.
    /// - Returns: the parameter, to be handed to the ``Incident`` and asked for in the ``HandlerSetup``.
    public static func duration(
        _ name: String,
        default defaultValue: Duration,
        in bounds: ClosedRange<Duration> = .zero ... .seconds(7 * 86_400),
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
    ///
    /// - Parameters:
    ///   - name: as scenarios name it.
    ///   - defaultValue: whether it is on where no scenario says anything.
    ///   - help: a fragment that states the effect.
    /// - Returns: the parameter, to be handed to the ``Incident`` and asked for in the ``HandlerSetup``.
    public static func flag(_ name: String, default defaultValue: Bool, _ help: String) -> Parameter {
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
    ///
    /// - Parameters:
    ///   - name: as scenarios name it.
    ///   - defaultValue: the case where no scenario says anything.
    ///   - help: a fragment that states the effect.
    /// - Returns: the parameter, to be handed to the ``Incident`` and asked for in the ``HandlerSetup``.
    public static func choice(_ name: String, default defaultValue: Value, _ help: String) -> Parameter {
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
