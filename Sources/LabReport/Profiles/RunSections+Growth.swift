import LabCore

extension VariantResult {
    /// Whether what grew in it is to be found.
    fileprivate var isSuspicious: Bool { verdict == .leaking || flagged }
}

extension RunReport {
    /// For each variant that leaks, in one sentence what allocates what it keeps; empty without heap profiles.
    package var culprits: [String] {
        result.variants.filter(\.isSuspicious).compactMap { variant in
            variant.heapGrowth.map { "\(variant.name): \($0.sentence)" }
        }
    }
}

extension RunSections {
    /// Where memory grew, for the variants that leak.
    var growth: Section {
        let grown = result.variants.filter { $0.isSuspicious && $0.heapGrowth != nil }
        guard !grown.isEmpty else { return Section("growth", "", []) }
        let items = grown.compactMap { variant in
            variant.heapGrowth.map { Item($0.sentence, of: variant.name) }
        }
        let details = grown.compactMap { variant in
            variant.heapGrowth.map {
                Block.section(GrowthSection(variant.name, $0, report.growth[variant.name]).section)
            }
        }
        return Section("growth", "Where memory grew", [.list(items)] + details)
            .note(
                "By heap profiles: sampled allocations that live, scaled up to all of them, by the code that made them."
            )
    }
}

/// The growth of one variant: functions, tasks, and a flame graph.
struct GrowthSection {
    private let name: String
    private let growth: HeapGrowth
    private let tree: CallTree?

    init(_ name: String, _ growth: HeapGrowth, _ tree: CallTree?) {
        (self.name, self.growth, self.tree) = (name, growth, tree)
    }

    /// What it is about, such as `per-event-0, from the end of warm-up to its end: 124,012 events`.
    var words: String {
        let life = growth.life > 0 ? ", life \(growth.life + 1)" : ""
        return
            "\(growth.pod)\(life), from \(growth.from.words) to \(growth.to.words): \(grouped(growth.events)) events, "
            + "\(grouped(growth.samples)) sampled allocations"
    }

    var section: Section {
        var blocks: [Block] = [.paragraph(words, .muted)]
        if growth.path.count > 1 { blocks.append(.paragraph(growth.path.joined(separator: " → "))) }
        if let tree {
            let title = "\(name): where \(Figure.bytes(tree.bytes)) grew"
            blocks.append(.figure(.flames(FlameGraph(title: title, tree: tree, events: growth.events))))
        }
        blocks.append(.table(sites))
        if !growth.tasks.isEmpty { blocks.append(.table(tasks)) }
        return Section("", name, blocks).shown(in: .lookUp).folded(in: .pullRequest)
    }

    var sites: Table {
        Table(
            "Growth by function, \(name)",
            label: "Function",
            of: growth.sites,
            row: { Row(Cell($0.function, isCode: true)) },
            [
                .number("Below it") { Figure.percent($0.share) },
                .number("Per event") { Figure.bytes($0.bytesPerEvent) },
                .number("By itself") { Figure.bytes($0.selfBytesPerEvent) },
                .number("Allocations/event") { Figure.perEvent($0.objectsPerEvent) },
                .text("Place") { $0.place ?? Figure.unknown },
            ]
        )
    }

    var tasks: Table {
        Table(
            "Live tasks by the code that created them, \(name)",
            label: "Created in",
            of: growth.tasks,
            row: { Row(Cell($0.function, isCode: true)) },
            [
                .number("Tasks/event") { Figure.perEvent($0.tasksPerEvent) },
                .number("Per event") { Figure.bytes($0.bytesPerEvent) },
                .text("Place") { $0.place ?? Figure.unknown },
            ]
        )
    }
}
