/// Running text broken into lines.
enum ParagraphText {
    /// Breaks at spaces; a word longer than a line is cut.
    /// - Parameters:
    ///   - lead: what the first line starts with; the others are indented by its width.
    ///   - width: terminal columns.
    static func lines(_ text: String, lead: StyledText, width: Int, tone: Tone = .plain) -> [StyledText] {
        let room = max(8, width - lead.width)
        var lines: [StyledText] = []
        var line = StyledText()
        for word in VisibleText.line(text).split(separator: " ") {
            let next = StyledText(String(word), tone)
            if line.isEmpty {
                line = next
            } else if line.width + 1 + next.width <= room {
                line += StyledText(" ") + next
            } else {
                lines.append(line)
                line = next
            }
        }
        lines.append(line)
        return lines.enumerated().map { index, line in
            let indent = index == 0 ? lead : StyledText.spaces(lead.width)
            return (indent + line).truncated(to: width)
        }
    }
}
