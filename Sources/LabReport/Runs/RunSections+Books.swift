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
        let balanced = table(others, "Partitions of variants whose accounts balance")
        return Section(
            "books",
            "Event accounting",
            [
                .table(table(suspicious, "Partitions of variants with lost or failed events")),
                .table(lost(suspicious)),
                .table(strays(variants.filter(\.events.hasStrays))),
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
        table(
            of: variants,
            caption,
            [
                .number("Produced") { grouped($0.produced) }, .count("Lost", .bad) { $0.lost },
                .count("Duplicated", .warning) { $0.duplicated }, .count("Failed", .warning) { $0.failed },
                .number("End offset") { grouped($0.endOffset) },
                .number("Committed") { $0.committedOffset.map { grouped($0) } ?? "nothing" },
                .number("Peak lag") { grouped($0.peakLag) }, .count("Final lag", .warning) { $0.finalLag },
            ]
        )
    }

    /// What arrived otherwise than it was produced.
    private func strays(_ variants: [VariantResult]) -> Table {
        Table(
            "Events that arrived otherwise than they were produced",
            label: "Variant",
            of: variants,
            row: { Row($0.name, style: styles[$0.name]) },
            [
                .count("Duplicated", .warning) { $0.events.duplicated },
                .count("Corrupt", .bad) { $0.events.corrupt },
                .count("Out of order", .warning) { $0.events.outOfOrder },
                .count("Wrong partition", .bad) { $0.events.wrongPartition },
                .count("Unexpected", .warning) { $0.events.unexpected },
            ]
        )
    }

    private func lost(_ variants: [VariantResult]) -> Table {
        table(
            of: variants,
            where: \.hasLosses,
            "Lost events by offset",
            [
                .count("Lost", .bad) { $0.lost },
                .words("Offsets, both ends included") { $0.lostText(atMost: Self.mostRanges) },
            ]
        )
    }

    private func table(
        of variants: [VariantResult],
        where isShown: (VariantResult.Partition) -> Bool = { _ in true },
        _ caption: String,
        _ fields: [Field<VariantResult.Partition>]
    ) -> Table {
        let rows = variants.flatMap { variant in
            variant.events.partitions.filter(isShown).map { books in
                Row(
                    "\(books.partition)",
                    fields.map { $0.cell(books) },
                    of: variant.name,
                    style: styles[variant.name]
                )
            }
        }
        let columns = fields.map(\.column)
        return Table(caption, group: "Variant", label: "Partition", columns: columns, rows: rows)
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
        func muted(_ line: TimelineDigest.Line) -> Tone { .muted }
        let repeated = Field.text("Repeated", tone: muted) {
            $0.repetition(timeScale: report.timeScale) ?? ""
        }
        return Table(
            caption,
            label: "At",
            of: digest.lines,
            row: { Row(time($0.first)) },
            [
                .text("Type", tone: { $0.isWarning ? .bad : .muted }) {
                    $0.isWarning ? "! Warning" : "Normal"
                },
                .text("Reason") { $0.reason }, .text("Object") { $0.objectText },
            ] + (hasRepetitions ? [repeated] : []) + [.words("Message") { $0.message }]
        )
    }

    var lives: Section {
        let step = Field<Life>.text("Step") { $0.variant.header.segmentName(of: $0.life) }
        let table = Table(
            "Pods and their lives",
            group: "Pod",
            label: "Life",
            of: report.recording.variants.flatMap { variant in
                variant.pods.flatMap { pod in pod.lives.map { Life(variant: variant, pod: pod, life: $0) } }
            },
            row: {
                Row("\($0.life.index)", of: $0.pod.name, style: styles[$0.variant.header.name])
            },
            (report.steps.isEmpty ? [] : [step]) + [
                .number("Pid") { "\($0.life.pid)" }, .number("Started") { time($0.life.start) },
                .number("Lived") { lifetime($0.life) },
                .number("Handled") { Figure.number($0.life.series[.processed]?.finitePoints.last?.value) },
                .number("Peak RSS") { Figure.bytes($0.life.series[.rss]?.finitePoints.map(\.value).max()) },
                .number("Limit") { $0.limit.map { Figure.bytes(Double($0)) } ?? "none" },
                .text("Exit", tone: { $0.life.wasOOMKilled ? .bad : .plain }) {
                    $0.life.exit.map { "\($0.reason) (\($0.code))" } ?? "still running"
                },
            ]
        )
        return Section("lives", "Pods and lives", [.table(table)]).shown(in: .page)
    }

    private struct Life {
        let variant: RecordedVariant
        let pod: RecordedPod
        let life: RecordedLife

        var limit: Int64? { variant.limit(of: life, in: pod) }
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
