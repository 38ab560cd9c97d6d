import Foundation
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
        let properties = gate.properties.map { property in
            tag("property", Attribute("name", property.label), Attribute("value", property.value))
        }
        let parts =
            (properties.isEmpty ? [] : [tag("properties", [], properties)])
            + cases.map { markup($0, gate.classname) } + [tag("system-out") { output }]
        return MarkupWriter.text(of: tag("testsuite", attributes, parts))
    }

    private static func markup(_ check: Check, _ classname: String) -> Markup {
        let message = Attribute("message", check.message)
        let outcome: Markup? =
            switch check.outcome {
            case .passed: nil
            case .failed: tag("failure", [message], [.text(body(of: check))])
            case .undecided: tag("error", [message], [.text(body(of: check))])
            case .skipped: tag("skipped", message)
            }
        let attributes = [Attribute("classname", classname), Attribute("name", check.name)]
        return tag("testcase", attributes, [outcome].compactMap(\.self))
    }

    /// What a reader sees who opens the case: the reasons, one a line, and what is said of it elsewhere.
    private static func body(of check: Check) -> String {
        let reasons = check.message.components(separatedBy: "; ")
        let more = check.annotations.map(\.message).filter { !reasons.contains($0) && $0 != check.message }
        return (["\(check.name)"] + (reasons + more).filter { !$0.isEmpty }).joined(separator: "\n")
    }
}
