import LabCore
import Testing

@testable import LabReport

@Suite("What a reader has to know")
struct CaveatTests {
    private func words(_ change: (inout RunReport) -> Void) -> String {
        var report = Fixture.night
        change(&report)
        return RunCaveats(report)?.sentences.joined(separator: "\n") ?? ""
    }

    @Test("A run in real time without kills needs none") func none() {
        #expect(RunCaveats(Fixture.reference) == nil)
    }

    @Test("Compressed time leaves stalls, starts and work as long as they are") func compression() throws {
        let caveats = try #require(RunCaveats(Fixture.night))
        #expect(caveats.title == "What time compression does not compress")
        #expect(caveats.lead?.hasPrefix("One second on the clock is 4 seconds of the incident.") == true)
        #expect(caveats.sentences.contains { $0.contains("310 ms of wall time, 1.24 s here") })
        #expect(caveats.sentences.contains { $0.contains("4 times as busy") })
        var inRealTime = Fixture.night
        inRealTime.recording.header.timeScale = 1
        let real = try #require(RunCaveats(inRealTime))
        #expect(real.title == "How pods were limited and restarted" && real.lead == nil)
    }

    @Test(
        "Back-off is told where it is not the kubelet's",
        arguments: [
            ("variants.production.pods.restart.backOff", "5 s", true), ("pods.restart.backOff", "5s", true),
            ("pods.restart.backOff", "10 s", false),
            ("variants.production.pods.restart.longestBackOff", "5 m", false),
            ("variants.production.pods.restart.longestBackOff", "20 s", true),
            ("pods.restart.backOff", "soon", false),
            ("variants.singleton.pods.restart.backOff", "5 s", false), ("pods.replicas", "5", false),
        ]
    )
    func backOff(label: String, value: String, isTold: Bool) {
        let text = words { $0.recording.header.configuration = [LabelledValue(label, value)] }
        #expect(text.contains("kubelet") == isTold)
        #expect(!isTold || text.contains(value))
    }

    @Test("A watchdog is named as what it is") func watchdog() {
        #expect(words { $0.result.memoryControl = "watchdog" }.contains("kill comes a little late"))
        #expect(words { $0.result.memoryControl = nil }.contains("Memory control: cgroup v2."))
    }
}
