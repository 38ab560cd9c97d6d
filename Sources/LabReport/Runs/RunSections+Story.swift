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
            columns: .numbers("OOM kills", "Restarts", "First kill", "Last kill", "Highest charge") + [
                Column("Exits: reason (code) × times", .text)
            ],
            rows: result.variants.flatMap { variant in
                variant.pods.map { pod in
                    let exits = PodExits(pod)
                    return Row(
                        pod.name,
                        [
                            Cell(grouped(pod.oomKills), pod.oomKills > 0 ? .bad : .muted),
                            Cell(grouped(pod.restarts), pod.restarts > 0 ? .plain : .muted),
                            Cell(Figure.duration(exits.firstKill)), Cell(Figure.duration(exits.lastKill)),
                            Cell(Figure.bytes(exits.highestCharge)), Cell(exits.words),
                        ],
                        style: styles[variant.name]
                    )
                }
            }
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
        let loads = phases.map { "“\($0.header.name)” at \(Figure.rate(perHour: $0.load))" }
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
        Table(
            "Growth of memory while the load is low",
            label: "Variant",
            columns: [Column("Phase", .text)]
                + .numbers("Per event", "Per pod and hour", "Limit full after", "Lives"),
            rows: growths.map { growth in
                let tone: Tone = growth.isPlain ? .bad : .muted
                return Row(
                    growth.variant,
                    [
                        Cell(growth.phase), Cell(Figure.bytes(growth.perEvent), tone),
                        Cell(Figure.bytes(growth.perHour), tone), Cell(growth.limitText, tone),
                        Cell(grouped(growth.lives)),
                    ],
                    style: styles[growth.variant]
                )
            }
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
            columns: .numbers("Predicted", "Observed", "Off by"),
            rows: figures.map {
                Row($0.name, [Cell($0.predicted), Cell($0.observed), Cell($0.error)], of: $0.owner)
            }
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
                    + "event tells the two apart."
            )
            .brief("Step by step")
    }
}

extension [Column] {
    static func numbers(_ titles: String...) -> [Column] { titles.map { Column($0, .number) } }
}
