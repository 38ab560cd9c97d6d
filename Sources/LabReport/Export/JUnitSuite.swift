import LabCore

/// A JUnit test suite as continuous integration reads it: cases that passed, failed, could not be decided or were skipped.
struct JUnitSuite {
    struct Case {
        enum Outcome {
            case passed
            /// Something is not as it was expected.
            case failure(String)
            /// Nobody knows whether it is.
            case error(String)
            case skipped(String)
        }

        var name: String
        var outcome = Outcome.passed
    }

    var name: String
    var id: String
    /// Seconds.
    var time: String?
    /// Of all cases.
    var classname: String
    var cases: [Case]
    /// The whole report as people read it.
    var output: String

    var text: String {
        let attributes =
            [
                Attribute("name", name), Attribute("id", id), Attribute("tests", "\(cases.count)"),
                Attribute("failures", "\(cases.count { $0.isFailure })"),
                Attribute("errors", "\(cases.count { $0.isError })"),
                Attribute("skipped", "\(cases.count { $0.isSkipped })"),
            ] + [time.map { Attribute("time", $0) }].compactMap(\.self)
        let suite = tag("testsuite", attributes, cases.map(markup) + [tag("system-out") { output }])
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + MarkupWriter.text(of: suite)
    }

    private func markup(_ testCase: Case) -> Markup {
        tag(
            "testcase",
            [Attribute("classname", classname), Attribute("name", testCase.name)],
            [testCase.content].compactMap(\.self)
        )
    }
}

extension JUnitSuite.Case {
    fileprivate var isFailure: Bool { if case .failure = outcome { true } else { false } }
    fileprivate var isError: Bool { if case .error = outcome { true } else { false } }
    fileprivate var isSkipped: Bool { if case .skipped = outcome { true } else { false } }

    fileprivate var content: Markup? {
        switch outcome {
        case .passed: nil
        case .failure(let message): tag("failure", Attribute("message", message))
        case .error(let message): tag("error", Attribute("message", message))
        case .skipped(let message): tag("skipped", Attribute("message", message))
        }
    }

    /// An expectation that is not met fails.
    init(_ expectation: ExpectationResult) {
        let observed = "observed: \(expectation.observed ?? "unknown")"
        self.init(name: expectation.text, outcome: expectation.met ? .passed : .failure(observed))
    }

    /// That a run or a series is valid, with the reasons why it is not.
    init(named name: String, isValid: Bool, because reasons: [String]) {
        self.init(name: name, outcome: isValid ? .passed : .error(reasons.joined(separator: "; ")))
    }

    /// What everything comes to: passes with exit status 0 alone, fails if something is not as it was expected, and is an error
    /// if nobody knows.
    init(exitStatus: Int32, because reasons: [String]) {
        let meaning = ExitStatus(rawValue: exitStatus)?.meaning ?? "unknown"
        let message = (["exit status \(exitStatus): \(meaning)"] + reasons).joined(separator: "; ")
        let outcome: Outcome =
            switch ExitStatus(rawValue: exitStatus) {
            case .success: .passed
            case .expectationsNotMet: .failure(message)
            default: .error(message)
            }
        self.init(name: "everything went as expected", outcome: outcome)
    }
}
