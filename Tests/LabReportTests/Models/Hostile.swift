/// Text as an attacker, or a careless scenario, would have it.
enum Hostile {
    static let name =
        "<script>alert(1)</script>\"'&|`*_@all #1\n\r\u{1B}[31mred\u{1B}]0;title\u{07}\u{9B}2J\u{202E}"

    /// Nothing that a terminal acts on.
    static func isHarmless(_ line: String) -> Bool {
        !line.unicodeScalars.contains { scalar in
            scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) || scalar == "\u{202E}"
        }
    }
}

/// The text between the colours that a report itself adds.
func withoutEscapes(_ line: String) -> String {
    line.replacing(/\u{1B}\[[0-9;]*m/, with: "")
}
