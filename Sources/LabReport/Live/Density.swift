import LabCore

/// How much of each variant the live display shows, by the rows that a terminal has left.
enum Density: Int, CaseIterable {
    /// Name, memory, work, and an empty line.
    case spacious = 4
    case compact = 3
    case dense = 2
    case single = 1

    var linesPerVariant: Int { rawValue }

    static func fitting(_ variants: Int, into rows: Int) -> Density {
        allCases.first { $0.linesPerVariant * variants <= rows } ?? .single
    }

    func lines(of variant: LiveVariant, tone: Tone, width: Int) -> [StyledText] {
        switch self {
        case .spacious: [name(variant, tone, width), memory(variant, tone, width), work(variant), StyledText()]
        case .compact: [name(variant, tone, width), memory(variant, tone, width), work(variant)]
        case .dense: [name(variant, tone, width), memory(variant, tone, width)]
        case .single: [single(variant, tone, width)]
        }
    }

    private func name(_ variant: LiveVariant, _ tone: Tone, _ width: Int) -> StyledText {
        let name = StyledText("▌ ", tone) + StyledText(variant.name, .strong)
        let role = StyledText("  \(variant.roleText)", .muted)
        return (name + role).filled(to: width, with: variant.verdictText)
    }

    private func memory(_ variant: LiveVariant, _ tone: Tone, _ width: Int) -> StyledText {
        let columns = min(32, max(8, width - 58))
        return StyledText("  RSS ", .muted) + amount(Figure.bytes(variant.rss), 9) + StyledText(" ")
            + StyledText(Sparkline.text(variant.rssHistory, width: columns, floor: 0), tone)
            + StyledText("  heap ", .muted) + amount(Figure.bytes(variant.heap), 9)
            + StyledText("  tasks ", .muted) + amount(variant.tasks.map { grouped($0) } ?? "–", 9)
    }

    private func work(_ variant: LiveVariant) -> StyledText {
        StyledText("  events ", .muted) + amount(grouped(variant.processed), 11)
            + StyledText("  lag ", .muted) + amount(variant.lag.map { grouped($0) } ?? "–", 9)
            + StyledText("  tasks/event ", .muted) + amount(Figure.perEvent(variant.tasksPerEvent), 6)
            + StyledText("  ") + StyledText(variant.podsText, variant.restarts > 0 ? .warning : .muted)
    }

    private func single(_ variant: LiveVariant, _ tone: Tone, _ width: Int) -> StyledText {
        let name = StyledText("▌ ", tone) + StyledText(variant.name, .strong).padded(to: max(8, min(24, width - 56)))
        let figures = amount(Figure.bytes(variant.rss), 10) + StyledText(" ")
            + StyledText(Sparkline.text(variant.rssHistory, width: 10, floor: 0), tone)
            + StyledText("  lag ", .muted) + amount(variant.lag.map { grouped($0) } ?? "–", 8)
        return (name + figures).filled(to: width, with: variant.verdictText)
    }

    private func amount(_ text: String, _ width: Int) -> StyledText {
        StyledText(text).padded(to: width, trailing: true)
    }
}
