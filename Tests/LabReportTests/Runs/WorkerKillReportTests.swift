import LabCore
import Testing

@testable import LabReport

@Suite("Reports of pods whose workers were killed")
struct WorkerKillReportTests {
    /// The first variant's first pod has lost two processes, and nobody else was killed.
    private static let report: RunReport = {
        var report = Fixture.reference
        for variant in report.result.variants.indices {
            for pod in report.result.variants[variant].pods.indices {
                report.result.variants[variant].pods[pod].oomKills = 0
            }
        }
        let kills = [VariantResult.WorkerKill(at: 12, life: 0), .init(at: 15, life: 0)]
        report.result.variants[0].pods[0].oomKills = 2
        report.result.variants[0].pods[0].workerOOMKills = 2
        report.result.variants[0].pods[0].workerKills = kills
        report.recording.variants[0].pods[0].lives[0].processKills = [12_000_000_000, 15_000_000_000]
        report.recording.timeline.append(
            TimelineEvent(
                at: 12_000_000_000,
                isWarning: true,
                reason: "OOMKilling",
                object: "pod/x",
                message: ""
            )
        )
        return report
    }()

    @Test("have a mark for each kill in the charts, once")
    func marks() {
        let name = Self.report.recording.variants[0].pods[0].name
        let marks = ChartFactory.marks(Self.report, Self.report.styles).filter {
            $0.text.contains("another process")
        }
        #expect(marks.map(\.at) == [12_000_000_000, 15_000_000_000])
        #expect(marks.allSatisfy { $0.isKill && $0.text.contains("\(name), life 0") && $0.style != nil })
        #expect(!ChartFactory.marks(Self.report, [:]).contains { $0.text.hasPrefix("OOMKilling") })
    }

    @Test("say how many of the kills hit workers, and when")
    func words() {
        let exits = PodExits(Self.report.result.variants[0].pods[0])
        #expect(exits.firstKill == 12 && exits.lastKill == 15)
        #expect(exits.words.hasSuffix("2 other processes killed"))
        let name = Self.report.result.variants[0].name
        #expect(
            Self.report.html
                .contains("\(name): 2 OOM kills (2 of other processes than a pod&#39;s first one)")
                || Self.report.html
                    .contains("\(name): 2 OOM kills (2 of other processes than a pod's first one)")
        )
        for text in [
            Self.report.text(), Self.report.markdown,
            Self.report.junit,
        ] {
            #expect(text.contains("2 (2 of workers)"), "\(text)")
        }
    }
}
