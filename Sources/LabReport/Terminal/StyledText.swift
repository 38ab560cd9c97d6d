/// One line for a terminal, in pieces of one tone each.
///
/// Text from outside enters through the initializer only, which makes it harmless; escape sequences are added last,
/// when the line is rendered. So measuring and cutting never see them.
struct StyledText: Sendable, Hashable {
    private struct Piece: Sendable, Hashable {
        var text: String
        var tone: Tone
    }

    private var pieces: [Piece]

    init(_ text: String = "", _ tone: Tone = .plain) {
        pieces = text.isEmpty ? [] : [Piece(text: VisibleText.line(text), tone: tone)]
    }

    /// Number of terminal columns.
    var width: Int { pieces.reduce(0) { $0 + $1.text.reduce(0) { $0 + $1.terminalWidth } } }

    var isEmpty: Bool { pieces.isEmpty }

    static func + (left: StyledText, right: StyledText) -> StyledText {
        var sum = left
        sum.pieces += right.pieces
        return sum
    }

    static func += (left: inout StyledText, right: StyledText) { left = left + right }

    static func joined(_ parts: [StyledText], by separator: StyledText) -> StyledText {
        parts.dropFirst().reduce(parts.first ?? StyledText()) { $0 + separator + $1 }
    }

    static func spaces(_ count: Int) -> StyledText {
        StyledText(String(repeating: " ", count: max(0, count)))
    }

    /// Cut to at most `limit` columns, the last of which then is an ellipsis.
    func truncated(to limit: Int) -> StyledText {
        guard width > limit else { return self }
        guard limit > 0 else { return StyledText() }
        var result = StyledText()
        var room = limit - 1
        for piece in pieces {
            let head = piece.text.prefix(columns: room)
            result.pieces.append(Piece(text: head + (head == piece.text ? "" : "…"), tone: piece.tone))
            guard head == piece.text else { return result }
            room -= head.reduce(0) { $0 + $1.terminalWidth }
        }
        return result
    }

    /// Filled with spaces to `width` columns, the text at the end if `trailing`; longer text is cut.
    func padded(to width: Int, trailing: Bool = false) -> StyledText {
        let cut = truncated(to: width)
        let fill = StyledText.spaces(width - cut.width)
        return trailing ? fill + cut : cut + fill
    }

    /// This line with `right` flush with the right edge, if both fit; what does not fit is cut from this line.
    func filled(to width: Int, with right: StyledText) -> StyledText {
        let tail = right.truncated(to: max(0, width - 1))
        return padded(to: max(0, width - tail.width - 1)) + StyledText(" ") + tail
    }

    /// Without the spaces at the end.
    func rendered(_ style: TextStyle) -> String {
        var rest = pieces
        while let last = rest.popLast() {
            var text = Substring(last.text)
            while text.last == " " { text.removeLast() }
            guard !text.isEmpty else { continue }
            rest.append(Piece(text: String(text), tone: last.tone))
            break
        }
        return rest.reduce("") { $0 + style.dress($1.text, $1.tone) }
    }
}

extension String {
    /// The longest start that fits into `columns` terminal columns.
    fileprivate func prefix(columns: Int) -> String {
        var used = 0
        return String(
            prefix { character in
                used += character.terminalWidth
                return used <= columns
            }
        )
    }
}
