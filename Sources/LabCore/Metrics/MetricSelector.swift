/// Series of a metrics page: all of a name, or those of them that have certain labels, `requests_total{code="500"}`.
package struct MetricSelector: Hashable, Sendable, CustomStringConvertible {
    package struct Label: Hashable, Sendable {
        package let name: String
        package let value: String
    }

    package let name: String
    /// All of them must be met; empty for every series of the name.
    package let labels: [Label]

    /// Reads what a scenario says.
    ///
    /// Names are those of Prometheus. Values of labels have neither blanks nor quotes nor backslashes, so that a selector is
    /// one word.
    /// - Returns: `nil` for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: "{", maxSplits: 1, omittingEmptySubsequences: false)
        guard Self.isName(parts[0], allowsColon: true), text.utf8.count <= 200 else { return nil }
        name = String(parts[0])
        guard parts.count == 2 else {
            labels = []
            return
        }
        guard parts[1].hasSuffix("}"), let labels = Self.labels(parts[1].dropLast()) else { return nil }
        self.labels = labels
    }

    /// As it is recorded: without blanks.
    package var description: String {
        guard !labels.isEmpty else { return name }
        return "\(name){\(labels.map { "\($0.name)=\"\($0.value)\"" }.joined(separator: ","))}"
    }

    package func matches(_ labels: [String: String]) -> Bool {
        self.labels.allSatisfy { labels[$0.name] == $0.value }
    }

    private static func labels(_ text: Substring) -> [Label]? {
        let parts = text.split(separator: ",").map { $0.trimming(while: \.isWhitespace) }
        var labels: [Label] = []
        for part in parts {
            let sides = part.split(separator: "=", maxSplits: 1).map { $0.trimming(while: \.isWhitespace) }
            guard sides.count == 2, isName(sides[0], allowsColon: false), sides[1].count >= 2,
                sides[1].first == "\"", sides[1].last == "\""
            else { return nil }
            let value = sides[1].dropFirst().dropLast()
            guard
                !value.contains(where: {
                    $0.isWhitespace || $0 == "\"" || $0 == "\\" || $0 == "{" || $0 == "}"
                })
            else { return nil }
            labels.append(Label(name: String(sides[0]), value: String(value)))
        }
        return labels.isEmpty ? nil : labels
    }

    private static func isName(_ text: Substring, allowsColon: Bool) -> Bool {
        guard let first = text.utf8.first, !(48...57).contains(first) else { return false }
        return text.utf8.allSatisfy { byte in
            (97...122).contains(byte) || (65...90).contains(byte) || (48...57).contains(byte) || byte == 95
                || (allowsColon && byte == 58)
        }
    }
}

extension Substring {
    fileprivate func trimming(while isTrimmed: (Character) -> Bool) -> Substring {
        let start = self.drop(while: isTrimmed)
        return start.lastIndex { !isTrimmed($0) }.map { start[...$0] } ?? start.prefix(0)
    }
}
