import LabCore

/// A way to one value of a run's result: `valid`, `per-event.heap.bytesPerEvent.low`, the count of one construction
/// site, `per-event.tasks.sites.IndexCache.worker.live`, one of an incident's own metrics, `no-janitor.metrics.entries.peak`,
/// of one finding, `no-janitor.findings.plateau.value`, of one resource, `unclosed.resources.statementsOpen.end`, or of
/// one segment, `production.segments.mitigation.oomKills`.
struct ResultPath: Hashable, Sendable {
    /// `nil` for a value of the run as a whole.
    let variant: String?
    /// `nil` for a value of the variant as a whole.
    let segment: String?
    /// Those after the run, the variant or the segment.
    let keys: [String]
    let type: ResultType

    private static let segments = "segments"

    /// - Throws: what is unknown, with the names that are known there.
    init(_ text: String, variants: [VariantOutline]) throws(ExpectationProblem) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        let first = parts.first ?? ""
        if let outline = variants.first(where: { $0.name == first }) {
            self = try Self.ofVariant(outline, keys: Array(parts.dropFirst()))
        } else if ResultSchema.runKeys.contains(where: { $0.path.first == first }) {
            let type = try Self.type(of: parts, in: ResultSchema.runKeys, after: [])
            self.init(variant: nil, segment: nil, keys: parts, type: type)
        } else {
            let names = variants.map(\.name)
            throw ExpectationProblem(
                message: "unknown variant \(quoted(first))",
                hint: didYouMean(first, among: names)
                    + "A path begins with a variant (\(names.joined(separator: ", "))), or is a key of the run."
            )
        }
    }

    private init(variant: String?, segment: String?, keys: [String], type: ResultType) {
        self.variant = variant
        self.segment = segment
        self.keys = keys
        self.type = type
    }

    private static func ofVariant(
        _ outline: VariantOutline,
        keys: [String]
    ) throws(ExpectationProblem) -> ResultPath {
        guard keys.first == segments else {
            let type = try typeOfWhole(outline, keys: keys)
            return ResultPath(variant: outline.name, segment: nil, keys: keys, type: type)
        }
        let segment = try segment(keys.dropFirst().first, of: outline)
        let rest = Array(keys.dropFirst(2))
        let type = try type(of: rest, in: ResultSchema.segmentKeys, after: [outline.name, segments, segment])
        try outline.checkKnown(inSegment: rest)
        return ResultPath(variant: outline.name, segment: segment, keys: rest, type: type)
    }

    /// Of a value of the variant as a whole.
    private static func typeOfWhole(
        _ outline: VariantOutline,
        keys: [String]
    ) throws(ExpectationProblem) -> ResultType {
        let type = try existingType(outline, keys: keys)
        try outline.checkKnown(keys)
        return type
    }

    private static func existingType(
        _ outline: VariantOutline,
        keys: [String]
    ) throws(ExpectationProblem) -> ResultType {
        if Site(keys) != nil { return .number(.plain) }
        let prefix = [outline.name]
        if keys.count > 2, let type = try FindingPath.type(of: keys, in: outline) { return type }
        if let type = try ResourcePath.type(of: keys, in: outline) { return type }
        guard keys.first == Metric.list else {
            let others = [Metric.list, ResourcePath.list, segments]
            let type = try type(of: keys, in: ResultSchema.variantKeys, after: prefix, or: others)
            if keys.first == FindingPath.list, let kind = keys.last { try outline.checkLookedFor(kind) }
            return type
        }
        guard let metric = Metric(keys) else {
            let names = ResultSchema.metricKeys.map(\.name).joined(separator: ", ")
            throw ExpectationProblem(
                message: "\(quoted((prefix + keys).joined(separator: "."))) is not a single value",
                hint: "Write the metric's name and one of its keys, \(Metric.list).NAME.KEY: \(names)."
            )
        }
        let type = try type(of: [metric.key], in: ResultSchema.metricKeys, after: prefix + keys.dropLast())
        try outline.checkTold(metric.name)
        return type
    }

    private static func segment(
        _ name: String?,
        of outline: VariantOutline
    ) throws(ExpectationProblem) -> String {
        let known = "Segments of \(quoted(outline.name)): \(outline.segments.joined(separator: ", "))."
        guard let name else {
            throw ExpectationProblem(
                message: "\(quoted("\(outline.name).\(segments)")) is not a single value",
                hint: known
            )
        }
        guard outline.segments.contains(name) else {
            throw ExpectationProblem(
                message: "unknown segment \(quoted(name))",
                hint: didYouMean(name, among: outline.segments) + known
            )
        }
        return name
    }

    /// Looks up `keys`, which stand after `prefix`; `others` are known there too, but no values.
    static func type<Root>(
        of keys: [String],
        in schema: [ResultSchema.Key<Root>],
        after prefix: [String],
        or others: [String] = []
    ) throws(ExpectationProblem) -> ResultType {
        if let key = schema.first(where: { $0.path == keys }) { return key.type }
        var known = keys.count
        while known > 0, !schema.contains(where: { $0.path.starts(with: keys.prefix(known)) }) { known -= 1 }
        var next = schema.filter { $0.path.starts(with: keys.prefix(known)) && $0.path.count > known }
            .map { $0.path[known] }
        next = next.enumerated().filter { next.firstIndex(of: $1) == $0 }.map(\.element)
        if known == 0 { next += others }
        let found = (prefix + keys.prefix(known)).joined(separator: ".")
        let list = next.joined(separator: ", ")
        let hint = found.isEmpty ? "Keys of the run: \(list)." : "Keys after \(quoted(found)): \(list)."
        guard known < keys.count, !next.isEmpty else {
            throw ExpectationProblem(
                message: next.isEmpty
                    ? "there is nothing after \(quoted(found))" : "\(quoted(found)) is not a single value",
                hint: next.isEmpty ? "It is a value itself; leave out what follows." : hint
            )
        }
        throw ExpectationProblem(
            message: "unknown key \(quoted(keys[known]))",
            hint: didYouMean(keys[known], among: next) + hint
        )
    }
}

// MARK: - The value

extension ResultPath {
    /// `nil` if the value is unknown, or the variant, segment, construction site or metric has no part in the run.
    func value(in result: RunResult) -> ResultValue? {
        guard let variant else { return ResultSchema.runKeys.first { $0.path == keys }?.value(in: result) }
        guard let outcome = result.variants.first(where: { $0.name == variant }) else { return nil }
        guard let segment else { return value(in: outcome) }
        guard let part = outcome.segments.first(where: { $0.name == segment }) else { return nil }
        return ResultSchema.segmentKeys.first { $0.path == keys }?.value(in: part)
    }

    private func value(in outcome: VariantResult) -> ResultValue? {
        if let key = ResultSchema.variantKeys.first(where: { $0.path == keys }) {
            return key.value(in: outcome)
        }
        if let metric = Metric(keys) { return metric.value(in: outcome) }
        if let finding = FindingPath(keys) { return finding.value(in: outcome) }
        if let resource = ResourcePath(keys) { return resource.value(in: outcome) }
        return Site(keys)?.count(in: outcome).map { .number($0) }
    }

    /// `tasks.sites.NAME.live` or `.created`, where the name may contain dots.
    private struct Site {
        let name: String
        let isLive: Bool

        init?(_ keys: [String]) {
            guard keys.count > 3, keys.starts(with: ["tasks", "sites"]), let last = keys.last,
                ["live", "created"].contains(last)
            else { return nil }
            name = keys[2..<(keys.count - 1)].joined(separator: ".")
            isLive = last == "live"
        }

        func count(in outcome: VariantResult) -> Double? {
            outcome.tasks.sites.first { $0.site == name }.map { Double(isLive ? $0.live : $0.created) }
        }
    }

    /// `metrics.NAME.KEY`, where the name may contain dots.
    private struct Metric {
        static let list = "metrics"

        let name: String
        let key: String

        init?(_ keys: [String]) {
            guard keys.count > 2, keys.first == Self.list, let last = keys.last else { return nil }
            name = keys[1..<(keys.count - 1)].joined(separator: ".")
            key = last
            guard !name.isEmpty else { return nil }
        }

        func value(in outcome: VariantResult) -> ResultValue? {
            guard let metric = outcome.metrics.first(where: { $0.name == name }) else { return nil }
            return ResultSchema.metricKeys.first { $0.path == [key] }?.value(in: metric)
        }
    }
}
