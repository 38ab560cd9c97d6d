import LabCore

/// What the live display says of a variant.
extension LiveVariant {
    /// The verdict with all that speaks against the variant, longest wording first: `… not yet: 40 s more ! pile-up`.
    var verdictTexts: [StyledText] {
        let marks = marks.map { StyledText(" ! \($0)", .bad) }
        return [true, false].map { isLong in
            let word = word(isLong: isLong)
            let text = word.sign.isEmpty ? word.text : "\(word.sign) \(word.text)"
            return marks.reduce(StyledText(text, word.tone), +)
        }
    }

    /// The same for a line without colours.
    var verdictWords: String { ([word(isLong: true).text] + marks.map { "! \($0)" }).joined(separator: " ") }

    /// Of a variant that is known to leak it goes without saying that it was killed.
    var marks: [String] {
        let kinds = findings.enumerated().filter { findings.firstIndex(of: $0.element) == $0.offset }
        let kills = "\(grouped(oomKills)) OOM \(oomKills == 1 ? "kill" : "kills")"
        return kinds.map(\.element.rawValue) + (oomKills > 0 && verdict != .leaking ? [kills] : [])
    }

    /// The verdict alone; `isLong` adds what it waits for.
    func word(isLong: Bool) -> (sign: String, text: String, tone: Tone) {
        switch verdict {
        case .leaking: return (Verdict.leaking.sign, "leaking", .bad)
        case .bounded where marks.isEmpty: return (Verdict.bounded.sign, "bounded", .good)
        case .bounded: return ("", "bounded", .warning)
        case .inconclusive:
            let reason = isLong ? open.map { ": \($0)" } : nil
            return ("…", "not yet" + (reason ?? ""), .muted)
        case nil: return ("…", "measuring", .muted)
        }
    }

    var roleText: String { isControl ? "\(role.rawValue), control" : role.rawValue }

    /// Such as `3 Running, 1 CrashLoopBackOff`.
    var podsText: String {
        var counts: [(word: String, count: Int)] = []
        for word in pods {
            if let index = counts.firstIndex(where: { $0.word == word }) {
                counts[index].count += 1
            } else {
                counts.append((word, 1))
            }
        }
        let words = counts.map { $0.count == 1 && pods.count == 1 ? $0.word : "\($0.count) \($0.word)" }
        return words.isEmpty ? "no pod" : words.joined(separator: ", ")
    }

    /// Such as `7 restarts`; `nil` if there were none.
    var restartsText: String? {
        restarts > 0 ? "\(grouped(restarts)) \(restarts == 1 ? "restart" : "restarts")" : nil
    }

    /// How the work goes besides the figures, longest wording first: `38 OOM kills · drained in 3 m 20 s`,
    /// `38 OOM · lagging`.
    var statusTexts: [StyledText] {
        let drain = drainSeconds.flatMap { Figure.sane($0) }.map {
            StyledText("drained in \(Figure.duration($0))", .muted)
        }
        // That it will have caught up says that it keeps up.
        let status = lagStatus.flatMap { $0 == .ok && drain != nil ? nil : StyledText($0.rawValue, $0.tone) }
        let kills = grouped(oomKills)
        let long = oomKills > 0 ? StyledText("\(kills) OOM \(oomKills == 1 ? "kill" : "kills")", .bad) : nil
        let short = oomKills > 0 ? StyledText("\(kills) OOM", .bad) : nil
        return [[long, status, drain], [short, status, drain], [long, status], [short, status], [status]]
            .map { StyledText.joined($0.compactMap(\.self), by: StyledText(" · ", .muted)) }
            .filter { !$0.isEmpty }
    }
}
