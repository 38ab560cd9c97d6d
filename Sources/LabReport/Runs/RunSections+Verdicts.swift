import LabCore

extension RunSections {
    /// What each variant is, what came of it, and why.
    var verdicts: Section {
        Section(
            "verdicts",
            "Verdicts",
            result.variants.isEmpty
                ? [.paragraph("The run has no variants.")] : [.subjects(result.variants.map(subject))]
        )
        .untitled(in: .brief)
    }

    private func subject(_ variant: VariantResult) -> Subject {
        let header = report.variantHeader(named: variant.name)
        return Subject(
            name: variant.name,
            style: styles[variant.name],
            verdict: Badge(variant.verdictText, variant.verdictTone),
            role: variant.roleText,
            tags: [variant.role.rawValue] + (variant.control ? ["control"] : []),
            size: header.map(size) ?? "",
            summary: header?.summary ?? "",
            steps: variant.segments.count > 1 ? variant.segments.map(step) : [],
            figures: figures(variant),
            because: variant.because
        )
    }

    private func step(_ segment: VariantResult.Segment) -> Subject.Step {
        let pods = Figure.pods(segment.replicas, limit: segment.memoryLimitBytes)
        return Subject.Step(
            verdict: segment.verdict,
            name: segment.name,
            text: "\(pods), \(segment.handler)"
        )
    }

    private func size(_ header: VariantHeader) -> String {
        guard header.segments.count <= 1 else { return "\(grouped(header.segments.count - 1)) steps" }
        let pods = header.replicas == 1 ? "1 pod" : "\(grouped(header.replicas)) pods"
        guard let limit = header.memoryLimit else { return pods }
        return "\(pods), limit \(Figure.bytes(Double(limit)))"
    }

    private func figures(_ variant: VariantResult) -> [Subject.Figure] {
        let figures: [(String, ComparisonFigure)] = [
            ("Heap per event", .heapPerEvent), ("Tasks per event", .tasksPerEvent), ("Peak RSS", .rssPeak),
            ("Time to OOM", .timeToOOM),
        ]
        return figures.map { title, figure in
            let original = report.original.first { $0.label == figure.rawValue }?.value
            return Subject.Figure(
                title: title,
                cell: figure.cell(of: variant),
                // Others keep the line free, so that figures stand at one height.
                original: variant.role == .suspect ? original : original.map { _ in "" }
            )
        }
    }
}
