import LabCore

/// A step of a scenario: an upright line with a name.
struct ChartStep: Sendable, Hashable {
    /// Nanoseconds of wall time.
    var at: Int64
    /// Such as `mitigation`.
    var name: String
    /// What changes: `16 × 384 MiB`, `handler singleton`.
    var detail: String
    var style: SeriesStyle?

    /// The longest wording that fits into `letters`; the name is cut if even that does not.
    func text(letters: Int) -> String {
        let name = VisibleText.line(self.name)
        let full = detail.isEmpty ? name : "\(name): \(VisibleText.line(detail))"
        if full.count <= letters { return full }
        if name.count <= letters { return name }
        return letters >= 3 ? name.prefix(letters - 1) + "…" : ""
    }
}

extension RunReport {
    /// The steps of all variants and the acts that changed the load or the world, in order; a step names its variant if several
    /// take steps.
    var steps: [ChartStep] { (podSteps + loadActs).sorted { $0.at < $1.at } }

    private var loadActs: [ChartStep] {
        header.acts.filter(\.variants.isEmpty).map { act in
            ChartStep(at: Int64(act.at / timeScale * 1e9), name: act.act, detail: "", style: nil)
        }
    }

    private var podSteps: [ChartStep] {
        let styles = styles
        let stepping = recording.variants.map(\.header).filter { $0.segments.count > 1 }
        return stepping.flatMap { variant in
            zip(variant.segments, variant.segments.dropFirst()).map { before, after in
                ChartStep(
                    at: after.start,
                    name: stepping.count > 1 ? "\(variant.name) \(after.name)" : after.name,
                    detail: after.change(from: before),
                    style: styles[variant.name]
                )
            }
        }
    }
}

extension SegmentHeader {
    /// Such as `16 × 384 MiB, handler singleton`: what is no longer as it was.
    func change(from before: SegmentHeader) -> String {
        let isResized = replicas != before.replicas || memoryLimit != before.memoryLimit
        let size = isResized ? Figure.pods(replicas, limit: memoryLimit) : nil
        let handler = handler != before.handler ? handlerWords : nil
        return [size, handler].compactMap(\.self).joined(separator: ", ")
    }
}

extension SegmentHeader {
    /// A command is called by its words, of which the first few will do.
    fileprivate var handlerWords: String {
        guard handler.contains(where: { $0 == " " || $0 == "/" }) else { return "handler \(handler)" }
        return "command " + (handler.count > 40 ? "\(handler.prefix(39))…" : handler)
    }
}

extension Figure {
    /// `16 × 384 MiB`; `4 pods` without a limit.
    static func pods(_ replicas: Int, limit: Int64?) -> String {
        if let limit { return "\(grouped(replicas)) × \(bytes(Double(limit)))" }
        return replicas == 1 ? "1 pod" : "\(grouped(replicas)) pods"
    }
}
