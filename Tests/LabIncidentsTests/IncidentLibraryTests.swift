import LabCore
import LabTelemetry
import Testing

@testable import LabIncidents

@Suite struct IncidentLibraryTests {
    @Test("Every incident is found by its name, and an unknown name is not")
    func names() {
        #expect(Set(IncidentLibrary.all.map(\.name)).count == IncidentLibrary.all.count)
        for incident in IncidentLibrary.all {
            #expect(IncidentLibrary.named(incident.name)?.title == incident.title)
        }
        #expect(IncidentLibrary.named("none") == nil)
    }

    @Test("Every incident has a suspect, one control that is none, and texts")
    func shape() {
        for incident in IncidentLibrary.all {
            let controls = incident.handlers.filter(\.isControl)
            #expect(incident.handlers.first?.role == .suspect)
            #expect(controls.count == 1)
            #expect(controls.allSatisfy { $0.role == .fix })
            #expect(Set(incident.handlers.map(\.name)).count == incident.handlers.count)
            #expect(incident.defaultConcurrency >= 1)
            #expect(!incident.story.isEmpty)
            let sentences = [incident.summary] + incident.handlers.map(\.summary) + incident.story
            #expect(sentences.allSatisfy { $0.last == "." && !$0.contains("  ") })
        }
    }

    @Test("Every parameter accepts its default, and handlers can be made with defaults")
    func defaults() async throws {
        for incident in IncidentLibrary.all {
            #expect(Set(incident.parameters.map(\.name)).count == incident.parameters.count)
            for parameter in incident.parameters {
                #expect(parameter.type.accepts(parameter.defaultValue), "\(parameter.name)")
                #expect(!parameter.help.isEmpty)
            }
            try await TestFolder.with { folder in
                try await Census.isolated { page in
                    let context = IncidentContext(page: page, folder: folder)
                    let companion = try await incident.companion?.start(context)
                    let endpoints = companion?.endpoints ?? [:]
                    for handler in incident.handlers {
                        let context = IncidentContext(page: page, endpoints: endpoints, folder: folder)
                        await (try handler.make(context)).shutDown()
                    }
                    await companion?.shutDown()
                    try Self.checkMetrics(of: incident, on: page)
                }
            }
        }
    }

    /// Its handlers and its companion have told what it lists, and nothing else.
    private static func checkMetrics(of incident: Incident, on page: TelemetryPage) throws {
        let told = try TelemetryReader(page).descriptors.filter { $0.class == .incident }.map {
            $0.kind == .histogram ? "\($0.name).p99" : $0.name
        }
        let listed = try #require(incident.metrics)
        func isMet(_ name: String, by pattern: String) -> Bool {
            pattern.hasSuffix("*") ? name.hasPrefix(pattern.dropLast()) : name == pattern
        }
        let unlisted = told.filter { name in !listed.contains { isMet(name, by: $0) } }
        let untold = listed.filter { pattern in !told.contains { isMet($0, by: pattern) } }
        #expect(unlisted.isEmpty && untold.isEmpty, "\(incident.name): \(unlisted), \(untold)")
    }

    @Test("A parameter that is not set, of another type or out of range has its default")
    func contextValues() throws {
        let page = try TelemetryPage.anonymous()
        let count = Parameter.count("count", default: 7, in: 0...10, "a number")
        let pause = Parameter.duration("pause", default: .seconds(30), in: .zero ... .seconds(60), "a pause")
        let values: [(ParameterValue?, Int)] = [
            (nil, 7), (.wholeNumber(3), 3), (.wholeNumber(11), 7), (.flag(true), 7), (.number(3), 7),
        ]
        for (value, expected) in values {
            let context = IncidentContext(values: value.map { ["count": $0] } ?? [:], page: page)
            #expect(context[count] == expected)
        }
        let paused = IncidentContext(values: ["pause": .duration(.seconds(5))], page: page)
        #expect(paused[pause] == .seconds(5))
    }
}
