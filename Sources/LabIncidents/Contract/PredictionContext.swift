package import LabCore

/// What a prediction is made from: how one variant's pods are to run, and under which load.
package struct PredictionContext: Sendable {
    package var handler: String
    /// Of the variant; every pod has its share of it.
    package let workload: Workload
    package let timeScale: TimeScale
    package let replicas: Int
    private let values: ParameterValues

    /// Parameters that `values` does not set have their defaults.
    package init(
        handler: String,
        values: [String: ParameterValue] = [:],
        workload: Workload,
        timeScale: TimeScale = .realTime,
        replicas: Int = 1
    ) {
        self.handler = handler
        self.values = ParameterValues(values)
        self.workload = workload
        self.timeScale = timeScale
        self.replicas = max(1, replicas)
    }

    /// The value that the scenario sets, else the default.
    package subscript<Value>(parameter: Parameter<Value>) -> Value { values[parameter] }

    /// Distinct keys that one pod gets, on average over the pods; `nil` for events without a key.
    package var keysPerPod: Double? {
        workload.keys.count.map { Double($0) / Double(replicas) }
    }
}
