package import LabCore

/// What a creature of the zoo does, in the parameters of the incident `zoo` and of the programs that take the same.
package struct ZooBehaviour: Sendable, Hashable {
    package enum Medium: String, Sendable {
        case malloc
        case mmap
        case task
        case detached
        case labelled
        case descriptor
        case thread

        /// A leak of it is told in units, not in bytes.
        var isCounted: Bool {
            switch self {
            case .malloc, .mmap, .detached: false
            case .task, .labelled, .descriptor, .thread: true
            }
        }
    }

    /// Units that are kept for good.
    package struct Leak: Sendable, Hashable {
        package var medium: Medium
        package var bytes: Int
        /// Events for each unit.
        package var every: Int
        /// Shares of the run.
        package var from = 0.0
        package var until = 1.0
        /// Seconds from burst to burst, and of each; 0 is no bursts.
        package var period = 0.0
        package var burst = 0.0
        package var partition: Int?

        package init(
            _ medium: Medium,
            bytes: Int = 0,
            every: Int = 1,
            from: Double = 0,
            until: Double = 1,
            period: Double = 0,
            burst: Double = 0,
            partition: Int? = nil
        ) {
            self.medium = medium
            self.bytes = bytes
            self.every = every
            self.from = from
            self.until = until
            self.period = period
            self.burst = burst
            self.partition = partition
        }
    }

    package enum Shape: String, Sendable {
        case fill
        case emptied
        case capped
        case saw
        case startup
        case transient
        case table
        case creep
        case backlog
        case rest
    }

    /// Units that come and go.
    package struct Level: Sendable, Hashable {
        package var shape: Shape
        package var medium: Medium
        package var units: Int
        package var bytes: Int
        /// Share of the run.
        package var at: Double
        /// Seconds.
        package var period: Double

        package init(
            _ shape: Shape,
            _ medium: Medium = .malloc,
            units: Int,
            bytes: Int = 0,
            at: Double = 0.5,
            period: Double = 5
        ) {
            self.shape = shape
            self.medium = medium
            self.units = units
            self.bytes = bytes
            self.at = at
            self.period = period
        }
    }

    package var leak: Leak?
    package var level: Level?

    /// - Parameter length: how long events come, in seconds.
    /// - Returns: the parameters that are not as the incident has them by default, by name.
    package func parameters(length: Double) -> [ZooParameter] {
        [ZooParameter("length", .duration(.seconds(length)))]
            + (leak?.parameters ?? []) + (level?.parameters ?? [])
    }
}

/// A parameter with its value.
package struct ZooParameter: Sendable, Hashable {
    package let name: String
    package let value: ParameterValue

    init(_ name: String, _ value: ParameterValue) {
        self.name = name
        self.value = value
    }

    /// As a scenario has it.
    var inScenario: String {
        switch value {
        case .bytes(let bytes): "\(name): \(bytes.bytes)B"
        case .duration(let duration): "\(name): \(Self.number(duration.inSeconds))s"
        case .number(let number): "\(name): \(Self.number(number))"
        case .wholeNumber(let number): "\(name): \(number)"
        case .choice(let word): "\(name): \(word)"
        case .flag(let flag): "\(name): \(flag)"
        }
    }

    /// As a program's argument: bytes and seconds without their unit.
    var asArgument: String {
        switch value {
        case .bytes(let bytes): "\(name)=\(bytes.bytes)"
        case .duration(let duration): "\(name)=\(Self.number(duration.inSeconds))"
        case .number(let number): "\(name)=\(Self.number(number))"
        case .wholeNumber(let number): "\(name)=\(number)"
        case .choice(let word): "\(name)=\(word)"
        case .flag(let flag): "\(name)=\(flag)"
        }
    }

    /// Without the zeros that nobody needs.
    static func number(_ number: Double) -> String {
        number == number.rounded() ? String(Int64(number)) : String((number * 1_000).rounded() / 1_000)
    }
}

extension ZooBehaviour.Leak {
    fileprivate var parameters: [ZooParameter] {
        var parameters = [
            ZooParameter("leakMedium", .choice(medium.rawValue)),
            ZooParameter("leakBytes", .bytes(ByteCount(Int64(bytes)))),
            ZooParameter("leakEvery", .wholeNumber(Int64(every))),
        ]
        if from > 0 { parameters.append(ZooParameter("leakFrom", .number(from))) }
        if until < 1 { parameters.append(ZooParameter("leakUntil", .number(until))) }
        if period > 0 {
            parameters.append(ZooParameter("leakPeriod", .duration(.seconds(period))))
            parameters.append(ZooParameter("leakFor", .duration(.seconds(burst))))
        }
        if let partition { parameters.append(ZooParameter("leakPartition", .wholeNumber(Int64(partition)))) }
        return parameters
    }
}

extension ZooBehaviour.Level {
    fileprivate var parameters: [ZooParameter] {
        [
            ZooParameter("level", .choice(shape.rawValue)),
            ZooParameter("levelMedium", .choice(medium.rawValue)),
            ZooParameter("levelUnits", .wholeNumber(Int64(units))),
            ZooParameter("levelBytes", .bytes(ByteCount(Int64(bytes)))),
            ZooParameter("levelAt", .number(at)),
            ZooParameter("levelPeriod", .duration(.seconds(period))),
        ]
    }
}
