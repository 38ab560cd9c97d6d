package import LabCore

/// What continuous integration has to know: what was checked, and how it came out.
package struct Gate: Sendable {
    package var name: String
    package var id: String
    /// How long it took; `nil` if that is nobody's concern.
    package var seconds: Double?
    /// Of all checks, such as `leaklab.two-leaks`.
    package var classname: String
    /// Columns of the text that goes with it.
    package var width = 120
    /// What it was, for those who look at the result later.
    package var properties: [LabelledValue] = []
    /// The file that annotations are about; `nil` if there is none.
    package var file: String?
    package var checks: [Check]

    package init(_ name: String, id: String, classname: String, checks: [Check]) {
        (self.name, self.id, self.classname, self.checks) = (name, id, classname, checks)
    }
}

/// One thing that is as it should be, or is not.
package struct Check: Sendable {
    package enum Outcome: Sendable {
        case passed
        /// Something is not as it was expected.
        case failed
        /// Nobody knows whether it is.
        case undecided
        case skipped
    }

    package struct Annotation: Sendable {
        package enum Level: String, Sendable, CaseIterable {
            case error
            case warning
            case notice
        }

        package var level: Level
        package var title: String
        package var message: String
        /// In the gate's file, counted from 1; `nil` for no particular one.
        package var line: Int?

        package init(_ level: Level, _ title: String, _ message: String) {
            (self.level, self.title, self.message) = (level, title, message)
        }
    }

    /// Empty for what is worth an annotation only.
    package var name: String
    package var outcome: Outcome
    /// Why it did not pass.
    package var message: String
    package var annotations: [Annotation]

    package init(
        _ name: String,
        _ outcome: Outcome = .passed,
        _ message: String = "",
        annotations: [Annotation] = []
    ) {
        (self.name, self.outcome, self.message) = (name, outcome, message)
        self.annotations = annotations
    }

    /// What is worth an annotation only.
    package static func remark(_ annotations: [Annotation]) -> Check { Check("", annotations: annotations) }
}

extension Check {
    /// The same with a place in the scenario's text for its annotations: the first line that has one of these words in it.
    func placed(in text: String, at words: String...) -> Check {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let index = words.lazy.compactMap { word in lines.firstIndex { $0.contains(word) } }.first
        var check = self
        for annotation in check.annotations.indices {
            check.annotations[annotation].line = index.map { $0 + 1 }
        }
        return check
    }

    static func expectation(_ expectation: ExpectationResult) -> Check {
        let observed = "observed: \(expectation.observedText ?? "unknown")"
        guard !expectation.isHeld else { return Check(expectation.text) }
        return Check(
            expectation.text,
            .failed,
            observed,
            annotations: [
                Annotation(.error, "leaklab: expectation not met", "\(expectation.text) (\(observed))")
            ]
        )
    }

    /// That a run or a series is valid, with the reasons why it is not.
    static func validity(_ name: String, of what: String, isValid: Bool, because reasons: [String]) -> Check {
        Check(
            name,
            isValid ? .passed : .undecided,
            reasons.joined(separator: "; "),
            annotations: reasons.map { Annotation(.error, "leaklab: invalid \(what)", $0) }
        )
    }

    /// What everything comes to: passes with exit status 0 alone.
    ///
    /// It fails if something is not as it was expected, and is undecided if nobody knows. An annotation says why, where no unmet
    /// expectation does.
    static func exit(
        _ status: Int32,
        because reasons: [String],
        beside expectations: [ExpectationResult]
    ) -> Check {
        let meaning = ExitStatus(rawValue: status)?.meaning ?? "unknown"
        return Check(
            "everything went as expected",
            outcome(of: status),
            (["exit status \(status): \(meaning)"] + reasons).joined(separator: "; "),
            annotations: expectations.allSatisfy(\.isHeld)
                ? reasons.map { Annotation(.error, "leaklab: not as expected", $0) } : []
        )
    }

    static func outcome(of exitStatus: Int32) -> Outcome {
        switch ExitStatus(rawValue: exitStatus) {
        case .success: .passed
        case .expectationsNotMet: .failed
        default: .undecided
        }
    }

    /// The outcome in a sentence, before all else.
    static func headline(_ text: String, _ title: String, exitStatus: Int32) -> [Annotation] {
        [Annotation(exitStatus == 0 ? .notice : .error, title, text)]
    }

    /// A variant that nothing is known of.
    static func openVerdict(_ name: String, because reasons: [String]) -> Check {
        .remark([
            Annotation(
                .warning,
                "leaklab: \(name) came to no verdict",
                reasons.joined(separator: "; ")
            )
        ])
    }
}
