package import LabCore

/// Which variants of two runs are compared with each other.
package struct ComparisonPlan: Sendable, Hashable {
    package struct Pair: Sendable, Hashable {
        package var base: VariantMeasures
        package var candidate: VariantMeasures
    }

    package let pairs: [Pair]
    /// All candidates would replace the same base, so that one has to be chosen.
    package let isChoice: Bool

    /// A run as the command line names it.
    package struct Choice: Sendable, Hashable {
        package var run: RunMeasures
        /// `nil` for no particular one.
        package var variant: String?
        /// As it was written, for complaints.
        package var place: String
        package var isBaseline: Bool

        package init(_ run: RunMeasures, variant: String?, place: String, isBaseline: Bool = false) {
            self.run = run
            self.variant = variant
            self.place = place
            self.isBaseline = isBaseline
        }
    }

    /// - Throws: ``LabError`` of the command line if the loads differ, or it is not clear which variants are meant.
    package init(base: Choice, candidate: Choice) throws(LabError) {
        try Self.checkLoads(base, candidate)
        for choice in [base, candidate] where choice.variant != nil {
            _ = try Self.variant(of: choice, like: nil)
        }
        let isOneRun = base.run.run == candidate.run.run && !base.isBaseline
        if isOneRun, candidate.variant == nil {
            let first = try Self.suspect(of: base)
            pairs = candidate.run.variants.filter { $0.name != first.name }.map {
                Pair(base: first, candidate: $0)
            }
            isChoice = pairs.count > 1
            guard !pairs.isEmpty else { throw Self.unclear(base, candidate) }
            return
        }
        isChoice = false
        if base.variant == nil, candidate.variant == nil {
            pairs = try Self.shared(base, candidate)
        } else {
            let left =
                isOneRun ? try Self.suspect(of: base) : try Self.variant(of: base, like: candidate.variant)
            let right = try Self.variant(of: candidate, like: base.variant)
            guard !isOneRun || left.name != right.name else { throw Self.unclear(base, candidate) }
            pairs = [Pair(base: left, candidate: right)]
        }
    }

    /// Of one run: what it was made to show is what the others would replace.
    private static func suspect(of base: Choice) throws(LabError) -> VariantMeasures {
        if base.variant != nil { return try variant(of: base, like: nil) }
        guard let suspect = base.run.variants.first(where: { $0.role == .suspect }) else {
            throw LabError(
                "\(base.place): the run has no suspect that its other variants could replace",
                hint: "Name two variants: \(names(base.run).joined(separator: ", ")).",
                exitStatus: .usage
            )
        }
        return suspect
    }

    private static func shared(_ base: Choice, _ candidate: Choice) throws(LabError) -> [Pair] {
        let shared = candidate.run.variants.compactMap { right in
            base.run.variants.first { $0.name == right.name }.map { Pair(base: $0, candidate: right) }
        }
        if !shared.isEmpty { return shared }
        if let left = base.run.variants.first, let right = candidate.run.variants.first,
            base.run.variants.count == 1, candidate.run.variants.count == 1
        {
            return [Pair(base: left, candidate: right)]
        }
        throw unclear(base, candidate)
    }

    /// The one that is named, else the one like the other side's, else the only one.
    private static func variant(of choice: Choice, like other: String?) throws(LabError) -> VariantMeasures {
        let variants = choice.run.variants
        if let name = choice.variant {
            if let variant = variants.first(where: { $0.name == name }) { return variant }
            throw LabError(
                "\(choice.place): there is no variant “\(name)”",
                hint: "There are: \(names(choice.run).joined(separator: ", ")).",
                exitStatus: .usage
            )
        }
        if let other, let variant = variants.first(where: { $0.name == other }) { return variant }
        if let only = variants.first, variants.count == 1 { return only }
        throw LabError(
            "\(choice.place): it is not clear which variant is meant",
            hint: "Write \(choice.place):VARIANT, with one of: \(names(choice.run).joined(separator: ", ")).",
            exitStatus: .usage
        )
    }

    private static func unclear(_ base: Choice, _ candidate: Choice) -> LabError {
        LabError(
            "\(candidate.place): no variant to compare with one of \(base.place)",
            hint: "The base has \(list(base.run)); the candidate has \(list(candidate.run)).",
            exitStatus: .usage
        )
    }

    private static func names(_ run: RunMeasures) -> [String] { run.variants.map(\.name) }

    private static func list(_ run: RunMeasures) -> String {
        run.variants.isEmpty ? "no variant" : names(run).joined(separator: ", ")
    }

    /// Bytes per event can be compared between any two loads, latencies and CPU cannot: so only runs of one load are.
    static func checkLoads(_ base: Choice, _ candidate: Choice) throws(LabError) {
        guard base.run.scenario == candidate.run.scenario else {
            throw LabError(
                "\(base.place): of scenario “\(base.run.scenario)”, but \(candidate.place) is of “\(candidate.run.scenario)”",
                hint: "Only runs of one scenario can be compared.",
                exitStatus: .usage
            )
        }
        let differences = Self.differences(base.run.load, candidate.run.load)
        guard differences.isEmpty else {
            throw LabError(
                "\(base.place): of another load than \(candidate.place): \(differences.joined(separator: "; "))",
                hint: "Record both with the same workload, time scale and form.",
                exitStatus: .usage
            )
        }
    }

    private static func differences(_ base: [LabelledValue], _ candidate: [LabelledValue]) -> [String] {
        let labels = base.map(\.label) + candidate.map(\.label)
        let distinct = labels.indices.filter { labels.firstIndex(of: labels[$0]) == $0 }.map { labels[$0] }
        func value(_ values: [LabelledValue], _ label: String) -> String {
            let all = values.filter { $0.label == label }.map(\.value)
            return all.isEmpty ? "nothing" : all.joined(separator: ", ")
        }
        return distinct.compactMap { label in
            let (left, right) = (value(base, label), value(candidate, label))
            return left == right ? nil : "\(label) is \(left) there and \(right) here"
        }
    }
}
