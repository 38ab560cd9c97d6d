package import LabCore

/// The live display: one screen of text for each snapshot.
///
/// Who draws it, where and how often is the caller's.
package enum LiveFrame {
    /// At most `height` rows of at most `width` terminal columns each.
    package static func lines(
        _ snapshot: LiveSnapshot,
        width: Int,
        height: Int,
        style: TextStyle
    ) -> [String] {
        guard width > 0, height > 0 else { return [] }
        let head = head(snapshot, width)
        let room = height - head.count
        let styles = SeriesStyle.assign(snapshot.variants.map { ($0.role, $0.isControl) })
        let reserved = LiveEvents.rows(snapshot.events, beside: snapshot.variants.count, in: room)
        let density = Density.fitting(snapshot.variants.count, into: room - reserved)
        let chart = chartRows(snapshot, density, in: room - reserved)
        let highest = snapshot.variants.flatMap { $0.curve + [$0.limit ?? 0] }.filter(\.isFinite).max() ?? 0
        let top = snapshot.variants.flatMap(\.rssHistory).filter(\.isFinite).max() ?? 0
        var body: [StyledText] = []
        for (variant, series) in zip(snapshot.variants, styles) {
            let tone = Tone.series(series.index)
            var lines = density.lines(of: variant, tone: tone, top: top, width: width)
            if chart > 0 {
                let curve = LiveChart(variant: variant, tone: tone)
                lines.insert(contentsOf: curve.lines(rows: chart, width: width, top: highest), at: 1)
            }
            body += lines
        }
        if body.count > room {
            let shown = max(0, room - 1)
            let hidden = (body.count - shown) / density.linesPerVariant
            body = body.prefix(shown) + [StyledText("  … and \(hidden) more", .muted)]
        }
        body += LiveEvents.lines(snapshot, rows: room - body.count)
        return (head + body).prefix(height).map { $0.truncated(to: width).rendered(style) }
    }

    /// How high each variant's curve is; none where there are few rows.
    private static func chartRows(_ snapshot: LiveSnapshot, _ density: Density, in rows: Int) -> Int {
        let count = snapshot.variants.count
        guard density == .spacious, count > 0, snapshot.variants.contains(where: { !$0.curve.isEmpty }) else {
            return 0
        }
        let free = (rows - count * density.linesPerVariant) / count
        return free < LiveChart.leastRows ? 0 : min(LiveChart.mostRows, free)
    }

    /// One line for a standard error that is no terminal.
    package static func plainLine(_ snapshot: LiveSnapshot) -> String {
        let time = snapshot.total.map { "\(Figure.duration(snapshot.elapsed)) of \(Figure.duration($0))" }
        let rate = "\(rate(snapshot.achieved, snapshot)) of \(rate(snapshot.target, snapshot))"
        let variants = snapshot.variants.map { variant in
            [
                variant.name, variant.verdictWords, Figure.bytes(variant.rss),
                "\(Figure.perEvent(variant.tasksPerEvent)) tasks/event",
                "lag \(variant.lag.map { grouped($0) } ?? "–")", variant.lagStatus?.rawValue,
                variant.oomKills > 0 ? "OOM kills \(grouped(variant.oomKills))" : nil, variant.segment,
            ]
            .compactMap(\.self).joined(separator: " ")
        }
        let parts = [time ?? Figure.duration(snapshot.elapsed), snapshot.phase, rate]
        return (parts.filter { !$0.isEmpty } + variants + snapshot.warnings.map { "warning: \($0)" })
            .map(VisibleText.line).joined(separator: " | ")
    }

    private static func head(_ snapshot: LiveSnapshot, _ width: Int) -> [StyledText] {
        let title = StyledText(snapshot.title, .strong)
        var lines = [
            title.filled(to: width, with: StyledText("run \(snapshot.run)", .muted)),
            progress(snapshot, width),
            rateLine(snapshot),
        ]
        lines += [nextLine(snapshot, width)].compactMap(\.self)
        lines += snapshot.warnings.prefix(2).map { StyledText("!! ", .bad) + StyledText($0, .warning) }
        return lines + [StyledText()]
    }

    /// What is planned next, and the keys that do something.
    private static func nextLine(_ snapshot: LiveSnapshot, _ width: Int) -> StyledText? {
        let next = snapshot.next.map { next in
            let left = max(0, next.at - snapshot.elapsed).rounded(.up) * snapshot.timeScale
            return StyledText("next ", .muted) + StyledText(next.text)
                + StyledText(" in \(Figure.duration(left))", .muted)
        }
        guard let keys = snapshot.keys else { return next }
        let shown = StyledText(keys, .muted)
        guard let next else { return shown }
        return next.width + shown.width + 2 <= width ? next.filled(to: width, with: shown) : next
    }

    private static func progress(_ snapshot: LiveSnapshot, _ width: Int) -> StyledText {
        let phase = StyledText(snapshot.phase.isEmpty ? "" : "  \(snapshot.phase)", .strong)
        guard let total = snapshot.total, total > 0 else {
            return StyledText(Figure.duration(snapshot.elapsed)) + phase
        }
        let share = snapshot.elapsed / total
        var right = StyledText("  \(Figure.duration(snapshot.elapsed)) of \(Figure.duration(total))") + phase
        if snapshot.timeScale != 1 {
            let incident = Figure.duration((snapshot.elapsed * snapshot.timeScale).rounded(.down))
            right += StyledText("  \(incident) of the incident", .muted)
        }
        let room = max(10, width - 40)
        return ProgressBar.text(share, width: min(room, max(10, width - right.width))) + right
    }

    private static func rateLine(_ snapshot: LiveSnapshot) -> StyledText {
        let isSlow = snapshot.achieved.perSecond < 0.95 * snapshot.target.perSecond
        var line = StyledText("rate ", .muted)
        line += StyledText(rate(snapshot.achieved, snapshot), isSlow ? .warning : .plain)
        line += StyledText(" of \(rate(snapshot.target, snapshot))")
        if let delay = snapshot.scheduleDelayMillis {
            line += StyledText("  delay ", .muted) + StyledText(Figure.milliseconds(delay))
        }
        return line + StyledText("  broker ", .muted) + StyledText(snapshot.broker)
    }

    private static func rate(_ rate: EventRate, _ snapshot: LiveSnapshot) -> String {
        Figure.rate(perHour: rate.perHour, in: snapshot.rateUnit)
    }
}
