import Kafka
import LabCore
import LabIncidents
package import LabScenario

extension IncidentCatalogue {
    /// The incidents that this program has, as scenarios may name them.
    package static var library: IncidentCatalogue {
        IncidentCatalogue(
            IncidentLibrary.all.map { incident in
                Entry(
                    name: incident.name,
                    handlers: incident.handlers.map {
                        Handler(
                            name: $0.name,
                            summary: $0.summary,
                            defaultRole: $0.role,
                            isControl: $0.isControl
                        )
                    },
                    parameters: incident.parameters.map {
                        Parameter(name: $0.name, type: $0.type, defaultValue: $0.defaultValue, help: $0.help)
                    },
                    defaultConcurrency: incident.defaultConcurrency,
                    world: incident.world,
                    metrics: incident.metrics,
                    readsAnyPayload: incident.readsAnyPayload
                )
            },
            compressions: Compression.allCases.filter { compression in
                compression == .none || KafkaLibrary.features.contains(compression.rawValue)
            }
        )
    }
}
