package import LabCore

/// What stands between two pairs of braces.
package enum GeneratorKind: Hashable, Sendable {
    /// The event's number, from the first one on.
    case sequence(from: Int64)
    /// Version 4 of RFC 9562, in lower case.
    case uuid
    /// The number of a rank, from 0, drawn as keys are.
    case zipf(count: Int64, exponent: Double)
    case choice([String])
    /// When the event was due.
    case timestamp(TimeNotation)
    case integer(ClosedRange<Int64>)
    /// Words of letters, digits and spaces, which need no escape in JSON.
    case text(PayloadSize)

    package enum TimeNotation: String, Hashable, Sendable, CaseIterable {
        case seconds
        case millis
        case micros
        /// Such as `2026-03-01T12:34:56.789Z`.
        case iso
    }

    /// The first words that there are.
    package static let names = ["sequence", "uuid", "zipf", "choice", "timestamp", "integer", "text"]

    static let known = "Generators: \(names.map { "{{\($0)}}" }.joined(separator: ", "))."

    struct Mistake: Error {
        let message: String
        let hint: String
        var unknownWord: String?
    }

    /// Reads `NAME ARGUMENT …`.
    init(_ words: [String]) throws(Mistake) {
        guard let name = words.first else {
            throw Mistake(message: "a generator without a name", hint: Self.known)
        }
        let arguments = Array(words.dropFirst())
        guard Self.names.contains(name) else {
            throw Mistake(
                message: "unknown generator “{{\(words.joined(separator: " "))}}”",
                hint: Self.known,
                unknownWord: name
            )
        }
        guard let kind = Self.kind(name, arguments) else {
            throw Mistake(
                message: "“{{\(words.joined(separator: " "))}}” cannot be",
                hint: "Write \(Self.notation(of: name))."
            )
        }
        self = kind
    }

    private static func kind(_ name: String, _ arguments: [String]) -> GeneratorKind? {
        switch (name, arguments.count) {
        case ("sequence", 0): .sequence(from: 0)
        case ("sequence", 1): whole(arguments[0]).map { .sequence(from: $0) }
        case ("uuid", 0): .uuid
        case ("zipf", 1...2): zipf(arguments)
        case ("choice", 1...): .choice(arguments)
        case ("timestamp", 0): .timestamp(.millis)
        case ("timestamp", 1): TimeNotation(rawValue: arguments[0]).map { .timestamp($0) }
        case ("integer", 2): integer(arguments)
        case ("text", 1...3): size(arguments).map { .text($0) }
        default: nil
        }
    }

    private static func notation(of name: String) -> String {
        switch name {
        case "sequence": "{{sequence}}, or {{sequence 1000}} for the first number"
        case "uuid": "{{uuid}}"
        case "zipf": "{{zipf 100k}}, or {{zipf 100k 1.2}} with an exponent from 0.1 to 10"
        case "choice": "{{choice red green blue}}"
        case "timestamp": "{{timestamp}} or {{timestamp millis}}, seconds, micros or iso"
        case "integer": "{{integer 1 100}}, the smaller one first"
        default:
            "{{text 100B}}, {{text 1KiB 64KiB}}, {{text log-uniform 1KiB 64KiB}} or {{text normal 1KiB 200B}}, "
                + "of at most \(PayloadSize.largest)"
        }
    }

    // MARK: - Arguments

    private static func zipf(_ arguments: [String]) -> GeneratorKind? {
        guard let count = whole(arguments[0]), 1...1_000_000_000 ~= count else { return nil }
        guard arguments.count == 2 else { return .zipf(count: count, exponent: 1.1) }
        guard let exponent = Double(arguments[1]), 0.1...10 ~= exponent else { return nil }
        return .zipf(count: count, exponent: exponent)
    }

    private static func integer(_ arguments: [String]) -> GeneratorKind? {
        guard let low = whole(arguments[0]), let high = whole(arguments[1]), low <= high else { return nil }
        return .integer(low...high)
    }

    private static func size(_ arguments: [String]) -> PayloadSize? {
        let sizes = arguments.compactMap { ByteCount(parsing: $0) }.filter { $0 <= PayloadSize.largest }
        switch (arguments[0], arguments.count, sizes.count) {
        case (_, 1, 1): return .fixed(sizes[0])
        case (_, 2, 2): return sizes[0] <= sizes[1] ? .uniform(minimum: sizes[0], maximum: sizes[1]) : nil
        case ("log-uniform", 3, 2):
            return sizes[0] <= sizes[1] ? .logUniform(minimum: sizes[0], maximum: sizes[1]) : nil
        case ("normal", 3, 2):
            return .normal(
                mean: sizes[0],
                deviation: sizes[1],
                minimum: ByteCount(0),
                maximum: PayloadSize.largest
            )
        default: return nil
        }
    }

    /// Digits with an optional sign and `k`, `M` or `G`, up to 2⁵³.
    private static func whole(_ text: String) -> Int64? {
        let factors: [Character: Int64] = ["k": 1_000, "M": 1_000_000, "G": 1_000_000_000]
        let factor = text.last.flatMap { factors[$0] }
        guard let number = Int64(factor == nil ? Substring(text) : text.dropLast()),
            number.magnitude < 1 << 53
        else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: factor ?? 1)
        return !overflow && product.magnitude < 1 << 53 ? product : nil
    }

    // MARK: - Sizes

    /// The expected size in bytes, of numbers roughly.
    var mean: Double {
        switch self {
        case .sequence, .zipf: 6
        case .integer(let range):
            Double(max("\(range.lowerBound)".utf8.count, "\(range.upperBound)".utf8.count))
        case .choice(let words):
            Double(words.reduce(0) { $0 + $1.utf8.count }) / Double(words.count)
        case .text(let size): size.mean
        case .uuid, .timestamp: Double(most)
        }
    }

    /// The most bytes that it can become.
    var most: Int {
        switch self {
        case .sequence, .zipf, .integer: 20
        case .uuid: 36
        case .choice(let words): words.map(\.utf8.count).max() ?? 0
        case .timestamp(let notation): notation == .iso ? 24 : 20
        case .text(.fixed(let size)): Int(size.bytes)
        case .text(.uniform(_, let size)), .text(.logUniform(_, let size)), .text(.normal(_, _, _, let size)):
            Int(size.bytes)
        }
    }
}
