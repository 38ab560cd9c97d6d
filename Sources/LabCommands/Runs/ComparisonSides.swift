import LabAnalysis
import LabCluster
import LabCore
import LabRecording
import LabReport

/// What the command line names, read from the store and from a baseline file.
struct ComparisonSides {
    let base: ComparisonPlan.Choice
    let candidate: ComparisonPlan.Choice

    /// - Parameters:
    ///   - runs: one or two, each `RUN` or `RUN:VARIANT`, where several runs are joined by commas; `:VARIANT` alone is of the same
    ///     run as the first.
    ///   - baseline: a file; the base then, and the only run is the candidate.
    ///   - store: of the runs.
    /// - Throws: ``LabError`` for what cannot be found or read.
    init(runs: [String], baseline: String?, store: RunStore) throws {
        let first = RunName(runs.first ?? "")
        if let baseline {
            base = ComparisonPlan.Choice(
                try Self.measures(inFile: baseline),
                variant: nil,
                place: baseline,
                isBaseline: true
            )
            candidate = try Self.choice(first, store)
        } else if runs.count > 1 {
            var second = RunName(runs[1])
            if second.run.isEmpty { second.run = first.run }
            base = try Self.choice(first, store)
            candidate = try Self.choice(second, store)
        } else {
            candidate = try Self.choice(first, store)
            base = ComparisonPlan.Choice(candidate.run, variant: nil, place: candidate.place)
        }
    }

    /// The candidate's measures, of one variant if one was named.
    var kept: RunMeasures {
        var kept = candidate.run
        if let name = candidate.variant {
            kept.variants.removeAll { $0.name != name }
            for index in (kept.repetitions ?? []).indices {
                kept.repetitions?[index].variants.removeAll { $0.name != name }
            }
        }
        return kept.forFile
    }

    private static func choice(_ name: RunName, _ store: RunStore) throws -> ComparisonPlan.Choice {
        let measures = try measures(name.run, store)
        if let variant = name.variant, !measures.variants.contains(where: { $0.name == variant }) {
            throw LabError(
                "\(name.run): there is no variant “\(variant)”",
                hint: "There are: \(measures.variants.map(\.name).joined(separator: ", ")).",
                exitStatus: .usage
            )
        }
        return ComparisonPlan.Choice(measures, variant: name.variant, place: name.run)
    }

    /// Of one run, or of several taken together.
    private static func measures(_ name: String, _ store: RunStore) throws -> RunMeasures {
        let names = name.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        var ids: [String] = []
        for name in names {
            guard name.hasPrefix(RunStore.repetitionsPrefix) else {
                ids.append(try store.folder(name).id)
                continue
            }
            let series = try store.repetitions(name)
            ids += series.repetitions.filter { $0.use == .used }.map(\.run)
            guard names.count == 1 else { continue }
            return try .merging(try ids.map { try measures(ofRun: $0, store) }, as: series.id)
        }
        return try .merging(try ids.map { try measures(ofRun: $0, store) }, as: ids.joined(separator: ","))
    }

    private static func measures(ofRun id: String, _ store: RunStore) throws -> RunMeasures {
        let report = try RunReport.load(id, from: store)
        return RunMeasures(of: report.recording, result: report.result)
    }

    static func measures(inFile path: String) throws(LabError) -> RunMeasures {
        guard let text = try TextFile.document(at: path) else {
            throw LabError(
                "\(path): cannot be read",
                hint: "“\(Program.name) compare RUN --save-baseline FILE” writes a baseline.",
                exitStatus: .usage
            )
        }
        return try BaselineDocument.measures(from: text, path: path)
    }
}

/// `RUN` or `RUN:VARIANT`.
private struct RunName {
    var run: String
    var variant: String?

    init(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        run = parts.first.map(String.init) ?? ""
        variant = parts.count > 1 ? String(parts[1]) : nil
    }
}
