/// Running text broken into lines.
enum ParagraphText {
    /// Lines broken at spaces; a word longer than a line is cut.
    ///
    /// The first line starts with `lead`, the others are indented by its width.
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
