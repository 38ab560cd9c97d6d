package import LabCore

/// A valid scenario with all defaults filled in and all overrides applied.
package struct Scenario: Hashable, Sendable {
    /// The file's name without its extension.
    package let name: String
    package let path: String
    /// The file as it was read, overrides not applied.
    package let text: String
    package let title: String
    /// `nil` if all variants are commands.
    package let incident: String?
    package let description: String?
    package let seed: UInt64
    package let timeScale: TimeScale
    package internal(set) var workload: Workload
    /// At least one, in the file's order; exactly one is the control.
    package internal(set) var variants: [ScenarioVariant]
    package let schedule: VariantSchedule
    package let sampling: SamplingSettings
    package let verdict: VerdictSettings
    /// What is looked for besides growth: what the file lists, and the standard ones of other kinds.
    package let findings: [FindingRule]
    package let expectations: [Expectation]
    /// Which form this is.
    package let form: ScenarioForm
    /// Whether the file has a section `quick`.
    package let hasQuickForm: Bool
    /// Its figures need the machine's cores to themselves: no other run may go on beside it.
    package let isExclusive: Bool
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

    /// What runs side by side; one stage after another.
    package func stages<Variant>(of variants: [Variant]) -> [[Variant]] {
        self == .parallel ? [variants] : variants.map { [$0] }
    }
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
    /// As much more is left out as the warm-up took.
    package var findsWarmUp = false
    /// Wall time after the drain before tasks and instances are counted.
    package var hold: Duration = .seconds(5)
    /// Wall time after the load that a variant has for its last events, as long as it makes progress.
    package var drain: Duration = .seconds(300)
    /// The limit that time to OOM is told for where a pod has none.
    package var oomLimit: ByteCount?
    /// The growth of memory that is no leak.
    package var memory = MemoryThresholds.standard
    /// Gauges of the incident's that are judged as tasks are.
    package var resources: [String] = []
    /// At which a load goes on that lasts until every verdict stands; `nil` for its own.
    package var maximumRate: EventRate?

    /// The defaults.
    package init() {}
}

/// One way of running the incident's code, with the scenario's `pods` and `parameters` merged in.
package struct ScenarioVariant: Hashable, Sendable {
    package let name: String
    package let role: VariantRole
    /// ``ScenarioCommand/handlerName`` for a command.
    package let handler: String
    /// A program of the user's own, in the place of a handler.
    package let command: ScenarioCommand?
    package let isControl: Bool
    /// One sentence: what this variant does differently.
    package let summary: String
    package let pods: PodSettings
    /// A value for each parameter of the incident.
    package let parameters: [String: ParameterValue]
    /// What changes during the run, in ascending order of time.
    package internal(set) var steps: [ScenarioStep]

    /// From step to step, how the pods are to run; the first begins at zero.
    package var segments: [VariantSegment] { segments(with: steps) }

    /// The same with other steps, in ascending order of time.
    package func segments(with steps: [ScenarioStep]) -> [VariantSegment] {
        let changesCommand = steps.contains { $0.command != nil }
        var segment = VariantSegment(
            name: VariantSegment.firstName,
            at: .zero,
            // Where there are several commands, each is called by its words.
            handler: changesCommand ? command?.text ?? handler : handler,
            command: command,
            replicas: pods.replicas,
            memory: pods.memory
        )
        var segments = [segment]
        for step in steps {
            segment.name = step.name
            segment.at = step.at
            segment.handler = step.command?.text ?? step.handler ?? segment.handler
            segment.command = step.command ?? segment.command
            segment.replicas = step.scale ?? segment.replicas
            if let memory = step.memory { segment.memory = memory.limit }
            segments.append(segment)
        }
        return segments
    }
}

/// A change of a variant's pods while the run goes on.
package struct ScenarioStep: Hashable, Sendable {
    package struct Memory: Hashable, Sendable, Codable {
        /// `nil` for none.
        package let limit: ByteCount?

        package init(limit: ByteCount?) { self.limit = limit }
    }

    /// Unique within the variant; the name of the segment that it opens.
    package let name: String
    /// Incident time since the first event was due.
    package let at: Duration
    /// `nil` leaves things as they are, here and below.
    package let scale: Int?
    package let memory: Memory?
    package let handler: String?
    package let command: ScenarioCommand?

    package init(
        name: String,
        at: Duration,
        scale: Int? = nil,
        memory: Memory? = nil,
        handler: String? = nil,
        command: ScenarioCommand? = nil
    ) {
        self.name = name
        self.at = at
        self.scale = scale
        self.memory = memory
        self.handler = handler
        self.command = command
    }
}

/// How a variant's pods are to run between two steps.
package struct VariantSegment: Hashable, Sendable {
    /// Of the segment before the first step.
    package static let firstName = "start"

    package var name: String
    /// Incident time.
    package var at: Duration
    package var handler: String
    /// `nil` for a handler of the incident.
    package var command: ScenarioCommand?
    package var replicas: Int
    package var memory: ByteCount?
}

/// How the pods of a variant run; durations are wall time, those of `restart` excepted.
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

    package enum RestartCondition: String, Hashable, Sendable, Codable, CaseIterable {
        case never
        case onFailure = "on-failure"
        case always
    }

    /// When a pod is started again and after how long, as the kubelet does it; all in incident time.
    package struct Restart: Hashable, Sendable, Codable {
        package var condition = RestartCondition.never
        /// Before the first restart; each further one waits twice as long.
        package var backOff: Duration = .seconds(10)
        package var longestBackOff: Duration = .seconds(300)
        /// A life of at least this long begins the doubling anew.
        package var resetAfter: Duration = .seconds(600)

        /// The kubelet's values.
        package init() {}
    }

    /// How much a pod's client library may fetch ahead.
    package enum Prefetch: Hashable, Sendable, Codable {
        /// Small and the same everywhere, so that it is not taken for a leak.
        case pinned
        /// What the library does if nobody configures it: up to 64 MiB.
        case productionDefaults
        case custom(messages: Int, bytes: ByteCount)
    }

    /// Of the protocols that Kafka has for groups of consumers, the one that the members speak.
    package enum GroupProtocol: String, Hashable, Sendable, Codable, CaseIterable {
        /// Members join in rounds, and one of them assigns the partitions.
        case classic
        /// The broker assigns, and each member follows at its own pace (KIP-848).
        case consumer
    }

    /// Whose `malloc` the pods use.
    package enum Allocator: String, Hashable, Sendable, Codable, CaseIterable {
        /// That of the system.
        case system
        case jemalloc
    }

    /// Whether pods take samples of what they allocate, to say where their memory grows.
    package struct Profiling: Hashable, Sendable, Codable {
        package enum When: String, Hashable, Sendable, Codable, CaseIterable {
            case off
            /// Where this machine has an allocator that can.
            case auto
            case on
        }

        package var when = When.off
        /// Wall time between two profiles; `nil` for one after the warm-up and one at the end.
        package var every: Duration?
        /// Bytes between two samples, on average: a power of two.
        package var sample = ByteCount.mebibytes(2)

        /// The defaults.
        package init() {}
    }

    package var replicas = 1
    /// `nil` for none.
    package var memory: ByteCount?
    package var allocator = Allocator.system
    package var profile = Profiling()
    package var assignment = Assignment.static
    /// Of use with group assignment only.
    package var groupProtocol = GroupProtocol.classic
    /// Of use with group assignment by the classic protocol only.
    package var assignor = Assignor.cooperativeSticky
    /// How many events of one pod are handled at once.
    package var concurrency = 1
    package var prefetch = Prefetch.pinned
    package var commitInterval: Duration = .seconds(1)
    /// Between the request to stop and the kill.
    package var gracePeriod: Duration = .seconds(10)
    /// Of use with group assignment only.
    package var sessionTimeout: Duration = .seconds(6)
    package var restart = Restart()
    package var errors = HandlerErrorPolicy.skip

    /// The defaults.
    package init() {}
}
