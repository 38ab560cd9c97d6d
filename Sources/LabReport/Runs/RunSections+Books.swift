import LabCore

/// The exact books and the chronicle: what was lost, and where; what happened when; every life of every pod.
extension RunSections {
    /// Runs of lost offsets shown for each partition.
    private static let mostRanges = 8

    var books: Section {
        let variants = result.variants.filter { !$0.events.partitions.isEmpty }
        let suspicious = variants.filter(\.events.isWrong)
        let others = variants.filter { !$0.events.isWrong }
        let names = others.map(\.name).joined(separator: ", ")
        let balanced = table(others, "Partitions of variants whose books balance")
        return Section(
            "books",
            "The books",
            [
                .table(table(suspicious, "Partitions of variants with lost or failed events")),
                .table(lost(suspicious)),
                .section(Section("", "Every partition of \(names)", [.table(balanced)]).folded(in: .page)),
            ]
        )
        .note(note(suspicious)).shown(in: .page)
    }

    private func note(_ suspicious: [VariantResult]) -> String {
        if suspicious.contains(where: \.events.hasLosses) {
            return "Not every event that the broker confirmed was handled."
        }
        if result.variants.contains(where: { !$0.events.isExact }) {
            return "Of a command it is known how far its group committed, and nothing of single events."
        }
        return suspicious.isEmpty
            ? "Every event that the broker confirmed was handled."
            : "Every event that the broker confirmed reached a handler; some handlers threw."
    }

    private func table(_ variants: [VariantResult], _ caption: String) -> Table {
        func count(_ value: Int?, _ tone: Tone) -> Cell {
            guard let value else { return Cell("unknown", .muted) }
            return Cell(grouped(value), value == 0 ? .muted : tone)
        }
        return Table(
            caption,
            group: "Variant",
            label: "Partition",
            columns: .numbers(
                "Produced",
                "Lost",
                "Duplicated",
                "Failed",
                "End offset",
                "Committed",
                "Peak lag",
                "Final lag"
            ),
            rows: rows(of: variants) { books in
                [
                    Cell(grouped(books.produced)), count(books.lost, .bad),
                    count(books.duplicated, .warning), count(books.failed, .warning),
                    Cell(grouped(books.endOffset)),
                    Cell(books.committedOffset.map { grouped($0) } ?? "nothing"),
                    Cell(grouped(books.peakLag)), count(books.finalLag, .warning),
                ]
            }
        )
    }

    private func lost(_ variants: [VariantResult]) -> Table {
        Table(
            "Lost events by offset",
            group: "Variant",
            label: "Partition",
            columns: [Column("Lost", .number), Column("Offsets, both ends included", .words)],
            rows: rows(of: variants) { books in
                guard books.hasLosses else { return nil }
                return [
                    Cell(grouped(books.lost ?? 0), .bad), Cell(books.lostText(atMost: Self.mostRanges)),
                ]
            }
        )
    }

    private func rows(
        of variants: [VariantResult],
        _ cells: (VariantResult.Partition) -> [Cell]?
    ) -> [Row] {
        variants.flatMap { variant in
            variant.events.partitions.compactMap { books in
                cells(books).map {
                    Row("\(books.partition)", $0, of: variant.name, style: styles[variant.name])
                }
            }
        }
    }

    // MARK: - What happened when

    var timeline: Section {
        let digest = report.timelineDigest
        let single = TimelineDigest(report.recording.timeline, breaks: report.timelineBreaks)
        let each = Section(
            "",
            "The events of each pod",
            [.table(table(single, "Timeline of events by object"))]
        )
        let isCollapsed = digest.lines.count < digest.total
        return Section(
            "timeline",
            "Timeline",
            [.table(table(digest, "Timeline of events"))]
                + (single.lines.count > digest.lines.count ? [.section(each.folded(in: .page))] : [])
        )
        .note(
            isCollapsed
                ? "\(grouped(digest.total)) events. What repeats between two phases or steps is one line, with "
                    + "the last message." : nil
        )
        .shown(in: .page)
    }

    private func table(_ digest: TimelineDigest, _ caption: String) -> Table {
        let hasRepetitions = digest.lines.contains { $0.count > 1 }
        let repeated = hasRepetitions ? [Column("Repeated", .text)] : []
        return Table(
            caption,
            label: "At",
            columns: [Column("Type", .text), Column("Reason", .text), Column("Object", .text)] + repeated
                + [Column("Message", .words)],
            rows: digest.lines.map { line in
                let type = line.isWarning ? Cell("! Warning", .bad) : Cell("Normal", .muted)
                let repetition = Cell(line.repetition(timeScale: report.timeScale) ?? "", .muted)
                return Row(
                    time(line.first),
                    [type, Cell(line.reason), Cell(line.objectText)] + (hasRepetitions ? [repetition] : [])
                        + [Cell(line.message)]
                )
            }
        )
    }

    var lives: Section {
        let steps = report.steps.isEmpty ? [] : [Column("Step", .text)]
        let table = Table(
            "Pods and their lives",
            group: "Pod",
            label: "Life",
            columns: steps
                + .numbers("Pid", "Started", "Lived", "Handled", "Peak RSS", "Limit") + [
                    Column("Exit", .text)
                ],
            rows: report.recording.variants.flatMap { variant in
                variant.pods.flatMap { pod in
                    pod.lives.map { row($0, of: pod, in: variant, hasSteps: !steps.isEmpty) }
                }
            }
        )
        return Section("lives", "Pods and lives", [.table(table)]).shown(in: .page)
    }

    private func row(
        _ life: RecordedLife,
        of pod: RecordedPod,
        in variant: RecordedVariant,
        hasSteps: Bool
    ) -> Row {
        let peak = life.series[.rss]?.finitePoints.map(\.value).max()
        let handled = life.series[.processed]?.finitePoints.last?.value
        let limit = variant.limit(of: life, in: pod)
        let exit = life.exit.map { "\($0.reason) (\($0.code))" } ?? "still running"
        let cells = [
            Cell("\(life.pid)"), Cell(time(life.start)), Cell(lifetime(life)), Cell(Figure.number(handled)),
            Cell(Figure.bytes(peak)), Cell(limit.map { Figure.bytes(Double($0)) } ?? "none"),
            Cell(exit, life.wasOOMKilled ? .bad : .plain),
        ]
        return Row(
            "\(life.index)",
            (hasSteps ? [Cell(variant.header.segmentName(of: life))] : []) + cells,
            of: pod.name,
            style: styles[variant.header.name]
        )
    }

    private func time(_ instant: Int64) -> String {
        Figure.duration(Double(instant) / 1e9 * report.timeScale)
    }

    private func lifetime(_ life: RecordedLife) -> String {
        guard let end = life.end else { return Figure.unknown }
        return Figure.duration((Double(end) - Double(life.start)) / 1e9 * report.timeScale)
    }
}

extension VariantHeader {
    /// The step that a life was started for; empty if the variant takes none.
    func segmentName(of life: RecordedLife) -> String {
        segments.indices.contains(life.segment) ? segments[life.segment].name : ""
    }
}
