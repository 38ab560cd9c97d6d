import LabCore

extension Prediction {
    /// The busiest machine's requests over the mean of both: the one of a single connection has all of them.
    ///
    /// Of several pods with a connection each the balancer gives every second one to the same machine.
    static func shareOfBackends(_ context: PredictionContext) -> [Prediction] {
        let machines = Double(BackendsCompanion.backends.count)
        let connections = Double(context.replicas)
        guard context.handler == "pinned" else {
            return [prediction(1, "equal shares")]
        }
        let busiest = (connections / machines).rounded(.up)
        let share = "\(abbreviated(busiest)) of \(abbreviated(connections)) connections"
        return [prediction(busiest * machines / connections, share)]
    }

    private static func prediction(_ imbalance: Double, _ note: String) -> Prediction {
        Prediction(kind: .imbalance, metric: "requests", value: imbalance, note: note)
    }
}
