package import LabCore
package import LabScenario

/// What is rehearsed once, however many variants and segments of a scenario run it.
package struct RehearsalSubject: Codable, Hashable, Sendable {
    package var handler: String
    /// A value for each parameter of the incident.
    package var parameters: [String: ParameterValue]
    /// How many events of one pod are handled at once.
    package var concurrency: Int

    package init(handler: String, parameters: [String: ParameterValue] = [:], concurrency: Int = 1) {
        self.handler = handler
        self.parameters = parameters
        self.concurrency = concurrency
    }
}

extension ScenarioVariant {
    func subject(of segment: VariantSegment) -> RehearsalSubject {
        RehearsalSubject(handler: segment.handler, parameters: parameters, concurrency: pods.concurrency)
    }
}

extension Scenario {
    /// All that its variants and their segments run, each once, in the order of the file.
    package var rehearsalSubjects: [RehearsalSubject] {
        var subjects: [RehearsalSubject] = []
        for variant in variants {
            for subject in variant.segments.map(variant.subject(of:)) where !subjects.contains(subject) {
                subjects.append(subject)
            }
        }
        return subjects
    }
}

/// What a handler's events cost on this machine; all times on the wall clock.
package struct RehearsedCost: Codable, Hashable, Sendable {
    /// How many events the figures are from.
    package var events: Int
    /// CPU of producer and broker until an event is stored.
    package var productionCPUSeconds: Double
    /// CPU of broker and pod from then on: fetching, handling, and what the handler has others do.
    package var handlingCPUSeconds: Double
    /// The inverse of the rate at which one pod empties a backlog, waiting for a processor not counted.
    package var secondsPerEvent: Double
    /// What the process keeps in memory of its own for each event handled, caches that fill included; `nil` where the
    /// system does not say.
    package var residentBytesPerEvent: Double?
    /// From the pod's start in a running process to the first event handled.
    package var firstEventSeconds: Double

    package init(
        events: Int,
        productionCPUSeconds: Double,
        handlingCPUSeconds: Double,
        secondsPerEvent: Double,
        residentBytesPerEvent: Double?,
        firstEventSeconds: Double
    ) {
        self.events = events
        self.productionCPUSeconds = productionCPUSeconds
        self.handlingCPUSeconds = handlingCPUSeconds
        self.secondsPerEvent = secondsPerEvent
        self.residentBytesPerEvent = residentBytesPerEvent
        self.firstEventSeconds = firstEventSeconds
    }

    /// CPU of an event's whole way.
    package var cpuSecondsPerEvent: Double { productionCPUSeconds + handlingCPUSeconds }
}

/// What a pod takes before its first event.
package struct RehearsedPod: Codable, Hashable, Sendable {
    /// The highest reading of what a limit counts; `nil` where it is unknown.
    package var idleCharge: ByteCount?
    /// From spawning the process until it says that it can receive events, on the wall clock.
    package var readySeconds: Double

    package init(idleCharge: ByteCount?, readySeconds: Double) {
        self.idleCharge = idleCharge
        self.readySeconds = readySeconds
    }
}

package struct RehearsedHandler: Codable, Hashable, Sendable {
    package var subject: RehearsalSubject
    /// What the incident says of the handler: the growth of a fix is its caches filling, and ends.
    package var role: VariantRole
    package var cost: RehearsedCost
    package var pod: RehearsedPod

    package init(subject: RehearsalSubject, role: VariantRole, cost: RehearsedCost, pod: RehearsedPod) {
        self.subject = subject
        self.role = role
        self.cost = cost
        self.pod = pod
    }

    /// Less than this, all events together, cannot be told apart from the noise of a short measurement; bytes.
    private static let smallestGrowth = Double(2 << 20)

    /// Resident bytes that each event leaves for good; 0 for a handler that is not expected to leave any.
    package var leakedBytesPerEvent: Double {
        guard role != .fix, let bytes = cost.residentBytesPerEvent,
            bytes * Double(cost.events) >= Self.smallestGrowth
        else { return 0 }
        return bytes
    }
}

/// What a rehearsal found.
package struct RehearsalFigures: Codable, Hashable, Sendable {
    package var handlers: [RehearsedHandler]

    package init(_ handlers: [RehearsedHandler]) { self.handlers = handlers }

    /// `nil` for what was not rehearsed.
    package subscript(subject: RehearsalSubject) -> RehearsedHandler? {
        handlers.first { $0.subject == subject }
    }
}

// MARK: - To be shown

extension RehearsalFigures {
    /// The headings of ``rows``.
    package static let header = [
        "HANDLER", "CPU/EVENT", "EVENTS/S AND POD", "RESIDENT/EVENT", "IDLE CHARGE", "READY AFTER",
        "FIRST EVENT",
    ]

    /// One line for each handler.
    package var rows: [[String]] {
        handlers.map { handler in
            [
                handler.subject.concurrency == 1
                    ? handler.subject.handler
                    : "\(handler.subject.handler) × \(handler.subject.concurrency)",
                handler.cost.cpuSecondsPerEvent.shortText,
                abbreviated(1 / handler.cost.secondsPerEvent),
                handler.cost.residentBytesPerEvent.map(ByteCount.describe) ?? "unknown",
                handler.pod.idleCharge?.description ?? "unknown",
                Duration.seconds(handler.pod.readySeconds).text,
                Duration.seconds(handler.cost.firstEventSeconds).text,
            ]
        }
    }
}

extension Double {
    /// Seconds as `34.1 µs`, from a millisecond on as `1.47 ms`.
    var shortText: String {
        self < 1e-3 ? "\(abbreviated(self * 1e6)) µs" : Duration.seconds(self).text
    }
}
