import LabCore
import Testing

@testable import LabAnalysis

@Suite("What says which run a result is of")
struct RunLabelTests {
    @Test("Kind, title, start, length and environment come from the recording")
    func labels() {
        var run = RunModel.alone(LifeModel(seconds: 60)).recorded
        run.header.title = "A service for every event"
        run.header.startedAt = 1_772_368_496_000_000_000
        run.header.environment = [LabelledValue("leaklab", "1.2.3"), LabelledValue("system", "Debian")]
        let result = RunAnalysis().result(of: run)
        #expect(result.kind == "leaklab-run")
        #expect(result.title == "A service for every event")
        #expect(result.startedAt == "2026-03-01T12:34:56Z")
        #expect(result.durationSeconds == Double(run.end) / 1e9)
        #expect(run.end >= 60_000_000_000)
        #expect(result.environment == ["leaklab": "1.2.3", "system": "Debian"])
    }
}
