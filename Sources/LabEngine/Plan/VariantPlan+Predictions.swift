import LabCore
import LabIncidents
import LabScenario

extension VariantPlan {
    /// What the incident predicts; nothing for pods that a step changes on the way, of which no one figure holds.
    func predictions(in scenario: Scenario) -> [Prediction] {
        let isUniform = Set(segments.map(\.handler)).count == 1 && Set(segments.map(\.replicas)).count == 1
        guard isUniform, variant.command == nil,
            let incident = scenario.incident.flatMap(IncidentLibrary.named)
        else { return [] }
        let context = PredictionContext(
            handler: variant.handler,
            values: variant.parameters,
            workload: scenario.workload,
            timeScale: scenario.timeScale,
            replicas: variant.pods.replicas
        )
        return incident.predictions(context).filter(\.value.isFinite)
    }
}
