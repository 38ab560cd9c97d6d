package import LabCore

extension Expectation {
    /// Why the expectation was made for another run than this one has become; `nil` if it applies.
    ///
    /// What somebody does to the pods of a variant, and to the load or the world of all, makes figures of variants others than the
    /// scenario was written for. What is said of a segment that was over by then still holds, and so does what is said of the
    /// run as a whole.
    /// - Returns: a clause with the first act that changed what it is about.
    package func obstacle(among acts: [RecordedAct], in header: RunHeader) -> String? {
        let act = acts.first { act in
            paths.contains { path in
                guard let variant = path.variant else { return false }
                guard act.variants.isEmpty || act.variants.contains(variant) else { return false }
                return !path.isOver(at: act.at, in: header)
            }
        }
        return act.map { "made for another run: \($0.text) came after \(Duration.seconds($0.at).text)" }
    }
}

extension ResultPath {
    /// Whether it reads a segment that was over at a moment, seconds of incident time.
    fileprivate func isOver(at moment: Double, in header: RunHeader) -> Bool {
        guard let segment, let variant = header.variants.first(where: { $0.name == variant }),
            let index = variant.segments.firstIndex(where: { $0.name == segment }),
            variant.segments.indices.contains(index + 1)
        else { return false }
        let next = Double(variant.segments[index + 1].start) / 1e9 * header.timeScale
        // The act itself may have begun the next one.
        return next < moment - 0.01
    }
}
