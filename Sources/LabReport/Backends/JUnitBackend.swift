import LabCore

/// What a document checked as JUnit test suites, which continuous integration shows next to other tests: green with exit
/// status 0 alone.
enum JUnitBackend {
    static func render(_ document: Document) -> String {
        let suites = ([document] + document.appendices).compactMap { part in
            part.gate.map { suite($0, of: part) }
        }
        let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        guard suites.count > 1 else { return declaration + suites.joined() }
        return "\(declaration)<testsuites>\n\(suites.joined())</testsuites>\n"
    }

    private static func suite(_ gate: Gate, of document: Document) -> String {
        let cases = gate.checks.filter { !$0.name.isEmpty }
        func count(_ outcome: Check.Outcome) -> String { "\(cases.count { $0.outcome == outcome })" }
        let attributes =
            [
                Attribute("name", gate.name), Attribute("id", gate.id), Attribute("tests", "\(cases.count)"),
                Attribute("failures", count(.failed)), Attribute("errors", count(.undecided)),
                Attribute("skipped", count(.skipped)),
            ] + (gate.seconds.map { [Attribute("time", decimal($0, places: 3))] } ?? [])
        var own = document
        own.appendices = []
        let output = TextBackend.render(own, width: gate.width, style: .plain)
        let parts = cases.map { markup($0, gate.classname) } + [tag("system-out") { output }]
        return MarkupWriter.text(of: tag("testsuite", attributes, parts))
    }

    private static func markup(_ check: Check, _ classname: String) -> Markup {
        let message = Attribute("message", check.message)
        let outcome: Markup? =
            switch check.outcome {
            case .passed: nil
            case .failed: tag("failure", message)
            case .undecided: tag("error", message)
            case .skipped: tag("skipped", message)
            }
        let attributes = [Attribute("classname", classname), Attribute("name", check.name)]
        return tag("testcase", attributes, [outcome].compactMap(\.self))
    }
}
