/// A bar of which a fraction is done.
enum ProgressBar {
    /// Always `width` columns; the fraction is cut to 0…1, and nothing is done if it is no number.
    static func text(_ fraction: Double, width: Int) -> StyledText {
        guard width > 0 else { return StyledText() }
        let share = fraction.isFinite ? min(1, max(0, fraction)) : 0
        let done = Int((share * Double(width)).rounded(.down))
        return StyledText(String(repeating: "━", count: done), .strong)
            + StyledText(String(repeating: "─", count: width - done), .muted)
    }
}
