import LabCore

/// What all pairs of a comparison come to.
struct ComparisonConclusion {
    let outcome: ComparisonOutcome
    let headline: String
    let ship: String?
    let exitStatus: ExitStatus

    private init(_ outcome: ComparisonOutcome, _ headline: String, ship: String?) {
        self.outcome = outcome
        self.headline = headline
        self.ship = ship
        switch outcome {
        case .better, .same, .shown: exitStatus = .success
        case .worse, .mixed: exitStatus = .expectationsNotMet
        case .unknown: exitStatus = .inconclusive
        }
    }

    /// Of variants that each have a base of their own: the worst of them is what the whole is.
    init(of pairs: [PairComparison]) {
        if let only = pairs.first, pairs.count == 1 {
            self.init(
                only.outcome,
                only.result.headline,
                ship: only.ships ? only.candidate.variant.name : nil
            )
            return
        }
        let order: [ComparisonOutcome] = [.worse, .mixed, .unknown, .better, .same]
        let outcome = order.first { outcome in pairs.contains { $0.outcome == outcome } } ?? .unknown
        let names = pairs.filter { $0.outcome == outcome }.map(\.candidate.variant.name)
        self.init(outcome, Self.headline(outcome, names, of: pairs), ship: nil)
    }

    private static func headline(
        _ outcome: ComparisonOutcome,
        _ names: [String],
        of pairs: [PairComparison]
    ) -> String {
        let list = PairWords.list(names)
        let details = pairs.filter { $0.outcome == outcome }.map {
            "\($0.candidate.variant.name): \($0.result.headline)"
        }
        switch outcome {
        case .worse, .mixed: return "Do not ship the candidate. " + details.joined(separator: " ")
        case .unknown: return details.joined(separator: " ")
        case .better:
            return "Nothing is worse in the candidate; \(list) \(names.count == 1 ? "is" : "are") better."
                + faults(pairs)
        case .same, .shown:
            return
                "Nothing speaks against the candidate: \(list) are the same as in the base, within the tolerances."
                + faults(pairs)
        }
    }

    /// What is no worse than before may be bad all the same.
    private static func faults(_ pairs: [PairComparison]) -> String {
        pairs.filter { !$0.candidate.isSafe }.map {
            " \($0.candidate.variant.name) \(PairWords.fault(of: $0.candidate)), as before."
        }
        .joined()
    }

    /// Of several candidates for one base.
    init(choosing winner: PairComparison, over others: [PairComparison]) {
        let remarks = others.map { pair in
            let name = pair.candidate.variant.name
            let worse = pair.lines(.worse).map(\.metric.title)
            let role = pair.rank > winner.rank ? ", a \(pair.candidate.variant.role.rawValue)," : ""
            guard !worse.isEmpty else { return "\(name)\(role) could be shipped as well." }
            return "\(name)\(role) leaks nothing either, but is worse in \(PairWords.list(worse))."
        }
        self.init(
            winner.outcome,
            ([winner.result.headline] + remarks).joined(separator: " "),
            ship: winner.candidate.variant.name
        )
    }

    /// None of the candidates can be released.
    init(withoutChoiceAmong pairs: [PairComparison]) {
        let order: [ComparisonOutcome] = [.unknown, .better, .mixed, .same, .worse]
        let outcome = order.first { outcome in pairs.contains { $0.outcome == outcome } } ?? .unknown
        let told = pairs.map(\.result.headline).joined(separator: " ")
        // Better than the base is not enough where something has to be chosen.
        self.init(outcome == .unknown ? .unknown : .worse, "No candidate can be shipped. \(told)", ship: nil)
    }
}
