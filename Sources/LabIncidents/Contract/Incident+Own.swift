package import LabCore

// Incidents that do not come with the lab: a laboratory of the user's describes them at its start.

extension Incident {
    /// One without a story, a world and a companion.
    package init(
        named name: String,
        summary: String,
        handlers: [IncidentHandler],
        parameters: [IncidentParameter],
        defaultConcurrency: Int
    ) {
        self.init(
            name: name,
            title: name,
            summary: summary,
            story: [summary],
            mechanism: "",
            handlers: handlers,
            parameters: parameters,
            defaultConcurrency: defaultConcurrency,
            readsAnyPayload: true
        )
    }
}

extension IncidentHandler {
    /// One with its role if a scenario does not say another.
    package init(
        named name: String,
        summary: String,
        role: VariantRole,
        isControl: Bool,
        make: @escaping @Sendable (IncidentContext) throws -> any EventHandler
    ) {
        self.init(
            name: name,
            summary: summary,
            defaultRole: role,
            defaultIsControl: isControl,
            make: make
        )
    }
}

extension IncidentParameter {
    /// One whose default is of the type's kind.
    package init(
        named name: String,
        _ type: ParameterType,
        default defaultValue: ParameterValue,
        help: String
    ) {
        self.init(name: name, type: type, defaultValue: defaultValue, help: help)
    }
}
