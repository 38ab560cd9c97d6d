/// Where a value was written: in the scenario file, or on the command line.
package enum SourcePlace: Hashable, Sendable {
    /// Both counted from 1, the column in Unicode scalars.
    case file(line: Int, column: Int)
    /// The option as a person would recognise it, such as `--set pods.memory`.
    case option(String)

    package var isOption: Bool {
        if case .option = self { true } else { false }
    }

    /// Moved right, for a problem in the middle of a value; options stay where they are.
    func advanced(by columns: Int) -> SourcePlace {
        guard case .file(let line, let column) = self else { return self }
        return .file(line: line, column: column + columns)
    }
}

extension SourcePlace: Comparable {
    /// By line, then column; options come after the whole file.
    package static func < (left: SourcePlace, right: SourcePlace) -> Bool {
        switch (left, right) {
        case (.file(let line, let column), .file(let otherLine, let otherColumn)):
            (line, column) < (otherLine, otherColumn)
        case (.file, .option): true
        case (.option, .file): false
        case (.option(let text), .option(let other)): text < other
        }
    }
}

/// A value of the scenario file before anything is known about its meaning.
struct SourceNode: Hashable, Sendable {
    struct Entry: Hashable, Sendable {
        var key: String
        var place: SourcePlace
        var value: SourceNode
    }

    enum Content: Hashable, Sendable {
        case scalar(String, ScalarStyle)
        case mapping([Entry])
        case sequence([SourceNode])
    }

    enum ScalarStyle: Hashable, Sendable {
        case plain
        case quoted
        /// Literal or folded text, which begins in the line after its mark.
        case block
    }

    var place: SourcePlace
    var content: Content

    static func scalar(_ text: String, at place: SourcePlace) -> SourceNode {
        SourceNode(place: place, content: .scalar(text, .plain))
    }

    /// The text of a scalar; `nil` for mappings and sequences.
    var text: String? {
        if case .scalar(let text, _) = content { text } else { nil }
    }

    var entries: [Entry]? {
        if case .mapping(let entries) = content { entries } else { nil }
    }

    var items: [SourceNode]? {
        if case .sequence(let items) = content { items } else { nil }
    }

    /// What YAML reads as “no value”.
    var isNull: Bool {
        guard case .scalar(let text, .plain) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// For messages: the text in quotes, or what stands there instead.
    var shortDescription: String {
        switch content {
        case .scalar(let text, _): quoted(text)
        case .mapping: "a mapping"
        case .sequence: "a list"
        }
    }

    subscript(key: String) -> SourceNode? {
        entries?.first { $0.key == key }?.value
    }

    /// Every part of the tree moved to one place, for values that come from an option.
    func moved(to place: SourcePlace) -> SourceNode {
        let content: Content =
            switch content {
            case .scalar: content
            case .mapping(let entries):
                .mapping(entries.map { Entry(key: $0.key, place: place, value: $0.value.moved(to: place)) })
            case .sequence(let items): .sequence(items.map { $0.moved(to: place) })
            }
        return SourceNode(place: place, content: content)
    }
}

extension SourceNode.Entry {
    /// The keys whose single value is short for a mapping with it under another key.
    private static let shorthands = ["restart": "policy", "topic": "name"]

    /// Writes `restart: always` as `restart: {policy: always}`, for an option that sets a value beside the policy.
    mutating func expandShorthand() {
        guard let long = Self.shorthands[key], case .scalar = value.content, !value.isNull else { return }
        let entry = SourceNode.Entry(key: long, place: value.place, value: value)
        value = SourceNode(place: value.place, content: .mapping([entry]))
    }
}

/// In typographic quotes, shortened after 60 characters, line breaks shown as spaces.
func quoted(_ text: String) -> String {
    let line = String(text.map { $0.isNewline ? " " : $0 })
    return line.count > 60 ? "“\(line.prefix(59))…”" : "“\(line)”"
}
