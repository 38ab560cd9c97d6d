package import LabCore

/// One thing that is wrong with a scenario: where, what, and what would be right.
package struct ScenarioProblem: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case syntax
        case unknownKey
        case duplicateKey
        case missing
        case wrongType
        case outOfRange
        /// The name of something that does not exist: an incident, a handler, a variant, a choice.
        case unknownName
        /// Two values that exclude each other, or do not fit together.
        case conflict
        case expectation
        /// An option that leads nowhere in this scenario.
        case option
    }

    package let kind: Kind
    package let place: SourcePlace
    /// A lower-case clause without full stop.
    package let message: String
    /// A sentence that says what to write instead.
    package let hint: String?

    package init(_ kind: Kind, at place: SourcePlace, _ message: String, hint: String? = nil) {
        self.kind = kind
        self.place = place
        self.message = message
        self.hint = hint
    }

    /// The same, said of the quick form.
    var inQuickForm: ScenarioProblem {
        ScenarioProblem(kind, at: place, "in the quick form: \(message)", hint: hint)
    }

    /// `outage.yaml:14:7: unknown key “replica”`, or `--set pods.replica: unknown key “replica”`.
    package func line(path: String) -> String {
        switch place {
        case .file(let line, let column): "\(path):\(line):\(column): \(message)"
        case .option(let option): "\(option): \(message)"
        }
    }
}

/// Everything that is wrong with a scenario file, or its first YAML syntax error.
package struct ScenarioError: ActionableError, Hashable {
    package let path: String
    /// By line and column, problems of options last; never empty.
    package let problems: [ScenarioProblem]

    package init(path: String, problems: [ScenarioProblem]) {
        self.path = path
        var seen: Set<ScenarioProblem> = []
        self.problems = problems.filter { seen.insert($0).inserted }.sorted { $0.place < $1.place }
    }

    package var exitStatus: ExitStatus { .invalidScenario }

    /// The line of the only problem, or all lines, each with its hint below it.
    package var description: String {
        guard problems.count == 1, let only = problems.first else { return report }
        return only.line(path: path)
    }

    /// The hint of the only problem; several have theirs in the description.
    package var hint: String? { problems.count == 1 ? problems.first?.hint : nil }

    /// All problems, one line each, the hints below them indented by two spaces.
    package var report: String {
        problems.map { problem in
            problem.line(path: path) + (problem.hint.map { "\n  " + $0 } ?? "")
        }
        .joined(separator: "\n")
    }
}
