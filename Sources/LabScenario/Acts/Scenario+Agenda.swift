import LabCore

extension Scenario {
    /// The same with the phases and the steps of an agenda that was made of it.
    package func following(_ agenda: Agenda) -> Scenario {
        var scenario = self
        scenario.workload.phases = agenda.phases
        for index in variants.indices { scenario.variants[index].steps = agenda.steps(ofVariant: index) }
        return scenario
    }
}
