import LabCore
import LabTelemetry

/// Decides about events whose handler threw, by the pod's policy.
struct HandlerErrors: Sendable {
    /// What became of such an event.
    enum Outcome {
        /// The handler took it in the end.
        case handled
        /// It is given up: it counts as failed and as processed, and the pod goes on.
        case failed
        /// It ends the pod: it counts as failed, and is read again by the next life.
        case fatal(any Error)
        /// The pod is to stop and nothing is decided: the event counts for nothing, and is read again.
        case unfinished

        /// Whether the event need not be read again.
        var isFinal: Bool {
            switch self {
            case .handled, .failed: true
            case .fatal, .unfinished: false
            }
        }

        var isFailed: Bool {
            if case .failed = self { true } else { false }
        }
    }

    let policy: HandlerErrorPolicy
    let stop: StopFlag
    let retries: Counter

    /// What becomes of an event that the handler has just thrown at.
    /// - Returns: `nil` if it is to be handed to the handler again, see ``retry(_:_:)``.
    func verdict(on error: any Error) -> Outcome? {
        switch policy {
        case .skip: .failed
        case .stop: .fatal(error)
        case .retry(let limit): limit > 0 ? nil : .failed
        }
    }

    /// Hands the event to the handler again until it is taken, the limit is reached or the pod is to stop.
    ///
    /// Runs in the event's scope, which the caller binds. Until it returns, a sequential pod polls nothing.
    func retry(_ event: borrowing Event, _ handler: any EventHandler) async -> Outcome {
        guard case .retry(let limit) = policy else { return .failed }
        for _ in 0..<max(0, limit) {
            if stop.isRaised { return .unfinished }
            retries.add()
            do {
                try await handler.handle(event)
                return .handled
            } catch {
                continue
            }
        }
        return .failed
    }
}

/// The event that ended a pod, and what its handler threw.
struct HandlerFailure: Sendable {
    let partition: Int32
    let offset: Int64
    let error: any Error

    /// One line that says where and what, for the pod's log; its exit code is 1.
    func described(in topic: String) -> LabError {
        let place = CommittableOffset(partition: partition, next: offset).position(in: topic)
        let text = "\(error)".split(whereSeparator: \.isNewline).joined(separator: " ")
        return LabError("\(place): the handler failed: \(text)")
    }
}

/// How a loop ended that could be told to.
struct LoopEnd: Sendable {
    /// What is finished and not committed yet.
    let finished: [CommittableOffset]
    /// `nil` if the pod was asked to stop.
    let failure: HandlerFailure?
}
