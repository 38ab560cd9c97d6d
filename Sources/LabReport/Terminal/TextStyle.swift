/// How text for a terminal is dressed.
///
/// Whether colours are wanted (a terminal, `NO_COLOR`) is the caller's to say.
package struct TextStyle: Sendable, Hashable {
    package var hasColors: Bool

    package init(hasColors: Bool) { self.hasColors = hasColors }

    package static let plain = TextStyle(hasColors: false)
    package static let colored = TextStyle(hasColors: true)

    func dress(_ text: String, _ tone: Tone) -> String {
        guard hasColors, let code = code(of: tone) else { return text }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }

    /// SGR parameters (ECMA-48, 8.3.117): the sixteen colours that follow a terminal's own theme.
    private func code(of tone: Tone) -> String? {
        switch tone {
        case .plain: nil
        case .muted: "90"
        case .strong: "1"
        case .good: "32"
        case .warning: "33"
        case .bad: "1;31"
        case .series(let index): Self.seriesCodes[SeriesStyle(index: index).index]
        }
    }

    private static let seriesCodes = ["31", "35", "33", "93", "34", "32", "36", "37"]
}
