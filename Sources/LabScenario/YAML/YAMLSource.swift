import LabCore
import Yams

/// Reads YAML into a tree that knows where each value was written.
///
/// Yams stops at the first key that is set twice, and an alias can stand for exponentially many nodes; both are dealt
/// with here, so that nothing above has to.
struct YAMLSource {
    /// Syntax problems make the tree `nil`; others are about parts that the tree leaves out.
    static func parse(_ text: String) -> (tree: SourceNode?, problems: [ScenarioProblem]) {
        var source = YAMLSource(text)
        let tree = source.parse()
        return (tree, source.problems)
    }

    private static let largestText = 256 * 1_024
    /// Levels of mappings and lists in each other.
    static let deepestNesting = 32
    private static let mostDuplicates = 100
    /// Bytes that are parsed in all, since every key that is set twice has the whole text parsed again.
    private static let mostParsed = 4 << 20
    /// More than a text of the largest size can hold without aliases.
    private static let mostNodes = largestText

    private var text: YAMLText
    private var problems: [ScenarioProblem] = []
    private var nodeCount = 0

    private init(_ text: String) { self.text = YAMLText(text) }

    private mutating func parse() -> SourceNode? {
        let size = text.byteCount
        guard size <= Self.largestText else {
            report(.syntax, at: .start, "the file is too large (\(ByteCount(Int64(size))))")
            return nil
        }
        guard !text.couldMultiply else { return tooManyAliases() }
        let attempts = min(Self.mostDuplicates, Self.mostParsed / max(1, size))
        for _ in 0..<attempts {
            do {
                // What a plain scalar means is decided later, so Yams need not guess.
                let parser = try Parser(yaml: text.string, resolver: .basic)
                guard let root = try parser.singleRoot() else { return nothing("the file is empty") }
                // A node holds its anchor weakly; the parser owns it.
                let tree = withExtendedLifetime(parser) { convert(root, depth: 0) }
                if nodeCount > Self.mostNodes { return tooManyAliases() }
                return tree.isNull ? nothing("the file holds no scenario") : tree
            } catch YamlError.duplicatedKeysInMapping(let names, let context) {
                guard text.renameKey(names.first ?? "", line: context.mark.line, column: context.mark.column)
                else {
                    return duplicate(names.first ?? "", at: context.mark)
                }
            } catch let error as YamlError {
                return syntaxProblem(error)
            } catch {
                report(.syntax, at: .start, "not YAML: \(error)")
                return nil
            }
        }
        report(.duplicateKey, at: .start, "more than \(attempts) keys are set twice")
        return nil
    }

    private mutating func report(
        _ kind: ScenarioProblem.Kind,
        at place: SourcePlace,
        _ message: String,
        hint: String? = nil
    ) {
        problems.append(ScenarioProblem(kind, at: place, message, hint: hint))
    }

    private static let anchorHint =
        "Scenarios have no anchors and aliases; variants share what stands in “pods” and “parameters”."
}

// MARK: - Syntax errors

extension YAMLSource {
    private mutating func tooManyAliases() -> SourceNode? {
        problems = []
        report(.syntax, at: .start, "too many aliases", hint: Self.anchorHint)
        return nil
    }

    private mutating func nothing(_ message: String) -> SourceNode? {
        report(
            .syntax,
            at: .start,
            message,
            hint: "A scenario has at least the keys incident, workload and variants."
        )
        return nil
    }

    private mutating func duplicate(_ name: String, at mark: Mark) -> SourceNode? {
        report(
            .duplicateKey,
            at: SourcePlace(mark),
            "\(quoted(name)) is set more than once",
            hint: "Keep one of them."
        )
        return nil
    }

    private mutating func syntaxProblem(_ error: YamlError) -> SourceNode? {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            if let line = text.lineIndentedByTab(upTo: mark.line) {
                report(
                    .syntax,
                    at: .file(line: line, column: 1),
                    "tabs are not allowed in YAML: use spaces",
                    hint: "The line is indented with a tab."
                )
                return nil
            }
            let hint = context.map { "Seen \($0.text) that begins in line \($0.mark.line)." }
            report(
                .syntax,
                at: SourcePlace(mark),
                "not YAML: \(problem)",
                hint: hint ?? "Look at the indentation, quotes and brackets here; tabs cannot indent."
            )
        case .reader(let problem, let offset, _, let yaml):
            let before = offset.map { yaml.prefix($0) } ?? ""
            let line = before.count { $0.isNewline } + 1
            let column = before.reversed().prefix { !$0.isNewline }.reduce(1) { $0 + $1.unicodeScalars.count }
            report(.syntax, at: .file(line: line, column: column), "not YAML: \(problem)")
        default:
            report(.syntax, at: .start, "not YAML: \(error)")
        }
        return nil
    }
}

// MARK: - Conversion

extension YAMLSource {
    private mutating func convert(_ node: Node, depth: Int) -> SourceNode {
        let place = SourcePlace(node.mark)
        nodeCount += 1
        guard nodeCount <= Self.mostNodes else { return SourceNode(place: place, content: .sequence([])) }
        checkDecoration(of: node, at: place)
        guard depth < Self.deepestNesting else {
            report(.syntax, at: place, "nested more than \(Self.deepestNesting) levels deep")
            return SourceNode(place: place, content: .sequence([]))
        }
        let content: SourceNode.Content
        switch node {
        case .scalar(let scalar):
            content = .scalar(scalar.string, SourceNode.ScalarStyle(scalar.style))
        case .mapping(let mapping):
            content = .mapping(entries(of: mapping, depth: depth))
        case .sequence(let sequence):
            var items: [SourceNode] = []
            for item in sequence { items.append(convert(item, depth: depth + 1)) }
            content = .sequence(items)
        case .alias:
            content = .sequence([])
        }
        return SourceNode(place: place, content: content)
    }

    private mutating func entries(of mapping: Node.Mapping, depth: Int) -> [SourceNode.Entry] {
        var entries: [SourceNode.Entry] = []
        var places: [String: SourcePlace] = [:]
        for (key, value) in mapping {
            checkDecoration(of: key, at: SourcePlace(key.mark))
            guard let scalar = key.scalar else {
                report(.wrongType, at: SourcePlace(key.mark), "a key is a word, not a list or mapping")
                continue
            }
            let entry = SourceNode.Entry(
                key: text.original(scalar.string),
                place: SourcePlace(key.mark),
                value: convert(value, depth: depth + 1)
            )
            if let earlier = places[entry.key] {
                reportDuplicate(entry, after: earlier)
            } else {
                places[entry.key] = entry.place
                entries.append(entry)
            }
        }
        return entries
    }

    private mutating func reportDuplicate(_ entry: SourceNode.Entry, after earlier: SourcePlace) {
        guard case .file(let line, _) = earlier else { return }
        report(
            .duplicateKey,
            at: entry.place,
            "\(quoted(entry.key)) is set already",
            hint: "It is set in line \(line); keep one of them."
        )
    }

    private mutating func checkDecoration(of node: Node, at place: SourcePlace) {
        if node.anchor != nil {
            report(.syntax, at: place, "anchors are not read", hint: Self.anchorHint)
        }
        // As written: the parser's own tags do not say whether somebody wrote them.
        guard case .file(let line, let column) = place, let tag = text.tag(line: line, column: column) else {
            return
        }
        report(
            .syntax,
            at: place,
            "the tag \(quoted(tag)) is not read",
            hint: "Scenarios have no tags; write the value alone."
        )
    }
}

extension SourcePlace {
    fileprivate static let start = SourcePlace.file(line: 1, column: 1)

    fileprivate init(_ mark: Mark?) {
        self = mark.map { .file(line: $0.line, column: $0.column) } ?? .start
    }
}

extension SourceNode.ScalarStyle {
    fileprivate init(_ style: Node.Scalar.Style) {
        self =
            switch style {
            case .singleQuoted, .doubleQuoted: .quoted
            case .literal, .folded: .block
            case .any, .plain: .plain
            }
    }
}
