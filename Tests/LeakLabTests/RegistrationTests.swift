import LabCore
import LabIncidents
import LabTelemetry
import Testing

@testable import LeakLab

private typealias Parameter = LeakLab.Parameter

/// Does what it is told with each event.
struct ProbeHandler: LeakLab.EventHandler {
    var onEvent: @Sendable (borrowing LeakLab.Event) async throws -> Void = { _ in }

    func handle(_ event: borrowing LeakLab.Event) async throws { try await onEvent(event) }
}

@Suite("A laboratory's own incidents")
struct RegistrationTests {
    private static let suspect = IncidentHandler.suspect("old-build", "Keeps everything.") { _ in
        ProbeHandler()
    }
    private static let fix = IncidentHandler.fix("new-build", "Keeps a little.") { _ in ProbeHandler() }
    private static let capacity = Parameter.count("capacity", default: 10, in: 1...100, "how much is kept")

    private static func incident(
        _ name: String = "checkout",
        concurrency: Int = 1,
        handlers: [LeakLab.IncidentHandler] = [suspect, fix]
    ) -> LeakLab.Incident {
        Incident(
            name,
            summary: "Nothing is forgotten.",
            parameters: capacity,
            concurrency: concurrency,
            handlers: handlers
        )
    }

    private func checked(_ incidents: [LeakLab.Incident]) throws(LabError) -> [LabIncidents.Incident] {
        try Registration.checked(incidents, besides: IncidentLibrary.builtIn)
    }

    @Test("become incidents like the lab's, with their handlers' roles; the first fix is the control")
    func registered() throws {
        let late = LeakLab.IncidentHandler.fix("newer-build", "Keeps nothing.") { _ in ProbeHandler() }
        let measure = LeakLab.IncidentHandler.mitigation("restarted", "Starts anew.") { _ in ProbeHandler() }
        let own = try checked([
            Self.incident(concurrency: 7, handlers: [Self.suspect, measure, Self.fix, late])
        ])
        let incident = try #require(own.first)
        #expect(own.count == 1)
        #expect(incident.name == "checkout" && incident.summary == "Nothing is forgotten.")
        #expect(incident.handlers.map(\.name) == ["old-build", "restarted", "new-build", "newer-build"])
        #expect(incident.handlers.map(\.role) == [.suspect, .mitigation, .fix, .fix])
        #expect(incident.handlers.map(\.isControl) == [false, false, true, false])
        #expect(incident.parameters.map(\.name) == ["capacity"])
        #expect(incident.parameters.first?.type == .wholeNumber(1...100))
        #expect(incident.defaultConcurrency == 7)
    }

    @Test("need no parameters")
    func bare() throws {
        let own = try checked([Incident("bare", summary: "Little.", handlers: [Self.fix])])
        #expect(own.first?.parameters.isEmpty == true)
        #expect(try checked([]).isEmpty)
    }

    struct Mistake: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let incidents: [LeakLab.Incident]

        init(_ complaint: String, _ incidents: LeakLab.Incident...) {
            testDescription = complaint
            self.incidents = incidents
        }
    }

    private static func parameters(
        _ first: Parameter<Int>,
        _ second: Parameter<Double>
    ) -> LeakLab.Incident {
        Incident("checkout", summary: "", parameters: first, second, handlers: [fix])
    }

    private static func handler(_ name: String) -> LeakLab.IncidentHandler {
        .fix(name, "") { _ in ProbeHandler() }
    }

    static let mistakes = [
        Mistake("two incidents are called “checkout”", incident(), incident()),
        Mistake("incident “orphaned-sessions” is one of the lab's own", incident("orphaned-sessions")),
        Mistake("incident “Checkout” cannot be called that", incident("Checkout")),
        Mistake("incident “” cannot be called that", incident("")),
        Mistake("incident “check.out” cannot be called that", incident("check.out")),
        Mistake("incident “checkout”: no handler", incident(handlers: [])),
        Mistake("incident “checkout”: two handlers are called “new-build”", incident(handlers: [fix, fix])),
        Mistake(
            "incident “checkout”: handler “9th” cannot be called that",
            incident(handlers: [handler("9th")])
        ),
        Mistake(
            "incident “checkout”: handler “command” cannot be called that",
            incident(handlers: [handler("command")])
        ),
        Mistake(
            "incident “checkout”: a concurrency of 0; 1 to 10,000 are possible",
            incident(concurrency: 0)
        ),
        Mistake(
            "incident “checkout”: two parameters are called “size”",
            parameters(.count("size", default: 1, ""), .number("size", default: 1, ""))
        ),
        Mistake(
            "incident “checkout”: parameter “the size” cannot be called that",
            parameters(.count("the size", default: 1, ""), .number("size", default: 1, ""))
        ),
        Mistake(
            "incident “checkout”: parameter “size”: the default 1,000 is out of its bounds",
            parameters(.count("size", default: 1_000, in: 1...10, ""), .number("share", default: 1, ""))
        ),
    ]

    @Test("are refused with one line that says where and what", arguments: mistakes)
    func refused(_ mistake: Mistake) throws {
        let error = #expect(throws: LabError.self) { try checked(mistake.incidents) }
        #expect(error?.description == mistake.testDescription)
        #expect(error?.exitStatus == .labFailed)
        if let hint = error?.hint { #expect(hint.hasSuffix("."), "\(hint)") }
    }

    @Test(
        "are named by what the lab was started as",
        arguments: [
            ("/opt/bin/checkout-lab", "checkout-lab"), ("checkout-lab", "checkout-lab"), ("", "leaklab"),
            ("/", "leaklab"),
        ]
    )
    func executableName(path: String, name: String) {
        #expect(ExecutableName.from(path) == name)
        #expect(ExecutableName.from(nil) == "leaklab")
    }
}
