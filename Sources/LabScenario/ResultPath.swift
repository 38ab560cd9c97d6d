import LabCore

/// A way to one value of a run's result: `valid`, `per-event.heap.bytesPerEvent.low`, or the count of one
/// construction site, `per-event.tasks.sites.IndexCache.worker.live`.
struct ResultPath: Hashable, Sendable {
    /// `nil` for a value of the run as a whole.
    let variant: String?
    let keys: [String]
    let type: ResultType

    /// - Throws: what is unknown, with the names that are known there.
    init(_ text: String, variants: [String]) throws(ExpectationProblem) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        if let first = parts.first, variants.contains(first) {
            variant = first
            keys = Array(parts.dropFirst())
            type = try Self.type(of: keys, in: ResultSchema.variantKeys, after: first)
        } else if let first = parts.first, ResultSchema.runKeys.contains(where: { $0.path.first == first }) {
            variant = nil
            keys = parts
            type = try Self.type(of: keys, in: ResultSchema.runKeys, after: nil)
        } else {
            let first = parts.first ?? ""
            let near = suggestion(for: first, among: variants).map { "Did you mean “\($0)”? " } ?? ""
            throw ExpectationProblem(
                message: "unknown variant \(quoted(first))",
                hint: near
                    + "A path begins with a variant (\(variants.joined(separator: ", "))), or is a key of the run."
            )
        }
    }

    private static func type<Root>(
        of keys: [String],
        in schema: [ResultSchema.Key<Root>],
        after variant: String?
    ) throws(ExpectationProblem) -> ResultType {
        if let key = schema.first(where: { $0.path == keys }) { return key.type }
        if variant != nil, Site(keys) != nil { return .number(.plain) }
        var known = keys.count
        while known > 0, !schema.contains(where: { $0.path.starts(with: keys.prefix(known)) }) { known -= 1 }
        var next = schema.filter { $0.path.starts(with: keys.prefix(known)) && $0.path.count > known }
            .map { $0.path[known] }
        next = next.enumerated().filter { next.firstIndex(of: $1) == $0 }.map(\.element)
        let prefix = ((variant.map { [$0] } ?? []) + keys.prefix(known)).joined(separator: ".")
        let after = prefix.isEmpty ? "Keys of the run" : "Keys after \(quoted(prefix))"
        guard known < keys.count, !next.isEmpty else {
            throw ExpectationProblem(
                message: next.isEmpty
                    ? "there is nothing after \(quoted(prefix))" : "\(quoted(prefix)) is not a single value",
                hint: next.isEmpty ? nil : "\(after): \(next.joined(separator: ", "))."
            )
        }
        let near = suggestion(for: keys[known], among: next).map { "Did you mean “\($0)”? " } ?? ""
        throw ExpectationProblem(
            message: "unknown key \(quoted(keys[known]))",
            hint: near + "\(after): \(next.joined(separator: ", "))."
        )
    }

    /// `nil` if the value is unknown, or the variant or construction site has no part in the run.
    func value(in result: RunResult) -> ResultValue? {
        guard let variant else { return ResultSchema.runKeys.first { $0.path == keys }?.value(in: result) }
        guard let outcome = result.variants.first(where: { $0.name == variant }) else { return nil }
        if let key = ResultSchema.variantKeys.first(where: { $0.path == keys }) {
            return key.value(in: outcome)
        }
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
}
