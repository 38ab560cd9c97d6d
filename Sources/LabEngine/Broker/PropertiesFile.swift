import LabCluster
package import LabCore

/// A file of client properties, as Kafka's own tools take it with `--command-config`.
///
/// `key=value` or `key: value` on each line; lines that begin with `#` or `!` are comments; a backslash at the end of a line
/// goes on with the next one; `\t`, `\n`, `\r`, `\f` and `\uXXXX` are what they are in Java, and before any other
/// character a backslash means that character.
package enum PropertiesFile {
    /// - Returns: the properties in the file's order.
    /// - Throws: ``LabError`` for a file that cannot be read, with the line of what is no property and not a word of it.
    package static func read(_ path: String) throws(LabError) -> [LabelledValue] {
        guard let text = try TextFile.document(at: path, limit: 1 << 20) else {
            throw LabError("\(path): cannot be read", exitStatus: .usage)
        }
        return try parse(text, path: path)
    }

    /// - Throws: ``LabError`` with the line of what is no property.
    package static func parse(_ text: String, path: String) throws(LabError) -> [LabelledValue] {
        var properties: [LabelledValue] = []
        for line in logicalLines(of: text) {
            guard let property = property(line.text) else {
                throw LabError(
                    "\(path):\(line.number): not key=value",
                    hint: "Write one property a line; what it says is not shown, since it may be a secret.",
                    exitStatus: .usage
                )
            }
            properties.append(property)
        }
        return properties
    }

    /// The text of a file that reads as these properties.
    package static func text(of properties: [LabelledValue]) -> String {
        properties.map { "\(escaped($0.label))=\(escaped($0.value))\n" }.joined()
    }

    // MARK: - Lines

    /// Natural lines joined where they go on, without comments and empty ones; numbers from 1 on.
    private static func logicalLines(of text: String) -> [(number: Int, text: Substring)] {
        var lines: [(number: Int, text: Substring)] = []
        var open: (number: Int, text: Substring)?
        let natural = text.split(omittingEmptySubsequences: false) {
            $0 == "\n" || $0 == "\r" || $0 == "\r\n"
        }
        for (index, line) in natural.enumerated() {
            let content = line.drop { $0 == " " || $0 == "\t" || $0 == "\u{c}" }
            if open == nil, content.isEmpty || content.first == "#" || content.first == "!" { continue }
            let isOpen = !content.reversed().prefix { $0 == "\\" }.count.isMultiple(of: 2)
            let part = isOpen ? content.dropLast() : content
            let whole = (number: open?.number ?? index + 1, text: (open?.text ?? "") + part)
            open = isOpen ? whole : nil
            if !isOpen { lines.append(whole) }
        }
        return lines + (open.map { [$0] } ?? [])
    }

    private static func property(_ line: Substring) -> LabelledValue? {
        var isEscaped = false
        let separator = line.indices.first { index in
            defer { isEscaped = !isEscaped && line[index] == "\\" }
            return !isEscaped && (line[index] == "=" || line[index] == ":")
        }
        guard let separator else { return nil }
        var key = line[..<separator]
        while let last = key.last, last == " " || last == "\t" { key.removeLast() }
        let value = line[line.index(after: separator)...].drop { $0 == " " || $0 == "\t" }
        let name = unescaped(key)
        return name.isEmpty ? nil : LabelledValue(name, unescaped(value))
    }

    // MARK: - Backslashes

    private static let controls: [Character: Character] = ["t": "\t", "n": "\n", "r": "\r", "f": "\u{c}"]

    private static func unescaped(_ text: Substring) -> String {
        guard text.contains("\\") else { return String(text) }
        var result = ""
        var rest = text
        while let character = rest.popFirst() {
            guard character == "\\", let escaped = rest.popFirst() else {
                if character != "\\" { result.append(character) }
                continue
            }
            let digits = rest.prefix(4)
            if escaped == "u", digits.count == 4,
                let scalar = UInt32(digits, radix: 16).flatMap(Unicode.Scalar.init)
            {
                result.unicodeScalars.append(scalar)
                rest = rest.dropFirst(4)
            } else {
                result.append(controls[escaped] ?? escaped)
            }
        }
        return result
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "\\", "=", ":", "#", "!", " ": result += "\\\(character)"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\r\n": result += "\\r\\n"
            case "\t": result += "\\t"
            case "\u{c}": result += "\\f"
            default: result.append(character)
            }
        }
        return result
    }
}
