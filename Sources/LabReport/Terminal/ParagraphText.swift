/// Running text broken into lines.
enum ParagraphText {
    /// Breaks at spaces; a word longer than a line is cut.
    /// - Parameters:
    ///   - lead: what the first line starts with; the others are indented by its width.
    ///   - width: terminal columns.
    static func lines(_ text: String, lead: StyledText, width: Int, tone: Tone = .plain) -> [StyledText] {
        let room = max(8, width - lead.width)
        var lines: [String] = []
        var line = ""
        for word in VisibleText.line(text).split(separator: " ") {
            let longer = line.isEmpty ? String(word) : "\(line) \(word)"
            if line.isEmpty || StyledText(longer).width <= room {
                line = longer
            } else {
                lines.append(line)
                line = String(word)
            }
        }
        lines.append(line)
        return lines.enumerated().map { index, line in
            let indent = index == 0 ? lead : StyledText.spaces(lead.width)
            return (indent + StyledText(line, tone)).truncated(to: width)
        }
    }
}
