import LabCore
import LabIncidents
import LabScenario

/// Whether the names of a program's own incidents can be had, and what the lab makes of them.
enum Registration {
    /// - Throws: ``LabError`` about the first thing that is wrong, with its place.
    static func checked(
        _ incidents: [Incident],
        besides builtIn: [LabIncidents.Incident]
    ) throws(LabError) -> [LabIncidents.Incident] {
        if let name = repeated(incidents.map(\.name)) {
            throw LabError("two incidents are called “\(name)”", hint: "Names are unique.")
        }
        var checked: [LabIncidents.Incident] = []
        for incident in incidents {
            if builtIn.contains(where: { $0.name == incident.name }) {
                throw LabError(
                    "incident “\(incident.name)” is one of the lab's own",
                    hint: "Choose another name. Taken are: \(builtIn.map(\.name).joined(separator: ", "))."
                )
            }
            try check(incident)
            checked.append(incident.registered)
        }
        return checked
    }

    private static func check(_ incident: Incident) throws(LabError) {
        try check(incident.name, "incident", "")
        let place = "incident “\(incident.name)”: "
        guard !incident.handlers.isEmpty else {
            throw LabError(
                "\(place)no handler",
                hint: "Give it at least one, such as .suspect(…) or .fix(…)."
            )
        }
        guard (1...10_000).contains(incident.concurrency) else {
            throw LabError("\(place)a concurrency of \(incident.concurrency); 1 to 10,000 are possible")
        }
        for handler in incident.handlers { try check(handler.name, "handler", place) }
        if let name = repeated(incident.handlers.map(\.name)) {
            throw LabError("\(place)two handlers are called “\(name)”", hint: "Names are unique.")
        }
        for parameter in incident.parameters { try check(parameter, place) }
        if let name = repeated(incident.parameters.map(\.name)) {
            throw LabError("\(place)two parameters are called “\(name)”", hint: "Names are unique.")
        }
    }

    private static func check(_ name: String, _ what: String, _ place: String) throws(LabError) {
        guard isName(name), name != ScenarioCommand.handlerName else {
            throw LabError("\(place)\(what) “\(name)” cannot be called that", hint: NameRule.name)
        }
    }

    private static func check(_ parameter: IncidentParameter, _ place: String) throws(LabError) {
        guard NameRule.isParameter(parameter.name) else {
            throw LabError(
                "\(place)parameter “\(parameter.name)” cannot be called that",
                hint: NameRule.parameter
            )
        }
        guard parameter.type.accepts(parameter.defaultValue) else {
            throw LabError(
                "\(place)parameter “\(parameter.name)”: the default \(parameter.defaultValue) is out of its bounds",
                hint: "A default is a value that a scenario could set."
            )
        }
    }

    private static func repeated(_ names: [String]) -> String? {
        var seen: Set<String> = []
        return names.first { !seen.insert($0).inserted }
    }
}

/// What names look like.
enum NameRule {
    static let name =
        "Names have lower-case letters, digits and hyphens, begin with a letter, and have 40 characters at most; “command” is taken."
    static let parameter =
        "Names have letters and digits, begin with a letter, and have 40 characters at most."
    static let metric =
        "Names have letters, digits, dots, hyphens and underscores, begin with a letter, and have 56 characters at most."

    static func isParameter(_ text: String) -> Bool {
        begins(text, longest: 40) && text.utf8.allSatisfy { isLetter($0) || isDigit($0) }
    }

    static func isMetric(_ text: String) -> Bool {
        begins(text, longest: 56) && text.utf8.allSatisfy(isOfSite)
    }

    /// Whether it can stand in the name of a metric or a construction site.
    static func isOfSite(_ byte: UInt8) -> Bool {
        isLetter(byte) || isDigit(byte)
            || [UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_")].contains(byte)
    }

    private static func begins(_ text: String, longest: Int) -> Bool {
        text.utf8.count <= longest && text.utf8.first.map(isLetter) == true
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}

extension Incident {
    /// As the lab knows it.
    fileprivate var registered: LabIncidents.Incident {
        let control = handlers.first { $0.role == .fix }?.name
        return LabIncidents.Incident(
            named: name,
            summary: summary,
            handlers: handlers.map { handler in
                handler.registered(in: name, parameters: parameters, isControl: handler.name == control)
            },
            parameters: parameters,
            defaultConcurrency: concurrency
        )
    }
}

extension IncidentHandler {
    fileprivate func registered(
        in incident: String,
        parameters: [IncidentParameter],
        isControl: Bool
    ) -> LabIncidents.IncidentHandler {
        LabIncidents.IncidentHandler(
            name,
            summary,
            role: role,
            isControl: isControl,
            make: { [name, make] context in
                do {
                    return try make(HandlerSetup(context, parameters: parameters))
                } catch {
                    throw Self.described(error, place: "\(incident): handler “\(name)”")
                }
            }
        )
    }

    /// One line that says where and what, whoever threw it.
    private static func described(_ error: any Error, place: String) -> LabError {
        if let known = error as? any ActionableError {
            return LabError("\(place): \(known)", hint: known.hint, exitStatus: known.exitStatus)
        }
        let text = "\(error)".split(whereSeparator: \.isNewline).joined(separator: " ")
        return LabError("\(place) cannot be made: \(text)")
    }
}
