package import LabCore

#if canImport(FoundationEssentials)
private import FoundationEssentials
#else
private import Foundation
#endif

/// A baseline file: the measures of a run as JSON, small enough to live in a repository and to be read in a review.
package enum BaselineDocument {
    /// One line for each variant's column, keys sorted, so that a new baseline shows as a difference of few lines.
    ///
    /// - Throws: an `EncodingError` only if the encoder itself fails.
    package static func text(of measures: RunMeasures) throws -> String {
        try JSONText.pretty(measures).withListsOnOneLine
    }

    /// - Parameters:
    ///   - text: of the file.
    ///   - path: for complaints.
    /// - Returns: measures that may still hold nonsense, which comparing survives.
    /// - Throws: ``LabError`` of the command line for what is no baseline of this schema.
    package static func measures(from text: String, path: String) throws(LabError) -> RunMeasures {
        struct Heading: Decodable {
            var kind: String?
            var schema: Int?
        }
        let data = Data(text.utf8)
        guard let heading = try? JSONDecoder().decode(Heading.self, from: data) else {
            throw refused(
                path,
                "not a JSON document",
                "“\(Program.name) compare RUN --save-baseline FILE” writes one."
            )
        }
        guard heading.kind == RunMeasures.kindOfFile else {
            let kind = heading.kind.map { "“\($0)”" } ?? "nothing"
            throw refused(
                path,
                "not a baseline: its key “kind” says \(kind), not “\(RunMeasures.kindOfFile)”",
                "“\(Program.name) compare RUN --save-baseline FILE” writes one."
            )
        }
        guard heading.schema == RunMeasures.presentSchema else {
            let schema = heading.schema.map(String.init) ?? "unknown"
            throw refused(
                path,
                "a baseline of schema \(schema), and this leaklab reads schema \(RunMeasures.presentSchema)",
                "Save it again with this version."
            )
        }
        do {
            return try JSONDecoder().decode(RunMeasures.self, from: data)
        } catch {
            throw refused(path, "a damaged baseline: \(place(of: error))", "Save it again.")
        }
    }

    private static func refused(_ path: String, _ problem: String, _ hint: String) -> LabError {
        LabError("\(path): \(problem)", hint: hint, exitStatus: .usage)
    }

    private static func place(of error: any Error) -> String {
        func path(_ context: DecodingError.Context) -> String {
            let keys = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }
            return keys.isEmpty ? "the document" : "“\(keys.joined(separator: "."))”"
        }
        switch error as? DecodingError {
        case .keyNotFound(let key, let context)?:
            return "\(path(context)) has no key “\(key.stringValue)”"
        case .typeMismatch(_, let context)?, .valueNotFound(_, let context)?:
            return "\(path(context)) is of another type"
        case .dataCorrupted(let context)?: return "\(path(context)) is no such value"
        default: return "it cannot be read"
        }
    }
}

extension String {
    /// Lists of numbers without line feeds.
    fileprivate var withListsOnOneLine: String {
        var result = ""
        var pending: String?
        for line in split(separator: "\n", omittingEmptySubsequences: false) {
            let words = line.trimmedOfSpaces
            if let list = pending {
                let isEnd = words.hasPrefix("]")
                if isEnd || words.isPlainItem {
                    pending = list + (list.hasSuffix("[") || isEnd ? "" : " ") + words
                    if isEnd {
                        result += (pending ?? "") + "\n"
                        pending = nil
                    }
                    continue
                }
                result += list + "\n"
                pending = nil
            }
            if words.hasSuffix("[") { pending = String(line) } else { result += line + "\n" }
        }
        if let pending { result += pending }
        return result.hasSuffix("\n\n") ? String(result.dropLast()) : result
    }

    /// A number or `null` of a list.
    fileprivate var isPlainItem: Bool {
        guard let first else { return false }
        return first.isNumber || first == "-" || hasPrefix("null")
    }
}
