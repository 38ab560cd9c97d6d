package import LabCore

/// A valid scenario with all defaults filled in and all overrides applied.
package struct Scenario: Hashable, Sendable {
    /// The file's name without its extension.
    package let name: String
    package let path: String
    /// The file as it was read, overrides not applied.
    package let text: String
    package let title: String
    package let incident: String
    package let description: String?
    package let seed: UInt64
    package let timeScale: TimeScale
    package let workload: Workload
    /// At least one, in the file's order; exactly one is the control.
    package let variants: [ScenarioVariant]
    package let schedule: VariantSchedule
    package let sampling: SamplingSettings
    package let verdict: VerdictSettings
    package let expectations: [Expectation]
    /// Every value that takes effect, in the order to be shown.
    package let settings: [EffectiveSetting]

    /// In incident time, the drain after the last phase not included.
    package var totalDuration: Duration { workload.phases.reduce(.zero) { $0 + $1.duration } }

    /// The load of each variant on the wall clock.
    package var profile: LoadProfile { workload.profile(at: timeScale) }

    /// The number of events that each variant is to handle.
    package var plannedEvents: UInt64 { profile.totalEvents }
}

package enum VariantSchedule: String, Hashable, Sendable, Codable, CaseIterable {
    /// All variants at once, each on a topic of its own, with the same events at the same time.
    case parallel
    /// One variant after another, on a quiet machine each.
    case sequential
}

/// In wall time.
package struct SamplingSettings: Hashable, Sendable, Codable {
    /// Between two readings of a process from outside.
    package var interval: Duration = .milliseconds(100)
    /// Between two readings of the allocator by the pod itself.
    package var heap: Duration = .milliseconds(100)

    /// The defaults.
    package init() {}
}

package struct VerdictSettings: Hashable, Sendable, Codable {
    /// Wall time at the start of each life that the verdict leaves out.
    package var warmUp: Duration = .seconds(10)
    /// Wall time after the drain before tasks and instances are counted.
    package var hold: Duration = .seconds(5)
    /// The limit that time to OOM is told for where a pod has none.
    package var oomLimit: ByteCount?

    /// The defaults.
    package init() {}
}

/// One way of running the incident's code, with the scenario's `pods` and `parameters` merged in.
package struct ScenarioVariant: Hashable, Sendable {
    package let name: String
    package let role: VariantRole
    package let handler: String
    package let isControl: Bool
    /// One sentence: what this variant does differently.
    package let summary: String
    package let pods: PodSettings
    /// A value for each parameter of the incident.
    package let parameters: [String: ParameterValue]
}

/// How the pods of a variant run; all durations are wall time.
package struct PodSettings: Hashable, Sendable, Codable {
    package enum Assignment: String, Hashable, Sendable, Codable, CaseIterable {
        /// By pod ordinal, without group and without stalls.
        case `static`
        /// By Kafka's group protocol.
        case group
    }

    package enum Assignor: String, Hashable, Sendable, Codable, CaseIterable {
        case cooperativeSticky = "cooperative-sticky"
        case range
    }

    package enum Restart: String, Hashable, Sendable, Codable, CaseIterable {
        case never
        case onFailure = "on-failure"
        case always
    }

    /// How much a pod's client library may fetch ahead.
    package enum Prefetch: Hashable, Sendable, Codable {
        /// Small and the same everywhere, so that it is not taken for a leak.
        case pinned
        /// What the library does if nobody configures it: up to 64 MiB.
        case productionDefaults
        case custom(messages: Int, bytes: ByteCount)
    }

    package var replicas = 1
    /// `nil` for none.
    package var memory: ByteCount?
    package var assignment = Assignment.static
    /// Of use with group assignment only.
    package var assignor = Assignor.cooperativeSticky
    /// How many events of one pod are handled at once.
    package var concurrency = 1
    package var prefetch = Prefetch.pinned
    package var commitInterval: Duration = .seconds(1)
    /// Between the request to stop and the kill.
    package var gracePeriod: Duration = .seconds(10)
    /// Of use with group assignment only.
    package var sessionTimeout: Duration = .seconds(6)
    package var restart = Restart.never

    /// The defaults.
    package init() {}
}
