package import LabCore

/// All that the producer process is told when it starts, as the lab hands it over in a JSON file.
package struct ProducerConfiguration: Codable, Hashable, Sendable {
    /// Where a copy of every event goes: one topic for each variant.
    package struct Target: Codable, Hashable, Sendable {
        package var topic: String
        /// The file that keeps the events' books; `nil` without a lab.
        package var ledgerPath: String?

        package init(topic: String, ledgerPath: String?) {
            self.topic = topic
            self.ledgerPath = ledgerPath
        }
    }

    package enum Pace: Codable, Hashable, Sendable {
        /// Open loop: every event has its intended time, in wall time, whatever became of those before it.
        case schedule(LoadProfile)
        /// As fast as the broker takes them.
        case flatOut(events: UInt64)
    }

    package var targets: [Target]
    package var workload: Workload
    package var pace: Pace
    package var seed: UInt64
    /// librdkafka's properties, in order.
    package var properties: [LabelledValue]
    /// The schedule's zero on the monotonic clock, nanoseconds.
    package var zero: Int64
    /// The file that the lab reads; `nil` without a lab.
    package var telemetryPath: String?
    /// The file of the producer's beats; `nil` without a lab.
    package var heartbeatPath: String?
    /// Where other schedules come while it produces, see ``RevisedSchedules``; `nil` if none ever does.
    package var revisionsPath: String?

    package init(
        targets: [Target],
        workload: Workload,
        pace: Pace,
        seed: UInt64,
        properties: [LabelledValue],
        zero: Int64,
        telemetryPath: String? = nil,
        heartbeatPath: String? = nil,
        revisionsPath: String? = nil
    ) {
        self.targets = targets
        self.workload = workload
        self.pace = pace
        self.seed = seed
        self.properties = properties
        self.zero = zero
        self.telemetryPath = telemetryPath
        self.heartbeatPath = heartbeatPath
        self.revisionsPath = revisionsPath
    }
}
