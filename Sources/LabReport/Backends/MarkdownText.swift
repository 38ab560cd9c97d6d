/// Text from outside as GitHub Flavored Markdown: it shows as it is, and starts no markup, HTML, table cell,
/// mention or reference.
enum MarkdownText {
    /// For running text and table cells; one line.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in VisibleText.line(text).unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            // A zero-width space keeps GitHub from reading a mention or an issue number: both are looked for after
            // the markup is read, when a backslash is gone.
            case "@", "#": result += "\(scalar)\u{200B}"
            case "\\", "`", "*", "_", "[", "]", "|", "~": result += "\\\(scalar)"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// A code span for a name or expression, also inside of a table.
    static func code(_ text: String) -> String {
        let line = VisibleText.line(text)
        let longest = longestRun(of: "`", in: line)
        let fence = String(repeating: "`", count: longest + 1)
        let padding = longest > 0 || line.isEmpty ? " " : ""
        // Tables are split at pipes before code spans are read (GFM, section 4.10).
        let inTable = line.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
        return fence + padding + inTable + padding + fence
    }

    /// A fenced block that its own text cannot end.
    static func block(_ text: String, language: StaticString) -> String {
        let fence = String(repeating: "`", count: max(3, longestRun(of: "`", in: text) + 1))
        let body = VisibleText.block(text)
        return "\(fence)\(language)\n\(body)\(body.hasSuffix("\n") ? "" : "\n")\(fence)\n"
    }

    private static func longestRun(of character: Character, in text: String) -> Int {
        var (longest, current) = (0, 0)
        for next in text {
            current = next == character ? current + 1 : 0
            longest = max(longest, current)
        }
        return longest
    }
}
