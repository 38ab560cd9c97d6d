package import LabCore

/// What a scenario may name: the incidents with their handlers and parameters.
package struct IncidentCatalogue: Hashable, Sendable {
    package struct Entry: Hashable, Sendable {
        package let name: String
        package let handlers: [Handler]
        package let parameters: [Parameter]
        /// How many events of one pod are handled at once if the scenario does not say.
        package let defaultConcurrency: Int
        /// What phases may change besides the load.
        package let world: [WorldVariable]
        /// What its pods tell of their own, for expectations to ask for.
        ///
        /// A name that ends in `*` stands for all that begin so.
        /// `nil` if it is known only when they run.
        package let metrics: [String]?
        /// Whether its handlers can be handed any bytes, and not the lab's own events alone.
        package let readsAnyPayload: Bool

        package init(
            name: String,
            handlers: [Handler],
            parameters: [Parameter] = [],
            defaultConcurrency: Int = 1,
            world: [WorldVariable] = [],
            metrics: [String]? = nil,
            readsAnyPayload: Bool = false
        ) {
            self.name = name
            self.handlers = handlers
            self.parameters = parameters
            self.defaultConcurrency = defaultConcurrency
            self.world = world
            self.metrics = metrics
            self.readsAnyPayload = readsAnyPayload
        }
    }

    package struct Handler: Hashable, Sendable {
        package let name: String
        /// One sentence: what this handler does differently.
        package let summary: String
        package let defaultRole: VariantRole
        /// Whether a variant with it is the control where no variant of a scenario says so.
        package let isControl: Bool

        package init(name: String, summary: String, defaultRole: VariantRole, isControl: Bool = false) {
            self.name = name
            self.summary = summary
            self.defaultRole = defaultRole
            self.isControl = isControl
        }
    }

    /// A parameter of an incident.
    package struct Parameter: Hashable, Sendable {
        package let name: String
        package let type: ParameterType
        /// Of the type's kind.
        package let defaultValue: ParameterValue
        package let help: String

        package init(name: String, type: ParameterType, defaultValue: ParameterValue, help: String) {
            self.name = name
            self.type = type
            self.defaultValue = defaultValue
            self.help = help
        }
    }

    package let incidents: [Entry]
    /// How the lab's producer can compress.
    package let compressions: [Compression]

    package init(_ incidents: [Entry], compressions: [Compression] = Compression.allCases) {
        self.incidents = incidents
        self.compressions = compressions
    }

    package subscript(name name: String) -> Entry? { incidents.first { $0.name == name } }
}
