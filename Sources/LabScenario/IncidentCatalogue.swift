import LabCore

/// What a scenario may name: the incidents with their handlers and parameters.
package struct IncidentCatalogue: Hashable, Sendable {
    package struct Entry: Hashable, Sendable {
        package let name: String
        package let handlers: [Handler]
        package let parameters: [Parameter]
        /// How many events of one pod are handled at once if the scenario does not say.
        package let defaultConcurrency: Int

        package init(name: String, handlers: [Handler], parameters: [Parameter] = [], defaultConcurrency: Int = 1) {
            self.name = name
            self.handlers = handlers
            self.parameters = parameters
            self.defaultConcurrency = defaultConcurrency
        }
    }

    package struct Handler: Hashable, Sendable {
        package let name: String
        /// One sentence: what this handler does differently.
        package let summary: String
        package let defaultRole: VariantRole

        package init(name: String, summary: String, defaultRole: VariantRole) {
            self.name = name
            self.summary = summary
            self.defaultRole = defaultRole
        }
    }

    /// A knob of an incident.
    package struct Parameter: Hashable, Sendable {
        package let name: String
        package let type: ParameterType
        /// Of the type's kind.
        package let defaultValue: ParameterValue
        package let help: String

        package init(name: String, type: ParameterType, defaultValue: ParameterValue, help: String) {
            self.name = name
            self.type = type
            self.defaultValue = defaultValue
            self.help = help
        }
    }

    package let incidents: [Entry]

    package init(_ incidents: [Entry]) { self.incidents = incidents }

    package subscript(name: String) -> Entry? { incidents.first { $0.name == name } }
}

/// What a parameter takes. Bounds are included.
package enum ParameterType: Hashable, Sendable {
    case number(ClosedRange<Double>)
    case wholeNumber(ClosedRange<Int64>)
    /// In incident time.
    case duration(ClosedRange<Duration>)
    case bytes(ClosedRange<ByteCount>)
    case choice([String])
    case flag
}

package enum ParameterValue: Hashable, Sendable, Codable, CustomStringConvertible {
    case number(Double)
    case wholeNumber(Int64)
    /// In incident time.
    case duration(Duration)
    case bytes(ByteCount)
    case choice(String)
    case flag(Bool)

    package var description: String {
        switch self {
        case .number(let number): abbreviated(number)
        case .wholeNumber(let number): grouped(number)
        case .duration(let duration): duration.text
        case .bytes(let bytes): "\(bytes)"
        case .choice(let word): word
        case .flag(let flag): flag ? "true" : "false"
        }
    }
}

extension ParameterType {
    var valueType: ValueType<ParameterValue> {
        switch self {
        case .number(let range):
            ValueType<Double>.number.within(range.lowerBound, range.upperBound).mapped { .number($0) }
        case .wholeNumber(let range):
            ValueType<Int64>.count.within(range.lowerBound, range.upperBound).mapped { .wholeNumber($0) }
        case .duration(let range):
            ValueType<Duration>.duration.within(range.lowerBound, range.upperBound).mapped { .duration($0) }
        case .bytes(let range):
            ValueType<ByteCount>.size.within(range.lowerBound, range.upperBound).mapped { .bytes($0) }
        case .choice(let words):
            ValueType(
                noun: "one of \(words.joined(separator: ", "))", notation: enumeration(words), choices: words,
                parse: { words.contains($0) ? .choice($0) : nil }, describe: { "\($0)" }
            )
        case .flag:
            ValueType<Bool>.flag.mapped { .flag($0) }
        }
    }
}
