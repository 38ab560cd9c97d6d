import LabIncidents

/// A parameter of an incident, which scenarios set by its name.
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
    public var name: String { declared.declaration.name }
    /// What it is where no scenario says anything.
    public var defaultValue: Value { declared.defaultValue }
    let declared: LabIncidents.Parameter<Value>
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
        Parameter(declared: .count(name, default: defaultValue, in: bounds, help))
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
        Parameter(declared: .bytes(name, default: defaultValue, in: bounds, help))
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
        Parameter(declared: .number(name, default: defaultValue, in: bounds, help))
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
        Parameter(declared: .duration(name, default: defaultValue, in: bounds, help))
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
        Parameter(declared: .flag(name, default: defaultValue, help))
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
        Parameter(declared: .choice(name, default: defaultValue, help))
    }
}
