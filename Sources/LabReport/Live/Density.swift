import LabCore

/// How much of each variant the live display shows, by the rows that a terminal has left.
enum Density: Int, CaseIterable {
    /// Name and pods, memory, work, and an empty line.
    case spacious = 4
    case compact = 3
    case dense = 2
    case single = 1

    var linesPerVariant: Int { rawValue }

    static func fitting(_ variants: Int, into rows: Int) -> Density {
        allCases.first { $0.linesPerVariant * variants <= rows } ?? .single
    }

    /// The rows of one variant; `top` is the value at the top of every sparkline, so that variants compare at a
    /// glance.
    func lines(of variant: LiveVariant, tone: Tone, top: Double, width: Int) -> [StyledText] {
        let first = name(variant, tone, width)
        switch self {
        case .spacious: return [first, memory(variant, tone, top, width), work(variant, width), StyledText()]
        case .compact: return [first, memory(variant, tone, top, width), work(variant, width)]
        case .dense: return [first, memory(variant, tone, top, width)]
        case .single: return [single(variant, tone, top, width)]
        }
    }

    /// What finds no room is left out: the restarts first, then the role.
    private func name(_ variant: LiveVariant, _ tone: Tone, _ width: Int) -> StyledText {
        var name = StyledText("▌ ", tone) + StyledText(variant.name, .strong)
        if let segment = variant.segment { name += StyledText(" ▸ \(segment)") }
        let role = StyledText("  \(variant.roleText)", .muted)
        let podsTone: Tone = variant.restarts > 0 ? .warning : .muted
        let pods = StyledText("  ") + StyledText(variant.podsText, podsTone)
        let restarts = variant.restartsText.map { StyledText(" · \($0)", podsTone) } ?? StyledText()
        let verdict = verdict(of: variant, beside: name + pods, width)
        let room = width - verdict.width - 1
        let wordings = [
            name + role + pods + restarts, name + role + pods, name + pods + restarts, name + pods,
        ]
        let fitting = wordings.first { $0.width <= room } ?? name + pods
        return fitting.filled(to: width, with: verdict)
    }

    /// The longest wording that finds room.
    private func verdict(of variant: LiveVariant, beside text: StyledText, _ width: Int) -> StyledText {
        let texts = variant.verdictTexts
        return texts.first { text.width + 1 + $0.width <= width } ?? texts.last ?? StyledText()
    }

    private func memory(_ variant: LiveVariant, _ tone: Tone, _ top: Double, _ width: Int) -> StyledText {
        StyledText("  RSS ", .muted) + amount(Figure.bytes(variant.rss), 9) + StyledText("  ")
            + StyledText(Sparkline.text(variant.rssHistory, width: sparkWidth(width), top: top), tone)
            + StyledText("  heap ", .muted) + amount(Figure.bytes(variant.heap), 9)
            + StyledText("  tasks ", .muted) + amount(variant.tasks.map { grouped($0) } ?? "–", 9)
    }

    /// Aligned with the line above: the events below the sparkline, the rest below the heap.
    private func work(_ variant: LiveVariant, _ width: Int) -> StyledText {
        let events = StyledText(grouped(variant.processed)) + StyledText(" events", .muted)
        let work =
            StyledText("  lag ", .muted) + amount(variant.lag.map { grouped($0) } ?? "–", 9)
            + StyledText("  ")
            + events.padded(to: sparkWidth(width)) + StyledText("  ")
            + StyledText(Figure.perEvent(variant.tasksPerEvent)) + StyledText(" tasks/event", .muted)
        guard let status = variant.statusTexts.first(where: { work.width + 2 + $0.width <= width }) else {
            return work
        }
        return work.filled(to: width, with: status)
    }

    private func single(_ variant: LiveVariant, _ tone: Tone, _ top: Double, _ width: Int) -> StyledText {
        let name =
            StyledText("▌ ", tone) + StyledText(variant.name, .strong).padded(to: max(8, min(24, width - 56)))
        let figures =
            amount(Figure.bytes(variant.rss), 10) + StyledText(" ")
            + StyledText(Sparkline.text(variant.rssHistory, width: 10, top: top), tone)
            + StyledText("  lag ", .muted) + amount(variant.lag.map { grouped($0) } ?? "–", 8)
        let line = name + figures
        return line.filled(to: width, with: verdict(of: variant, beside: line, width))
    }

    private func sparkWidth(_ width: Int) -> Int { min(40, max(8, width - 54)) }

    private func amount(_ text: String, _ width: Int) -> StyledText {
        StyledText(text).padded(to: width, trailing: true)
    }
}
