import LabCore

extension Prediction {
    /// How many rows of one pod run at once, at most; nothing for `pause-partitions`, whose overshoot is what one poll
    /// brings.
    static func rowsPilingUp(_ context: PredictionContext) -> [Prediction] {
        typealias Parameters = UnboundedWorkersParameters
        let load = BatchLoad(context)
        switch context.handler {
        case "unbounded":
            return [
                prediction(
                    load.mostRunning,
                    "batches of the load, handled at \(abbreviated(load.capacity)) rows a second"
                )
            ]
        case "semaphore":
            let (limit, batch) = (Double(context[Parameters.limit]), Double(context[Parameters.batch]))
            return [prediction(limit + batch, "\(abbreviated(limit)) + one batch of \(abbreviated(batch))")]
        default:
            return []
        }
    }

    private static func prediction(_ rows: Double, _ note: String) -> Prediction {
        Prediction(kind: .pileUp, metric: "runningRows", value: rows.rounded(), note: note)
    }
}

/// A batch each interval, and cores that handle so many rows in a second: what is left over meets the next batch.
struct BatchLoad: Sendable {
    /// Rows in a second of incident time.
    let capacity: Double
    private let profile: LoadProfile
    private let interval: Double
    private let replicas: Double

    init(_ context: PredictionContext) {
        typealias Parameters = UnboundedWorkersParameters
        capacity = Double(context[Parameters.cores]) / max(context[Parameters.rowCost].inSeconds, 1e-9)
        profile = context.workload.profile(at: .realTime)
        interval = max(context[Parameters.interval].inSeconds, 1e-9)
        replicas = Double(context.replicas)
    }

    /// Of one pod, right after the start of a batch.
    var mostRunning: Double {
        let duration = profile.duration.inSeconds
        // A week of incident time in steps of a second would be many.
        let step = max(interval, duration / Self.mostSteps)
        var (running, most, before, time) = (0.0, 0.0, 0.0, 0.0)
        while time < duration {
            time = min(time + step, duration)
            let events = profile.integral(until: .seconds(time)) / replicas
            running = max(0, running - capacity * step) + events - before
            before = events
            most = max(most, running)
        }
        return most
    }

    private static let mostSteps = 100_000.0
}
