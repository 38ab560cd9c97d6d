package import LabCore

/// What a prediction is made from: how one variant's pods are to run, and under which load.
package struct PredictionContext: Sendable {
    package var handler: String
    /// Of the variant; every pod has its share of it.
    package let workload: Workload
    package let timeScale: TimeScale
    package let replicas: Int
    private let values: [String: ParameterValue]

    /// Parameters that `values` does not set have their defaults.
    package init(
        handler: String,
        values: [String: ParameterValue] = [:],
        workload: Workload,
        timeScale: TimeScale = .realTime,
        replicas: Int = 1
    ) {
        self.handler = handler
        self.values = values
        self.workload = workload
        self.timeScale = timeScale
        self.replicas = max(1, replicas)
    }

    /// The value that was set; the default if there is none, or one that the parameter does not accept.
    package func value(of parameter: IncidentParameter) -> ParameterValue {
        guard let value = values[parameter.name], parameter.type.accepts(value) else {
            return parameter.defaultValue
        }
        return value
    }

    /// 0 if the parameter is of another kind.
    package func wholeNumber(_ parameter: IncidentParameter) -> Double {
        guard case .wholeNumber(let number) = value(of: parameter) else { return 0 }
        return Double(number)
    }

    /// 0 if the parameter is of another kind.
    package func number(_ parameter: IncidentParameter) -> Double {
        guard case .number(let number) = value(of: parameter) else { return 0 }
        return number
    }

    /// Bytes; 0 if the parameter is of another kind.
    package func size(_ parameter: IncidentParameter) -> ByteCount {
        guard case .bytes(let size) = value(of: parameter) else { return ByteCount(0) }
        return size
    }

    /// Seconds of incident time; 0 if the parameter is of another kind.
    package func seconds(_ parameter: IncidentParameter) -> Double {
        guard case .duration(let duration) = value(of: parameter) else { return 0 }
        return duration.inSeconds
    }

    /// Distinct keys that one pod gets, on average over the pods; `nil` for events without a key.
    package var keysPerPod: Double? {
        workload.keys.count.map { Double($0) / Double(replicas) }
    }
}
