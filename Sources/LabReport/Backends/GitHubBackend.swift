import LabCore

/// What a document checked as the workflow commands that GitHub Actions turns into annotations:
/// `::error file=…,line=…,title=…::…`.
///
/// Values are escaped as the runner reads them (actions/toolkit, `packages/core/src/command.ts`), so that no name can end
/// its annotation or begin another command.
enum GitHubBackend {
    /// GitHub shows no more of one step.
    static let most = 10

    static func render(_ document: Document) -> String {
        let gates = ([document] + document.appendices).compactMap(\.gate)
        let all = gates.flatMap { gate in
            gate.checks.flatMap(\.annotations).map { (file: gate.file, annotation: $0) }
        }
        let distinct = all.indices.filter { index in
            !all[..<index].contains { $0.annotation.says(all[index].annotation) }
        }
        .map { all[$0] }
        // Errors first, since what is beyond the limit is not seen.
        let sorted = Check.Annotation.Level.allCases.flatMap { level in
            distinct.filter { $0.annotation.level == level }
        }
        var lines = sorted.map { line($0.annotation, in: $0.file) }
        if lines.count > most {
            let rest = sorted[(most - 1)...]
            let more = Check.Annotation(
                rest.map(\.annotation.level).first ?? .notice,
                "leaklab: \(grouped(rest.count)) more",
                "They stand in the report."
            )
            lines = lines.prefix(most - 1) + [line(more, in: nil)]
        }
        return lines.joined()
    }

    private static func line(_ annotation: Check.Annotation, in file: String?) -> String {
        let places = file.map { [("file", $0)] + (annotation.line.map { [("line", "\($0)")] } ?? []) } ?? []
        let properties = (places + [("title", annotation.title)])
            .map { "\($0)=\(escaped($1, isProperty: true))" }
            .joined(separator: ",")
        let message = escaped(annotation.message, isProperty: false)
        return "::\(annotation.level.rawValue) \(properties)::\(message)\n"
    }

    private static func escaped(_ text: String, isProperty: Bool) -> String {
        var result = ""
        for scalar in VisibleText.block(text).unicodeScalars {
            switch scalar {
            case "%": result += "%25"
            case "\r": result += "%0D"
            case "\n": result += "%0A"
            case ":" where isProperty: result += "%3A"
            case "," where isProperty: result += "%2C"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

extension Check.Annotation {
    /// Whether another one has nothing new to say: it is the same, or one of them only says where the other's message is from.
    fileprivate func says(_ other: Check.Annotation) -> Bool {
        let isSame = title == other.title && message == other.message
        return isSame || message.hasSuffix(": \(other.message)") || other.message.hasSuffix(": \(message)")
    }
}
