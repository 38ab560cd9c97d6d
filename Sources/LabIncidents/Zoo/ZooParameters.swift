import LabCore

/// The knobs of the zoo; programs in other languages take the same ones as `name=value`.
enum ZooParameters {
    private static let longest = Duration.seconds(86_400)

    static let length = IncidentParameter(
        name: "length",
        type: .duration(.seconds(1)...longest),
        defaultValue: .duration(.seconds(90)),
        help: "how long events come; what “share” is of"
    )

    static let leakMedium = medium("leakMedium", help: "what each leaked unit is")
    static let leakBytes = IncidentParameter(
        name: "leakBytes",
        type: .bytes(ByteCount(0)...ByteCount(64 << 20)),
        defaultValue: .bytes(ByteCount(80)),
        help: "bytes of each leaked unit of memory, and of the buffer of each leaked task"
    )
    static let leakEvery = IncidentParameter(
        name: "leakEvery",
        type: .wholeNumber(0...1_000_000_000),
        defaultValue: .wholeNumber(0),
        help: "events for each leaked unit; 0 leaks none"
    )
    static let leakFrom = share("leakFrom", 0, help: "share of the run at which the leak begins")
    static let leakUntil = share("leakUntil", 1, help: "share of the run at which the leak ends; 1 is never")
    static let leakPeriod = IncidentParameter(
        name: "leakPeriod",
        type: .duration(.zero...longest),
        defaultValue: .duration(.zero),
        help: "time from burst to burst of the leak; 0 is no bursts"
    )
    static let leakFor = IncidentParameter(
        name: "leakFor",
        type: .duration(.zero...longest),
        defaultValue: .duration(.zero),
        help: "time of each burst"
    )
    static let leakPartition = IncidentParameter(
        name: "leakPartition",
        type: .wholeNumber(-1...999),
        defaultValue: .wholeNumber(-1),
        help: "only events of this partition leak; -1 is any"
    )

    static let level = IncidentParameter(
        name: "level",
        type: .choice(ZooLevel.Shape.allCases.map(\.rawValue)),
        defaultValue: .choice(ZooLevel.Shape.none.rawValue),
        help: "how the units that are held come and go"
    )
    static let levelMedium = medium("levelMedium", help: "what each held unit is")
    static let levelUnits = IncidentParameter(
        name: "levelUnits",
        type: .wholeNumber(0...1_000_000),
        defaultValue: .wholeNumber(0),
        help: "units that are held at the full level"
    )
    static let levelBytes = IncidentParameter(
        name: "levelBytes",
        type: .bytes(ByteCount(0)...ByteCount(64 << 20)),
        defaultValue: .bytes(ByteCount(64 << 10)),
        help: "bytes of each held unit of memory, and of the buffer of each held task"
    )
    static let levelAt = share("levelAt", 0.5, help: "share of the run at which the level is full, or begins")
    static let levelPeriod = IncidentParameter(
        name: "levelPeriod",
        type: .duration(.milliseconds(100)...longest),
        defaultValue: .duration(.seconds(5)),
        help: "time of a tooth, a start-up, a transient or the way to the top of a backlog"
    )

    static let all = [
        length, leakMedium, leakBytes, leakEvery, leakFrom, leakUntil, leakPeriod, leakFor, leakPartition,
        level, levelMedium, levelUnits, levelBytes, levelAt, levelPeriod,
    ]

    private static func medium(_ name: String, help: String) -> IncidentParameter {
        IncidentParameter(
            name: name,
            type: .choice(ZooMediumKind.allCases.map(\.rawValue)),
            defaultValue: .choice(ZooMediumKind.malloc.rawValue),
            help: help
        )
    }

    private static func share(_ name: String, _ value: Double, help: String) -> IncidentParameter {
        IncidentParameter(name: name, type: .number(0...1), defaultValue: .number(value), help: help)
    }
}

extension IncidentContext {
    /// A duration of incident time in seconds.
    func seconds(_ parameter: IncidentParameter) -> Double { duration(parameter).inSeconds }

    func zooMedium(_ parameter: IncidentParameter) -> ZooMediumKind {
        ZooMediumKind(rawValue: choice(parameter)) ?? .malloc
    }
}
