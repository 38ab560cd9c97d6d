import LabCore

/// The parameters of the zoo; programs in other languages take the same ones as `name=value`.
enum ZooParameters {
    private static let longest = Duration.seconds(86_400)

    static let length = Parameter.duration(
        "length",
        default: .seconds(90),
        in: .seconds(1)...longest,
        "how long events come; what “share” is of"
    )

    static let leakMedium = medium("leakMedium", help: "what each leaked unit is")
    static let leakBytes = Parameter.bytes(
        "leakBytes",
        default: 80,
        in: 0...(64 << 20),
        "bytes of each leaked unit of memory, and of the buffer of each leaked task"
    )
    static let leakEvery = Parameter.count(
        "leakEvery",
        default: 0,
        in: 0...1_000_000_000,
        "events for each leaked unit; 0 leaks none"
    )
    static let leakFrom = share("leakFrom", 0, help: "share of the run at which the leak begins")
    static let leakUntil = share("leakUntil", 1, help: "share of the run at which the leak ends; 1 is never")
    static let leakPeriod = Parameter.duration(
        "leakPeriod",
        default: .zero,
        in: .zero...longest,
        "time from burst to burst of the leak; 0 is no bursts"
    )
    static let leakFor = Parameter.duration(
        "leakFor",
        default: .zero,
        in: .zero...longest,
        "time of each burst"
    )
    static let leakPartition = Parameter.count(
        "leakPartition",
        default: -1,
        in: -1...999,
        "only events of this partition leak; -1 is any"
    )

    static let level = Parameter.choice(
        "level",
        default: ZooLevel.Shape.none,
        "how the units that are held come and go"
    )
    static let levelMedium = medium("levelMedium", help: "what each held unit is")
    static let levelUnits = Parameter.count(
        "levelUnits",
        default: 0,
        in: 0...1_000_000,
        "units that are held at the full level"
    )
    static let levelBytes = Parameter.bytes(
        "levelBytes",
        default: 64 << 10,
        in: 0...(64 << 20),
        "bytes of each held unit of memory, and of the buffer of each held task"
    )
    static let levelAt = share("levelAt", 0.5, help: "share of the run at which the level is full, or begins")
    static let levelPeriod = Parameter.duration(
        "levelPeriod",
        default: .seconds(5),
        in: .milliseconds(100)...longest,
        "time of a tooth, a start-up, a transient or the way to the top of a backlog"
    )

    static let all = declarations(
        length,
        leakMedium,
        leakBytes,
        leakEvery,
        leakFrom,
        leakUntil,
        leakPeriod,
        leakFor,
        leakPartition,
        level,
        levelMedium,
        levelUnits,
        levelBytes,
        levelAt,
        levelPeriod
    )

    private static func medium(_ name: String, help: String) -> Parameter<ZooMediumKind> {
        .choice(name, default: .malloc, help)
    }

    private static func share(_ name: String, _ value: Double, help: String) -> Parameter<Double> {
        .number(name, default: value, in: 0...1, help)
    }
}
