package import LabCore

/// All that a pod is told when it starts, as the lab hands it over in a JSON file.
package struct PodConfiguration: Codable, Hashable, Sendable {
    package enum Assignment: Codable, Hashable, Sendable {
        /// These partitions for good, from the ledger's committed offsets.
        case fixed(partitions: [Int32])
        /// A consumer group's share.
        case group(id: String)
    }

    package var name: String
    package var incident: String
    package var handler: String
    package var parameters: [String: ParameterValue]
    package var seed: UInt64
    package var timeScale: TimeScale
    /// librdkafka's properties, in order.
    package var properties: [LabelledValue]
    package var topic: String
    package var assignment: Assignment
    /// 1: the handler is awaited on the pod's own thread.
    ///
    /// More: that many handlers at once on the global pool.
    package var concurrency: Int
    /// What becomes of events whose handler throws.
    package var errors: HandlerErrorPolicy
    /// Wall seconds.
    package var commitInterval: Double
    /// Wall seconds between two readings of the live heap.
    package var heapInterval: Double
    /// The file that the lab reads; `nil` for a pod without a lab.
    package var telemetryPath: String?
    /// The file that keeps the events' books; `nil` for a pod without a lab.
    package var ledgerPath: String?
    /// The page of what the phases change in the incident's world; `nil` if nothing does.
    package var worldPath: String?
    /// The ports of the incident's companion on 127.0.0.1, by name.
    package var endpoints: [String: Int]
    /// For files of the handler's own; `nil` for a pod without a lab.
    package var folder: String?
    /// `nil` for a pod of which no heap profiles are taken.
    package var profiling: ProfilingConfiguration?
    /// Whether events carry their number in the header ``EventContent/envelopeHeader``, and not in their value.
    package var numbersAreInHeader = false

    package init(
        name: String,
        incident: String,
        handler: String,
        parameters: [String: ParameterValue] = [:],
        seed: UInt64,
        timeScale: TimeScale,
        properties: [LabelledValue],
        topic: String,
        assignment: Assignment,
        concurrency: Int,
        errors: HandlerErrorPolicy = .skip,
        commitInterval: Double,
        heapInterval: Double,
        telemetryPath: String? = nil,
        ledgerPath: String? = nil,
        worldPath: String? = nil,
        endpoints: [String: Int] = [:],
        folder: String? = nil,
        profiling: ProfilingConfiguration? = nil
    ) {
        self.name = name
        self.incident = incident
        self.handler = handler
        self.parameters = parameters
        self.seed = seed
        self.timeScale = timeScale
        self.properties = properties
        self.topic = topic
        self.assignment = assignment
        self.concurrency = concurrency
        self.errors = errors
        self.commitInterval = commitInterval
        self.heapInterval = heapInterval
        self.telemetryPath = telemetryPath
        self.ledgerPath = ledgerPath
        self.worldPath = worldPath
        self.endpoints = endpoints
        self.folder = folder
        self.profiling = profiling
    }
}
