import LabCore

extension RunSections {
    /// A night of restarts as it was found out: events, idle growth, waves, and what each step bought.
    ///
    /// Only for runs in which a pod was killed at its limit, or a variant changed.
    var story: Section {
        let parts = [kills, idle, waves, steps].compactMap(\.self)
        let numbered = parts.enumerated().map { index, part in
            var part = part
            part.brief = part.brief ?? part.title
            part.title = "\(index + 1). \(part.title)"
            return Block.section(part)
        }
        return Section("story", "The evidence, in the order it is read", numbered)
            .note(
                "From the first alarm to the fix: each piece says a little more about whether memory was short "
                    + "or leaked."
            )
            .untitled(in: .brief)
    }

    private var killed: [VariantResult] { result.variants.filter { $0.oomKills > 0 } }

    // MARK: - The orchestrator's events

    private var kills: Section? {
        guard !killed.isEmpty else { return nil }
        let table = Section("", "Kills and restarts of each pod", [.table(killTable)]).folded(in: .page)
        return Section(
            "",
            "The orchestrator: pods exceed their memory limit and are restarted",
            [.figure(.pods(PodStrip(report))), .section(table)]
        )
        .note(result.variants.map(words).joined(separator: " ")).shown(in: .page)
    }

    private func words(_ variant: VariantResult) -> String {
        let exits = variant.pods.flatMap(\.exits).filter { $0.reason == "OOMKilled" }.sorted { $0.at < $1.at }
        guard variant.oomKills > 0 else { return "\(variant.name): no pod was killed." }
        let noun = variant.oomKills == 1 ? "OOM kill" : "OOM kills"
        let ofWorkers = variant.workerOOMKills
        let share = ofWorkers > 0 ? " (\(grouped(ofWorkers)) of other processes than a pod's first one)" : ""
        let kills = "\(variant.name): \(grouped(variant.oomKills)) \(noun)\(share)"
        guard let first = exits.first, let last = exits.last else { return kills + "." }
        return
            "\(kills), exit code \(first.code), the first after \(Figure.duration(first.at)), the last after "
            + "\(Figure.duration(last.at))."
    }

    private var killTable: Table {
        Table(
            "Kills and restarts of each pod",
            label: "Pod",
            of: result.variants.flatMap { variant in
                variant.pods.map { (pod: $0, exits: PodExits($0), style: styles[variant.name]) }
            },
            row: { Row($0.pod.name, style: $0.style) },
            [
                .count("OOM kills", .bad) { $0.pod.oomKills }, .count("Restarts", .plain) { $0.pod.restarts },
                .number("First kill") { Figure.duration($0.exits.firstKill) },
                .number("Last kill") { Figure.duration($0.exits.lastKill) },
                .number("Highest charge") { Figure.bytes($0.exits.highestCharge) },
                .text("Exits: reason (code) × times") { $0.exits.words },
            ]
        )
    }

    // MARK: - Idle growth

    private var idle: Section? {
        guard !killed.isEmpty else { return nil }
        let phases = IdleGrowth.phases(of: report)
        let growths = phases.flatMap { phase in
            report.recording.variants.compactMap { IdleGrowth(of: $0, in: phase, report: report) }
        }
        guard let phase = phases.first, !growths.isEmpty else { return nil }
        let unit = report.rateUnit
        let loads = phases.map { "“\($0.header.name)” at \(Figure.rate(perHour: $0.load, in: unit))" }
        return Section(
            "",
            "Quiet hours: memory rises though little happens",
            [.figure(.chart(factory.podMemory(during: phase.header))), .table(idleTable(growths))]
        )
        .note(
            "Too little memory for the peak would level off when the load is low. A leak goes on rising, "
                + "with every event. Low load here: \(loads.joined(separator: ", "))."
        )
        .brief("Growth while the load is low")
    }

    private func idleTable(_ growths: [IdleGrowth]) -> Table {
        func tone(of growth: IdleGrowth) -> Tone { growth.isPlain ? .bad : .muted }
        return Table(
            "Growth of memory while the load is low",
            label: "Variant",
            of: growths,
            row: { Row($0.variant, style: styles[$0.variant]) },
            [
                .text("Phase") { $0.phase }, .number("Per event", tone: tone) { Figure.bytes($0.perEvent) },
                .number("Per pod and hour", tone: tone) { Figure.bytes($0.perHour) },
                .number("Limit full after", tone: tone) { $0.limitText },
                .number("Lives") { grouped($0.lives) },
            ]
        )
    }

    // MARK: - Waves, and what each step bought

    private var waves: Section? {
        let figures = WaveFigure.all(of: result)
        guard !figures.isEmpty else { return nil }
        let chart = factory.podMemory(during: nil)
        let table = Table(
            "Predictions and what came of them",
            group: "Pods",
            label: "Figure",
            of: figures,
            row: { Row($0.name, of: $0.owner) },
            [
                .number("Predicted") { $0.predicted }, .number("Observed") { $0.observed },
                .number("Off by") { $0.error },
            ]
        )
        let explanation = Section("", "", [.paragraph(result.ratioExplanation ?? "", .muted)])
            .shown(in: .page)
        return Section(
            "",
            "The waves: climb, kill, restart, climb",
            (chart.isEmpty ? [] : [.figure(.chart(chart))]) + [.table(table), .section(explanation)]
        )
        .note(
            "A leak can be predicted: the first half of a life shows how many events fill its limit, and "
                + "with that how long until the next kill. Too little memory for a peak keeps no such time."
        )
        .brief("Waves")
    }

    private var steps: Section? {
        let table = Table(stepsOf: result, styles)
        guard !table.rows.isEmpty else { return nil }
        return Section("", "What each step bought", [.table(table)])
            .note(
                "More memory and more pods make waves longer; only another handler ends them. What leaks per "
                    + "event distinguishes the two."
            )
            .brief("Step by step")
    }
}
